/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/input.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

/* More than the authority takes, and less than the bus does; what has no end must not fill the memory. */
#define MAX_BYTES (24 * 1024 * 1024)

static gboolean
read_whole (FILE *stream, GByteArray *bytes)
{
  guint8 part[65536];
  gsize length;

  while (bytes->len <= MAX_BYTES && (length = fread (part, 1, sizeof part, stream)) > 0)
    g_byte_array_append (bytes, part, length);
  return !ferror (stream);
}

char *
input_read (const char *file, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gboolean standard = g_str_equal (file, "-");
  FILE *stream = standard ? stdin : fopen (file, "re");
  gboolean good = stream != NULL && read_whole (stream, bytes);
  int code = errno;

  if (stream != NULL && !standard)
    fclose (stream);
  if (!good)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "%s: %s", file,
                   g_strerror (code));
      return NULL;
    }
  if (bytes->len > MAX_BYTES)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, _ ("%s is larger than settings can be"),
                   file);
      return NULL;
    }
  if (!g_utf8_validate ((const char *) bytes->data, bytes->len, NULL))
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, _ ("%s is not a text in UTF-8"), file);
      return NULL;
    }
  return g_strndup ((const char *) bytes->data, bytes->len);
}

gboolean
input_revision (const char *text, guint64 *revision)
{
  return g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT64, revision, NULL);
}
