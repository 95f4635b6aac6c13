/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/input.h"

#include <glib/gi18n.h>

#include <string.h>

char *
input_read (const char *file, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;

  const char *path = g_str_equal (file, "-") ? "/dev/stdin" : file;
  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  if (strlen (text) != length || !g_utf8_validate (text, length, NULL))
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, _ ("%s is not a text in UTF-8"), file);
      return NULL;
    }
  return g_steal_pointer (&text);
}

gboolean
input_revision (const char *text, guint64 *revision)
{
  return g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT64, revision, NULL);
}
