/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/regular-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/settings/settings-error.h"

/* The new file is first .NAME.new-XXXXXX, beside the former one; mkstemp() replaces the end. */
#define BESIDE ".new-"
#define RANDOM_PART "XXXXXX"

static gboolean
fail (GError **error, SettingsError code, const char *path, const char *what)
{
  int number = errno;

  g_set_error (error, SETTINGS_ERROR, code, "%s: %s: %s", path, what, g_strerror (number));
  return FALSE;
}

/* Closes the descriptor when the block ends; -1 stands for none. */
typedef int Descriptor;

static void
descriptor_close (Descriptor descriptor)
{
  int number = errno;

  if (descriptor >= 0)
    close (descriptor);
  errno = number;
}
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (Descriptor, descriptor_close, -1)

static gboolean
read_whole (
    int descriptor, const char *path, char *bytes, gsize size, gsize *length, GError **error)
{
  gssize got;

  *length = 0;
  do
    {
      got = read (descriptor, bytes + *length, size - *length);
      if (got > 0)
        *length += (gsize) got;
      else if (got < 0 && errno != EINTR)
        return fail (error, SETTINGS_ERROR_UNREADABLE, path, "can't be read");
    }
  while (got != 0 && *length < size);
  return TRUE;
}

char *
regular_file_read (const char *path, gsize max_bytes, gsize *length, GError **error)
{
  /* Not to wait for the other end of a FIFO. */
  g_auto (Descriptor) descriptor = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  g_autofree char *bytes = NULL;
  struct stat status;

  if (descriptor < 0 || fstat (descriptor, &status) < 0)
    {
      fail (error, SETTINGS_ERROR_UNREADABLE, path, "can't be opened");
      return NULL;
    }
  if (!S_ISREG (status.st_mode))
    {
      g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_UNREADABLE, "%s: is not a regular file",
                   path);
      return NULL;
    }
  *length = 0;
  if ((guint64) status.st_size <= max_bytes)
    {
      bytes = g_malloc ((gsize) status.st_size + 2);
      if (!read_whole (descriptor, path, bytes, (gsize) status.st_size + 1, length, error))
        return NULL;
    }
  if (bytes == NULL || *length > max_bytes)
    {
      g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_UNREADABLE,
                   "%s: is larger than %" G_GSIZE_FORMAT " bytes", path, max_bytes);
      return NULL;
    }
  bytes[*length] = '\0';
  return g_steal_pointer (&bytes);
}

/* The file that is to be replaced, behind symbolic links; @path itself where there is none yet. */
static char *
resolve (const char *path, GError **error)
{
  char *real = realpath (path, NULL);
  struct stat status;
  char *resolved;

  if (real != NULL)
    {
      resolved = g_strdup (real);
      free (real);
      return resolved;
    }
  if (errno == ENOENT && lstat (path, &status) < 0 && errno == ENOENT)
    return g_strdup (path);
  fail (error, SETTINGS_ERROR_UNWRITABLE, path, "can't be followed");
  return NULL;
}

/* Mode and owner of the former file; of no importance where there is none. */
static gboolean
keep_status (int descriptor, const char *target, guint mode, GError **error)
{
  struct stat former;
  struct stat own;

  if (lstat (target, &former) < 0)
    {
      if (errno == ENOENT && fchmod (descriptor, mode) == 0)
        return TRUE;
      return fail (error, SETTINGS_ERROR_UNWRITABLE, target, "its permissions can't be set");
    }
  if (!S_ISREG (former.st_mode))
    {
      g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_UNWRITABLE, "%s: is not a regular file",
                   target);
      return FALSE;
    }
  if (fstat (descriptor, &own) < 0)
    return fail (error, SETTINGS_ERROR_UNWRITABLE, target, "its owner can't be kept");
  if ((own.st_uid != former.st_uid || own.st_gid != former.st_gid)
      && fchown (descriptor, former.st_uid, former.st_gid) < 0)
    return fail (error, SETTINGS_ERROR_UNWRITABLE, target, "its owner can't be kept");
  if (fchmod (descriptor, former.st_mode & 07777) < 0)
    return fail (error, SETTINGS_ERROR_UNWRITABLE, target, "its permissions can't be kept");
  return TRUE;
}

static gboolean
write_whole (int descriptor, const char *target, const char *bytes, gsize length, GError **error)
{
  while (length > 0)
    {
      gssize written = write (descriptor, bytes, length);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return fail (error, SETTINGS_ERROR_UNWRITABLE, target, "can't be written");
      bytes += written;
      length -= (gsize) written;
    }
  if (fsync (descriptor) < 0)
    return fail (error, SETTINGS_ERROR_UNWRITABLE, target, "can't be flushed to the disk");
  return TRUE;
}

static gboolean
flush_folder (const char *folder, const char *target, GError **error)
{
  g_auto (Descriptor) descriptor = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (descriptor < 0 || fsync (descriptor) < 0)
    return fail (error, SETTINGS_ERROR_UNWRITABLE, target,
                 "its folder can't be flushed to the disk");
  return TRUE;
}

/* What a process that was killed in the middle of a replacement has left beside the file. */
static void
remove_leftovers (const char *folder, const char *name)
{
  g_autofree char *prefix = g_strconcat (".", name, BESIDE, NULL);
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *each;

  while (directory != NULL && (each = g_dir_read_name (directory)) != NULL)
    if (g_str_has_prefix (each, prefix) && strlen (each) == strlen (prefix) + strlen (RANDOM_PART))
      {
        g_autofree char *path = g_build_filename (folder, each, NULL);

        g_unlink (path);
      }
}

/* Puts the new file in the place of the former one, which then has the name @beside, where the file
 * system can do that. @way_back: whether it could */
static gboolean
put_in_place (const char *beside, const char *target, gboolean *way_back)
{
  *way_back = renameat2 (AT_FDCWD, beside, AT_FDCWD, target, RENAME_EXCHANGE) == 0;
  return *way_back || rename (beside, target) == 0;
}

/* After this either the new file is there for good, or the former one. */
static gboolean
settle (
    const char *folder, const char *beside, const char *target, gboolean way_back, GError **error)
{
  gboolean flushed = flush_folder (folder, target, error);

  if (!flushed && way_back)
    (void) renameat2 (AT_FDCWD, beside, AT_FDCWD, target, RENAME_EXCHANGE);
  if (way_back)
    g_unlink (beside);
  return flushed;
}

gboolean
regular_file_replace (const char *path, const char *bytes, gsize length, guint mode, GError **error)
{
  g_autofree char *target = resolve (path, error);
  g_autofree char *folder = target == NULL ? NULL : g_path_get_dirname (target);
  g_autofree char *name = target == NULL ? NULL : g_path_get_basename (target);
  g_autofree char *beside = NULL;
  g_auto (Descriptor) descriptor = -1;
  gboolean way_back;

  if (target == NULL)
    return FALSE;
  remove_leftovers (folder, name);
  beside = g_strdup_printf ("%s/.%s" BESIDE RANDOM_PART, folder, name);
  descriptor = g_mkstemp_full (beside, O_WRONLY | O_CLOEXEC, 0600);
  if (descriptor < 0)
    return fail (error, SETTINGS_ERROR_UNWRITABLE, target, "can't be written");
  if (!keep_status (descriptor, target, mode, error)
      || !write_whole (descriptor, target, bytes, length, error))
    {
      g_unlink (beside);
      return FALSE;
    }
  if (!put_in_place (beside, target, &way_back))
    {
      fail (error, SETTINGS_ERROR_UNWRITABLE, target, "can't be replaced");
      g_unlink (beside);
      return FALSE;
    }
  return settle (folder, beside, target, way_back, error);
}
