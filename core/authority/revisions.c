/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/revisions.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/settings/regular-file.h"
#include "core/settings/settings-document.h"

#define MAGIC "postern-revision 1 "
#define SUFFIX ".revision"
/* A document, and its heading. */
#define FILE_MAX_BYTES (SETTINGS_DOCUMENT_MAX_BYTES + 1024 * 1024)

/* A file that is named by a larger number was not made here. */
#define NUMBER_PLAUSIBLE_MAX ((G_GUINT64_CONSTANT (1) << 53) - 1)

#define CHECKSUM_LENGTH 64 /* SHA-256, in hexadecimal digits */

struct _Revisions
{
  char *folder;    /* (owned) */
  int lock_fd;     /* holds the lock for as long as it is open */
  GPtrArray *list; /* (owned) (element-type Revision): newest first */
  guint64 max_bytes;
  guint64 highest;    /* number that was ever found in a file's name, or given */
  Revision *prepared; /* (owned) (nullable): what this process has prepared */
};

static void
revision_free (gpointer data)
{
  Revision *revision = data;

  g_free (revision->who);
  g_strfreev (revision->names);
  g_free (revision);
}

static Revision *
copy (const Revision *revision)
{
  Revision *made = g_memdup2 (revision, sizeof *revision);

  made->who = g_strdelimit (g_strdup (revision->who), "\r\n", ' '); /* as in the heading */
  made->names = g_strdupv (revision->names);
  return made;
}

static void
set_error_from_errno (GError **error, const char *path)
{
  int code = errno;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "%s: %s", path,
               g_strerror (code));
}

static char *
path_of (const Revisions *revisions, guint64 number)
{
  g_autofree char *name = g_strdup_printf ("%020" G_GUINT64_FORMAT SUFFIX, number);
  return g_build_filename (revisions->folder, name, NULL);
}

static char *
prepared_path (const Revisions *revisions)
{
  return g_build_filename (revisions->folder, "prepared", NULL);
}

static gboolean
sync_folder (const char *folder, GError **error)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean synced = fd >= 0 && fsync (fd) == 0;

  if (!synced)
    set_error_from_errno (error, folder);
  if (fd >= 0)
    close (fd);
  return synced;
}

/* The heading's lines, each "word value"; what a later version adds is passed over. */
static Revision *
parse_heading (const char *heading)
{
  Revision *revision = g_new0 (Revision, 1);
  g_auto (GStrv) lines = g_strsplit (heading, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *value = strchr (lines[i], ' ');
      if (value == NULL)
        continue;
      value++;
      if (g_str_has_prefix (lines[i], "number "))
        revision->number = g_ascii_strtoull (value, NULL, 10);
      else if (g_str_has_prefix (lines[i], "time "))
        revision->time_s = g_ascii_strtoll (value, NULL, 10);
      else if (g_str_has_prefix (lines[i], "who ") && revision->who == NULL)
        revision->who = g_strdup (value);
      else if (g_str_has_prefix (lines[i], "names ") && revision->names == NULL)
        revision->names = *value == '\0' ? g_new0 (char *, 1) : g_strsplit (value, " ", -1);
    }
  if (revision->who == NULL)
    revision->who = g_strdup ("");
  if (revision->names == NULL)
    revision->names = g_new0 (char *, 1);
  return revision;
}

/* Returns where the document starts, with its heading in @revision; NULL, with an error, unless
 * every byte is as it was written. */
static const char *
parse (const char *path, const char *content, gsize length, Revision **revision, GError **error)
{
  const gsize first_line = strlen (MAGIC) + CHECKSUM_LENGTH + 1;
  g_autofree char *checksum = NULL;
  const char *body = content + first_line;
  const char *text = NULL;

  if (length > first_line && g_str_has_prefix (content, MAGIC))
    {
      checksum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) body,
                                              length - first_line);
      if (strncmp (content + strlen (MAGIC), checksum, CHECKSUM_LENGTH) == 0)
        text = g_strstr_len (body, length - first_line, "\n\n");
    }
  if (text == NULL)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s is damaged", path);
      return NULL;
    }

  if (revision != NULL)
    {
      g_autofree char *heading = g_strndup (body, text - body);
      *revision = parse_heading (heading);
      (*revision)->bytes = length;
    }
  return text + 2;
}

static Revision *
read_heading (const char *path, GError **error)
{
  g_autofree char *content = NULL;
  gsize length;
  Revision *revision = NULL;

  content = regular_file_read (path, FILE_MAX_BYTES, &length, error);
  if (content == NULL)
    return NULL;
  return parse (path, content, length, &revision, error) != NULL ? revision : NULL;
}

static char *
read_text (const char *path, gsize *length, GError **error)
{
  g_autofree char *content = NULL;
  gsize total;

  content = regular_file_read (path, FILE_MAX_BYTES, &total, error);
  if (content == NULL)
    return NULL;
  const char *text = parse (path, content, total, NULL, error);
  if (text == NULL)
    return NULL;
  *length = total - (text - content);
  return g_strndup (text, *length);
}

static int
compare_newest_first (gconstpointer a, gconstpointer b)
{
  const Revision *left = *(const Revision *const *) a, *right = *(const Revision *const *) b;
  return left->number < right->number ? 1 : left->number > right->number ? -1 : 0;
}

static void
note_number (Revisions *revisions, const char *name)
{
  guint64 number = g_ascii_strtoull (name, NULL, 10);

  if (number <= NUMBER_PLAUSIBLE_MAX)
    revisions->highest = MAX (revisions->highest, number);
}

static gboolean
list_folder (Revisions *revisions, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (revisions->folder, 0, error);
  if (dir == NULL)
    return FALSE;

  const char *name;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      if (!g_str_has_suffix (name, SUFFIX))
        continue;
      g_autofree char *path = g_build_filename (revisions->folder, name, NULL);
      g_autoptr (GError) damage = NULL;
      note_number (revisions, name);
      Revision *revision = read_heading (path, &damage);
      g_autofree char *own_path = revision != NULL ? path_of (revisions, revision->number) : NULL;
      if (revision == NULL)
        g_warning ("A kept revision of the settings can't be read: %s", damage->message);
      else if (!g_str_equal (path, own_path))
        {
          g_warning ("%s is passed over: it holds revision %" G_GUINT64_FORMAT, path,
                     revision->number);
          revision_free (revision);
        }
      else
        g_ptr_array_add (revisions->list, revision);
    }
  g_ptr_array_sort (revisions->list, compare_newest_first);
  return TRUE;
}

static gboolean
lock_folder (Revisions *revisions, GError **error)
{
  g_autofree char *path = g_build_filename (revisions->folder, "lock", NULL);

  revisions->lock_fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (revisions->lock_fd < 0)
    {
      set_error_from_errno (error, path);
      return FALSE;
    }
  if (flock (revisions->lock_fd, LOCK_EX | LOCK_NB) != 0)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_AGAIN,
                   "%s is in use by another process: only one authority may own the settings",
                   revisions->folder);
      return FALSE;
    }
  return TRUE;
}

Revisions *
revisions_open (const char *folder, GError **error)
{
  g_autoptr (Revisions) revisions = g_new0 (Revisions, 1);

  revisions->folder = g_strdup (folder);
  revisions->lock_fd = -1;
  revisions->max_bytes = REVISIONS_MAX_BYTES;
  revisions->list = g_ptr_array_new_with_free_func (revision_free);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      set_error_from_errno (error, folder);
      return NULL;
    }
  if (!lock_folder (revisions, error) || !list_folder (revisions, error))
    return NULL;
  return g_steal_pointer (&revisions);
}

void
revisions_free (Revisions *revisions)
{
  if (revisions == NULL)
    return;
  if (revisions->lock_fd >= 0)
    close (revisions->lock_fd);
  g_ptr_array_unref (revisions->list);
  g_clear_pointer (&revisions->prepared, revision_free);
  g_free (revisions->folder);
  g_free (revisions);
}

void
revisions_set_max_bytes (Revisions *revisions, guint64 max_bytes)
{
  revisions->max_bytes = max_bytes;
}

const GPtrArray *
revisions_list (const Revisions *revisions)
{
  return revisions->list;
}

guint64
revisions_highest (const Revisions *revisions)
{
  return revisions->highest;
}

const Revision *
revisions_find (const Revisions *revisions, guint64 number)
{
  for (guint i = 0; i < revisions->list->len; i++)
    {
      const Revision *revision = g_ptr_array_index (revisions->list, i);
      if (revision->number == number)
        return revision;
    }
  return NULL;
}

char *
revisions_text (const Revisions *revisions, guint64 number, gsize *length, GError **error)
{
  g_autofree char *path = path_of (revisions, number);
  return read_text (path, length, error);
}

static GString *
heading_of (const Revision *revision)
{
  g_autofree char *names = g_strjoinv (" ", revision->names);
  g_autofree char *who = g_strdelimit (g_strdup (revision->who), "\r\n", ' ');
  GString *heading = g_string_new (NULL);

  g_string_printf (heading,
                   "number %" G_GUINT64_FORMAT "\ntime %" G_GINT64_FORMAT "\nwho %s\nnames %s\n\n",
                   revision->number, revision->time_s, who, names);
  return heading;
}

/* The checksum tells a file that a crash has cut short. What stands there already, such a file, a
 * pipe or a link, is not written to. */
static gboolean
write_durably (const char *path, const GString *content, GError **error)
{
  gsize done = 0;
  int fd;
  gboolean good;

  (void) g_unlink (path);
  fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  good = fd >= 0;
  while (good && done < content->len)
    {
      gssize written = write (fd, content->str + done, content->len - done);
      if (written > 0)
        done += (gsize) written;
      good = written >= 0 || errno == EINTR;
    }
  good = good && fsync (fd) == 0;
  if (!good)
    set_error_from_errno (error, path);
  if (fd >= 0)
    close (fd);
  return good;
}

gboolean
revisions_prepare (
    Revisions *revisions, const Revision *revision, const char *text, gsize length, GError **error)
{
  g_autoptr (GString) content = heading_of (revision);
  g_string_append_len (content, text, length);
  g_autofree char *checksum = g_compute_checksum_for_data (
      G_CHECKSUM_SHA256, (const guchar *) content->str, content->len);
  g_autofree char *first_line = g_strconcat (MAGIC, checksum, "\n", NULL);
  g_string_prepend (content, first_line);

  g_autofree char *path = prepared_path (revisions);
  g_clear_pointer (&revisions->prepared, revision_free);
  if (!write_durably (path, content, error) || !sync_folder (revisions->folder, error))
    {
      (void) g_unlink (path);
      return FALSE;
    }
  revisions->prepared = copy (revision);
  revisions->prepared->bytes = content->len;
  return TRUE;
}

char *
revisions_prepared (const Revisions *revisions, gsize *length)
{
  g_autofree char *path = prepared_path (revisions);
  return read_text (path, length, NULL);
}

static void
drop_oldest (Revisions *revisions)
{
  guint64 bytes = 0;

  for (guint i = 0; i < revisions->list->len; i++)
    bytes += ((const Revision *) g_ptr_array_index (revisions->list, i))->bytes;
  while (revisions->list->len > REVISIONS_KEPT
         || (bytes > revisions->max_bytes && revisions->list->len > REVISIONS_ALWAYS_KEPT))
    {
      const Revision *oldest = g_ptr_array_index (revisions->list, revisions->list->len - 1);
      bytes -= oldest->bytes;
      g_autofree char *path = path_of (revisions, oldest->number);
      (void) g_unlink (path);
      g_ptr_array_set_size (revisions->list, revisions->list->len - 1);
    }
}

gboolean
revisions_commit (Revisions *revisions, GError **error)
{
  g_autofree char *from = prepared_path (revisions);
  Revision *revision = g_steal_pointer (&revisions->prepared);
  if (revision == NULL)
    revision = read_heading (from, error); /* what a process before this one has prepared */
  if (revision == NULL)
    return FALSE;

  g_autofree char *to = path_of (revisions, revision->number);
  if (g_rename (from, to) != 0)
    {
      set_error_from_errno (error, to);
      revision_free (revision);
      return FALSE;
    }
  revisions->highest = MAX (revisions->highest, revision->number);
  g_ptr_array_insert (revisions->list, 0, revision);
  g_ptr_array_sort (revisions->list, compare_newest_first);
  drop_oldest (revisions);
  return sync_folder (revisions->folder, error);
}

void
revisions_abandon (Revisions *revisions)
{
  g_autofree char *path = prepared_path (revisions);
  g_clear_pointer (&revisions->prepared, revision_free);
  (void) g_unlink (path);
}
