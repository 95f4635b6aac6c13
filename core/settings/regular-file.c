/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "regular-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "settings-error.h"

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
  bytes = g_malloc (MIN ((guint64) status.st_size, max_bytes) + 2);
  if (!read_whole (descriptor, path, bytes, MIN ((guint64) status.st_size, max_bytes) + 1, length,
                   error))
    return NULL;
  if (*length > max_bytes)
    {
      g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_UNREADABLE,
                   "%s: is larger than %" G_GSIZE_FORMAT " bytes", path, max_bytes);
      return NULL;
    }
  bytes[*length] = '\0';
  return g_steal_pointer (&bytes);
}
