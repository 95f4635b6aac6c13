/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/lists/row-file.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/lists/row-csv.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

static gboolean
is_utf16 (const char *bytes, gsize length)
{
  return length >= 2 && (memcmp (bytes, "\xff\xfe", 2) == 0 || memcmp (bytes, "\xfe\xff", 2) == 0);
}

/* @text: (transfer full) (nullable). CR LF and CR become LF. */
static char *
mend_line_ends (char *text)
{
  char *end = text;

  for (const char *next = text; next != NULL && *next != '\0'; next++)
    if (*next != '\r')
      *end++ = *next;
    else if (next[1] != '\n')
      *end++ = '\n';
  if (text != NULL)
    *end = '\0';
  return text;
}

char *
row_file_decode (const char *bytes, gsize length, GError **error)
{
  char *text;
  gsize written;

  if (length > ROW_FILE_MAX_BYTES)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _ ("It is too large for a list."));
      return NULL;
    }
  if (is_utf16 (bytes, length))
    text = g_convert (bytes, (gssize) length, "UTF-8", "UTF-16", NULL, &written, NULL);
  else if (g_utf8_validate_len (bytes, length, NULL))
    text = g_strndup (bytes, written = length);
  else
    text = g_convert (bytes, (gssize) length, "UTF-8", "ISO-8859-1", NULL, &written, NULL);
  if (text == NULL || memchr (text, '\0', written) != NULL)
    {
      g_free (text);
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("It is not a text."));
      return NULL;
    }
  if (g_str_has_prefix (text, BYTE_ORDER_MARK))
    memmove (text, text + strlen (BYTE_ORDER_MARK), strlen (text + strlen (BYTE_ORDER_MARK)) + 1);
  return mend_line_ends (text);
}

GString *
row_file_to_text (const char *const *rows)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; rows[i] != NULL; i++)
    {
      g_string_append (text, rows[i]);
      g_string_append_c (text, '\n');
    }
  return text;
}

GString *
row_file_to_csv (const char *const *rows, const char *heading)
{
  GString *text = g_string_new (NULL);

  row_csv_append (text, heading);
  g_string_append (text, "\r\n");
  for (gsize i = 0; rows[i] != NULL; i++)
    {
      row_csv_append (text, rows[i]);
      g_string_append (text, "\r\n");
    }
  return text;
}
