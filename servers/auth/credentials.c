/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "servers/auth/user-table.h"

struct _Credentials
{
  char *path; /* (owned) */
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
    g_warning ("users file %s, %s; the line is left out", path, (const char *) problems->pdata[i]);
  return table;
}

static UserTable *
read_table (int fd, const char *path, const struct stat *state, GError **error)
{
  char *text;
  gssize length;
  UserTable *table = NULL;

  if (!S_ISREG (state->st_mode) || state->st_size > CREDENTIALS_FILE_MAX_BYTES)
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

Credentials *
credentials_new (const char *path, GError **error)
{
  struct stat state;
  UserTable *table = open_table (path, &state, error);
  Credentials *credentials;

  if (table == NULL)
    return NULL;
  credentials = g_atomic_rc_box_new0 (Credentials);
  credentials->path = g_strdup (path);
  credentials->state = state;
  credentials->table = table;
  g_mutex_init (&credentials->lock);
  return credentials;
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
  g_free (credentials->path);
}

void
credentials_unref (Credentials *credentials)
{
  g_atomic_rc_box_release_full (credentials, credentials_clear);
}

/* Says a new problem once; %NULL ends it. With the lock held. */
static void
note_problem (Credentials *credentials, const GError *error)
{
  const char *problem = error != NULL ? error->message : NULL;

  if (g_strcmp0 (credentials->problem, problem) == 0)
    return;
  if (problem != NULL)
    g_warning ("%s; the users stay as they were", problem);
  g_free (credentials->problem);
  credentials->problem = g_strdup (problem);
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

static UserTable *
current_table (Credentials *credentials)
{
  UserTable *table;

  g_mutex_lock (&credentials->lock);
  read_again_if_changed (credentials);
  table = user_table_ref (credentials->table);
  g_mutex_unlock (&credentials->lock);
  return table;
}

char *
credentials_find_mailbox (Credentials *credentials, const char *local_part, const char *domain)
{
  g_autoptr (UserTable) table = current_table (credentials);

  return user_table_find_mailbox (table, local_part, domain);
}

char *
credentials_check_password (Credentials *credentials, const char *user, const char *password)
{
  g_autoptr (UserTable) table = current_table (credentials);

  return user_table_check_password (table, user, password);
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
