/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/users/users-file.h"
#include "servers/auth/system-users.h"
#include "servers/auth/user-table.h"

/* Mail for it is always taken (RFC 5321, section 4.5.1). */
#define POSTMASTER "postmaster"

#define STAY_AS_THEY_WERE "; the users stay as they were"

struct _Credentials
{
  char *path; /* (owned) */
  gboolean has_system_users;
  char *pam_folder; /* (owned) (nullable) */
  GMutex lock;
  struct stat state; /* of the file when it was last read, or tried */
  UserTable *table;  /* (owned) */
  char *problem;     /* (owned) (nullable) why the file could not be read again; said in the log */
};

static gboolean
credentials_error (GError **error, const char *path, int code)
{
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code),
               "cannot read the users file %s: %s", path, g_strerror (code));
  return FALSE;
}

static gboolean
is_same_state (const struct stat *a, const struct stat *b)
{
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size
         && a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec
         && a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* Reads to the end of @fd, at most @capacity bytes; negative with errno. */
static gssize
read_all (int fd, char *buffer, gsize capacity)
{
  gsize length = 0;

  while (length < capacity)
    {
      gssize got = read (fd, buffer + length, capacity - length);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return -1;
      if (got == 0)
        break;
      length += got;
    }
  return length;
}

static UserTable *
parse_and_log (const char *path, const char *text, gsize length)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  UserTable *table = user_table_parse (text, length, problems);

  for (guint i = 0; i < problems->len; i++)
    g_warning ("users file %s, %s", path, (const char *) problems->pdata[i]);
  return table;
}

static UserTable *
read_table (int fd, const char *path, const struct stat *state, GError **error)
{
  char *text;
  gssize length;
  UserTable *table = NULL;

  if (!S_ISREG (state->st_mode) || state->st_size > USERS_FILE_MAX_BYTES)
    {
      credentials_error (error, path, S_ISREG (state->st_mode) ? EFBIG : EINVAL);
      return NULL;
    }

  text = g_malloc (state->st_size + 1);
  length = read_all (fd, text, state->st_size);
  if (length < 0)
    credentials_error (error, path, errno);
  else
    table = parse_and_log (path, text, length);
  explicit_bzero (text, state->st_size);
  g_free (text);
  return table;
}

/* @state gets what the file was before it was read: a change meanwhile is found at the next
 * question. */
static UserTable *
open_table (const char *path, struct stat *state, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  UserTable *table = NULL;

  if (fd < 0)
    {
      credentials_error (error, path, errno);
      return NULL;
    }
  if (fstat (fd, state) != 0)
    credentials_error (error, path, errno);
  else
    table = read_table (fd, path, state, error);
  close (fd);
  return table;
}

/* Says a new problem once; %NULL ends it. With the lock held. */
static void
note_problem (Credentials *credentials, const GError *error)
{
  const char *problem = error != NULL ? error->message : NULL;

  if (g_strcmp0 (credentials->problem, problem) == 0)
    return;
  if (problem != NULL)
    g_warning ("%s" STAY_AS_THEY_WERE, problem);
  g_free (credentials->problem);
  credentials->problem = g_strdup (problem);
}

CredentialsSource
credentials_source_of (const Settings *settings)
{
  return (CredentialsSource){
    .path = settings->general.users_file,
    .system_users = settings->general.system_users,
  };
}

Credentials *
credentials_new (const CredentialsSource *source, GError **error)
{
  struct stat state = { 0 };
  g_autoptr (GError) problem = NULL;
  UserTable *table = open_table (source->path, &state, &problem);
  Credentials *credentials;

  if (table == NULL && source->system_users
      && g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    table = user_table_parse ("", 0, NULL);
  if (table == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  credentials = g_atomic_rc_box_new0 (Credentials);
  credentials->path = g_strdup (source->path);
  credentials->has_system_users = source->system_users;
  credentials->pam_folder = g_strdup (source->pam_folder);
  credentials->state = state;
  credentials->table = table;
  g_mutex_init (&credentials->lock);
  note_problem (credentials, problem);
  return credentials;
}

gboolean
credentials_is_of (const Credentials *credentials, const CredentialsSource *source)
{
  return g_str_equal (credentials->path, source->path)
         && credentials->has_system_users == source->system_users
         && g_strcmp0 (credentials->pam_folder, source->pam_folder) == 0;
}

Credentials *
credentials_ref (Credentials *credentials)
{
  return g_atomic_rc_box_acquire (credentials);
}

static void
credentials_clear (gpointer data)
{
  Credentials *credentials = data;

  user_table_unref (credentials->table);
  g_mutex_clear (&credentials->lock);
  g_free (credentials->problem);
  g_free (credentials->pam_folder);
  g_free (credentials->path);
}

void
credentials_unref (Credentials *credentials)
{
  g_atomic_rc_box_release_full (credentials, credentials_clear);
}

static void
read_again_if_changed (Credentials *credentials)
{
  g_autoptr (GError) error = NULL;
  struct stat state;
  UserTable *table;

  if (stat (credentials->path, &state) != 0)
    {
      credentials_error (&error, credentials->path, errno);
      memset (&credentials->state, 0, sizeof credentials->state);
      note_problem (credentials, error);
      return;
    }
  if (is_same_state (&state, &credentials->state))
    return;

  credentials->state = state;
  table = open_table (credentials->path, &credentials->state, &error);
  note_problem (credentials, error);
  if (table == NULL)
    return;
  user_table_unref (credentials->table);
  credentials->table = table;
  g_message ("users file %s has been read again", credentials->path);
}

char *
credentials_trouble (Credentials *credentials)
{
  g_mutex_lock (&credentials->lock);
  read_again_if_changed (credentials);
  char *trouble = credentials->problem != NULL
                      ? g_strconcat (credentials->problem, STAY_AS_THEY_WERE, NULL)
                      : NULL;
  g_mutex_unlock (&credentials->lock);

  return trouble;
}

/* The users as they were when somebody asked last. */
static UserTable *
known_table (Credentials *credentials)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&credentials->lock);

  return user_table_ref (credentials->table);
}

static UserTable *
current_table (Credentials *credentials)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&credentials->lock);

  read_again_if_changed (credentials);
  return user_table_ref (credentials->table);
}

/* Returns: (transfer full) (nullable): the mailbox of the system user of that name */
static char *
find_system_mailbox (Credentials *credentials, const char *local_part, gboolean *is_unsure)
{
  g_autofree char *name = g_ascii_strdown (local_part, -1);

  return credentials->has_system_users && system_users_contain (name, is_unsure)
             ? g_steal_pointer (&name)
             : NULL;
}

char *
credentials_find_mailbox (Credentials *credentials,
                          const char *local_part,
                          const char *domain,
                          gboolean *is_unsure)
{
  g_autoptr (UserTable) table = current_table (credentials);
  char *mailbox = user_table_find_mailbox (table, local_part, domain);
  gboolean is_in_doubt = FALSE;

  if (mailbox == NULL)
    mailbox = find_system_mailbox (credentials, local_part, &is_in_doubt);
  if (mailbox == NULL && !is_in_doubt && g_ascii_strcasecmp (local_part, POSTMASTER) == 0)
    mailbox = g_strdup (POSTMASTER);
  if (is_unsure != NULL)
    *is_unsure = is_in_doubt;
  return mailbox;
}

char *
credentials_check_password (Credentials *credentials, const char *user, const char *password)
{
  g_autoptr (UserTable) table = current_table (credentials);
  g_autofree char *name = g_ascii_strdown (user, -1);
  char *mailbox = user_table_check_password (table, name, password);

  /* Whoever fails has waited for both, so that the time tells nothing of who is where. */
  if (mailbox != NULL || !credentials->has_system_users)
    return mailbox;
  if (user_table_contains (table, name))
    system_users_take_time (password);
  else if (system_users_check (credentials->pam_folder, name, password))
    mailbox = g_steal_pointer (&name);
  return mailbox;
}

gboolean
credentials_admit (Credentials *credentials, const char *mailbox, const IpAddress *client)
{
  g_autoptr (UserTable) table = known_table (credentials);

  return user_table_admits (table, mailbox, client);
}

guint64
credentials_mark (Credentials *credentials, const char *user)
{
  g_autoptr (UserTable) table = current_table (credentials);
  g_autofree char *name = g_ascii_strdown (user, -1);

  return user_table_mark (table, name);
}

gboolean
credentials_vouch (Credentials *credentials,
                   const char *user,
                   guint64 mark,
                   const IpAddress *client)
{
  g_autoptr (UserTable) table = current_table (credentials);

  if (user_table_mark (table, user) != mark)
    return FALSE;
  if (mark == 0)
    return credentials->has_system_users;
  return !user_table_refuses (table, user) && user_table_admits (table, user, client);
}

guint64
credentials_quota (Credentials *credentials, const char *mailbox)
{
  g_autoptr (UserTable) table = current_table (credentials);

  return user_table_quota (table, mailbox);
}

gboolean
credentials_has_clear_secret (Credentials *credentials)
{
  g_autoptr (UserTable) table = current_table (credentials);

  return user_table_has_clear_secret (table);
}

char *
credentials_check_apop (Credentials *credentials,
                        const char *user,
                        const char *timestamp,
                        const char *digest)
{
  g_autoptr (UserTable) table = current_table (credentials);

  return user_table_check_apop (table, user, timestamp, digest);
}
