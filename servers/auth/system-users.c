/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/system-users.h"

#include <crypt.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/users/user-name.h"

#define SERVICE "postern"

/* Trouble is told in the log so often at most. */
#define TROUBLE_INTERVAL_US (60 * G_USEC_PER_SEC)

/* For the files of the name service and a socket of its daemon. */
#define DESCRIPTORS_NEEDED 3

/* The longest entry of the name service that is taken. */
#define ENTRY_MAX (1024 * 1024)

/* --- Who is there --- */

static gboolean
is_portable (const char *name)
{
  return (g_ascii_islower (name[0]) || name[0] == '_')
         && strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789_.-") == strlen (name)
         && user_name_is_valid (name);
}

/* People's ids begin at 1000. From 61184 to 65535 are those that the service manager lends to
 * services, nobody and what stands for no id at all. */
static gboolean
is_person (uid_t id)
{
  return (id >= 1000 && id < 61184) || (id > 65535 && id != (uid_t) -1);
}

/* Whether the name service can open what it needs. Where its first source can't be opened and its
 * next one knows nobody, the C library says "not found" (seen with "passwd: files systemd"): so that
 * answer is believed only where there were descriptors before and after. */
static gboolean
has_descriptors (void)
{
  int fds[DESCRIPTORS_NEEDED];
  gboolean is_open = TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      fds[i] = open ("/etc/passwd", O_RDONLY | O_CLOEXEC);
      is_open &= fds[i] >= 0;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    if (fds[i] >= 0)
      close (fds[i]);
  return is_open;
}

/* "Not found" comes as 0, and from some name services as one of these (getpwnam(3)). */
static gboolean
is_trouble (int result)
{
  return result != 0 && result != ENOENT && result != ESRCH && result != EBADF && result != EPERM;
}

gboolean
system_users_contain (const char *name, gboolean *is_unsure)
{
  gsize size = 1024;
  struct passwd entry, *found = NULL;
  int result = is_portable (name) ? ERANGE : 0;
  gboolean had_descriptors = result == 0 || has_descriptors ();

  for (; result == ERANGE && size <= ENTRY_MAX; size *= 4)
    {
      g_autofree char *buffer = g_malloc (size);

      result = getpwnam_r (name, &entry, buffer, size, &found);
    }
  if (is_unsure != NULL)
    *is_unsure
        = is_trouble (result)
          || (found == NULL && (!had_descriptors || (is_portable (name) && !has_descriptors ())));
  return result == 0 && found != NULL && is_person (entry.pw_uid);
}

/* --- Asking PAM --- */

typedef struct
{
  const char *password;
  gboolean is_given;
} Conversation;

/* Gives the password to the first question that is not to be seen on a screen. Any other is more
 * than our clients can answer. */
static gboolean
answer (Conversation *conversation, const struct pam_message *message, char **text)
{
  switch (message->msg_style)
    {
    case PAM_TEXT_INFO:
    case PAM_ERROR_MSG:
      return TRUE;
    case PAM_PROMPT_ECHO_OFF:
      if (conversation->is_given)
        return FALSE;
      conversation->is_given = TRUE;
      *text = strdup (conversation->password); /* PAM frees it */
      return *text != NULL;
    default:
      return FALSE;
    }
}

static void
free_answers (struct pam_response *answers, int count)
{
  for (int i = 0; i < count; i++)
    if (answers[i].resp != NULL)
      {
        explicit_bzero (answers[i].resp, strlen (answers[i].resp));
        free (answers[i].resp);
      }
  free (answers);
}

static int
converse (int count, const struct pam_message **messages, struct pam_response **answers, void *data)
{
  struct pam_response *given;

  if (count <= 0 || count > PAM_MAX_NUM_MSG)
    return PAM_CONV_ERR;
  given = calloc (count, sizeof *given);
  if (given == NULL)
    return PAM_BUF_ERR;

  for (int i = 0; i < count; i++)
    if (!answer (data, messages[i], &given[i].resp))
      {
        free_answers (given, count);
        return PAM_CONV_ERR;
      }
  *answers = given;
  return PAM_SUCCESS;
}

/* The conversation makes clients wait, without a thread that sleeps. */
static void
do_not_delay (int result, unsigned delay_us, void *data)
{
}

static int
authenticate (pam_handle_t *handle)
{
  union
  {
    void (*function) (int, unsigned, void *);
    const void *item;
  } delay = { .function = do_not_delay };
  int result = pam_set_item (handle, PAM_FAIL_DELAY, delay.item);

  if (result == PAM_SUCCESS)
    result = pam_authenticate (handle, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
  if (result == PAM_SUCCESS)
    result = pam_acct_mgmt (handle, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
  return result;
}

static void
tell_trouble (int result)
{
  static GMutex lock;
  static gint64 told_at_us;
  gint64 now_us = g_get_monotonic_time ();
  gboolean is_new;

  g_mutex_lock (&lock);
  is_new = told_at_us == 0 || now_us - told_at_us >= TROUBLE_INTERVAL_US;
  if (is_new)
    told_at_us = now_us;
  g_mutex_unlock (&lock);

  if (is_new)
    g_warning ("PAM can't check the passwords of system users: %s. Is the service \"" SERVICE
               "\" described in /etc/pam.d, and may the server read what its modules read (for "
               "pam_unix, the group shadow)?",
               pam_strerror (NULL, result));
}

static gboolean
is_right (int result)
{
  switch (result)
    {
    case PAM_SUCCESS:
      return TRUE;
    case PAM_AUTH_ERR:
    case PAM_USER_UNKNOWN:
    case PAM_MAXTRIES:
    case PAM_PERM_DENIED:
    case PAM_ACCT_EXPIRED:
    case PAM_NEW_AUTHTOK_REQD:
    case PAM_CRED_EXPIRED:
      return FALSE;
    default:
      tell_trouble (result);
      return FALSE;
    }
}

static gboolean
ask_pam (const char *pam_folder, const char *name, const char *password)
{
  Conversation conversation = { .password = password };
  struct pam_conv talk = { converse, &conversation };
  pam_handle_t *handle = NULL;
  int result = pam_folder != NULL ? pam_start_confdir (SERVICE, name, &talk, pam_folder, &handle)
                                  : pam_start (SERVICE, name, &talk, &handle);

  if (result == PAM_SUCCESS)
    result = authenticate (handle);
  if (handle != NULL)
    pam_end (handle, result | PAM_DATA_SILENT);
  return is_right (result);
}

/* pam_unix answers at once when there is no such user, and the time would tell. */
void
system_users_take_time (const char *password)
{
  struct crypt_data *data = g_new0 (struct crypt_data, 1);
  char salt[CRYPT_GENSALT_OUTPUT_SIZE];

  if (crypt_gensalt_rn (NULL, 0, NULL, 0, salt, sizeof salt) != NULL)
    (void) crypt_r (password, salt, data);
  explicit_bzero (data, sizeof *data);
  g_free (data);
}

gboolean
system_users_check (const char *pam_folder, const char *name, const char *password)
{
  if (password[0] == '\0')
    return FALSE;
  if (system_users_contain (name, NULL))
    return ask_pam (pam_folder, name, password);
  system_users_take_time (password);
  return FALSE;
}
