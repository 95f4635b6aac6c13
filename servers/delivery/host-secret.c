/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/host-secret.h"

#include "core/settings/regular-file.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#define SECRET_MAX_BYTES 4096
#define PIECE_MIN 4
#define PIECE_MAX 8

static void
warn_of_readers (const char *path)
{
  GStatBuf info;
  if (g_stat (path, &info) == 0 && (info.st_mode & 0007) != 0)
    g_warning ("%s holds a secret, and anybody on this system can read it: chmod o= %s", path,
               path);
}

char *
host_secret_read (const char *path, GError **error)
{
  gsize length;
  char *secret = regular_file_read (path, SECRET_MAX_BYTES, &length, error);
  if (secret == NULL)
    return NULL;
  gsize end = length;
  while (end > 0 && (secret[end - 1] == '\n' || secret[end - 1] == '\r'))
    secret[--end] = '\0';
  if (end == 0 || strlen (secret) != end || strpbrk (secret, "\r\n") != NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "%s does not hold a secret in its one and only line", path);
      explicit_bzero (secret, length);
      g_free (secret);
      return NULL;
    }
  warn_of_readers (path);
  return secret;
}

/* Returns: the length of the longest piece of @secret that @text begins with */
static gsize
measure_piece (const char *text, const char *secret)
{
  gsize longest = 0;
  for (const char *from = secret; *from != '\0'; from++)
    {
      gsize length = 0;
      while (from[length] != '\0' && text[length] == from[length])
        length++;
      longest = MAX (longest, length);
    }
  return longest;
}

void
host_secret_hide (char *text, const char *secret)
{
  gsize least = CLAMP (strlen (secret), PIECE_MIN, PIECE_MAX);
  for (char *at = text; *at != '\0';)
    {
      gsize length = measure_piece (at, secret);
      if (length >= least)
        memset (at, '*', length);
      at += length >= least ? length : 1;
    }
}

void
host_secret_clear (char *secret)
{
  if (secret == NULL)
    return;
  explicit_bzero (secret, strlen (secret));
  g_free (secret);
}
