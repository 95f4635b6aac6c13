/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/output.h"

#include "core/ctl/json-output.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct _OutputTable
{
  guint columns;
  GPtrArray *rows; /* (owned) (element-type GStrv): the headings first */
};

/* Not only control characters: a mark of direction turns the rest of the line around, and some terminals
 * end a line at a separator of Unicode. */
static gboolean
is_harmless (gunichar character)
{
  switch (g_unichar_type (character))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return FALSE;
    default:
      return TRUE;
    }
}

/* Returns: (transfer full): @text, harmless to a terminal: a "?" for each byte that is not */
static char *
harmless (const char *text)
{
  char *copy = g_utf8_make_valid (text, -1);

  for (char *c = copy, *next; *c != '\0'; c = next)
    {
      next = g_utf8_next_char (c);
      if (!is_harmless (g_utf8_get_char (c)))
        memset (c, '?', (gsize) (next - c));
    }
  return copy;
}

OutputTable *
output_table_new (const char *const *headings)
{
  OutputTable *table = g_new0 (OutputTable, 1);

  table->columns = g_strv_length ((char **) headings);
  table->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_ptr_array_add (table->rows, g_strdupv ((char **) headings));
  return table;
}

void
output_table_free (OutputTable *table)
{
  g_ptr_array_unref (table->rows);
  g_free (table);
}

void
output_table_add (OutputTable *table, ...)
{
  char **row = g_new0 (char *, table->columns + 1);
  va_list texts;

  va_start (texts, table);
  for (guint i = 0; i < table->columns; i++)
    row[i] = harmless (va_arg (texts, const char *));
  va_end (texts);
  g_ptr_array_add (table->rows, row);
}

void
output_table_print (const OutputTable *table)
{
  g_autofree glong *widths = g_new0 (glong, table->columns);

  for (guint r = 0; r < table->rows->len; r++)
    for (guint c = 0; c < table->columns; c++)
      {
        char **row = g_ptr_array_index (table->rows, r);
        widths[c] = MAX (widths[c], g_utf8_strlen (row[c], -1));
      }

  for (guint r = 0; r < table->rows->len; r++)
    {
      char **row = g_ptr_array_index (table->rows, r);
      g_autoptr (GString) line = g_string_new (NULL);
      for (guint c = 0; c < table->columns; c++)
        {
          g_string_append (line, row[c]);
          if (c + 1 < table->columns)
            for (glong n = g_utf8_strlen (row[c], -1); n < widths[c] + 2; n++)
              g_string_append_c (line, ' ');
        }
      puts (line->str);
    }
}

void
output_line (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_autofree char *line = harmless (text);
  puts (line);
}

void
output_text (const char *text)
{
  fputs (text, stdout);
}

/* Whether a control character begins at @at: one byte of ASCII, or two in UTF-8. */
static gboolean
is_control (const char *at, gsize length)
{
  if (*at == '\n' || *at == '\t')
    return FALSE;
  return g_ascii_iscntrl (*at) || (*at == '\xc2' && (length < 2 || (guchar) at[1] < 0xa0));
}

void
output_bytes (const char *bytes, gsize length)
{
  if (!isatty (STDOUT_FILENO))
    fwrite (bytes, 1, length, stdout);
  else
    for (gsize i = 0; i < length; i++)
      if (bytes[i] != '\r')
        putchar (is_control (bytes + i, length - i) ? '?' : bytes[i]);
}

static gboolean
write_to (const char *path, const char *text)
{
  FILE *stream = fopen (path, "we");
  gboolean written = stream != NULL && fputs (text, stream) >= 0;

  return stream != NULL && fclose (stream) == 0 && written;
}

gboolean
output_file (const char *path, const char *text, GError **error)
{
  if (!g_file_test (path, G_FILE_TEST_EXISTS) || g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return g_file_set_contents_full (
        path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0640, error);
  if (write_to (path, text))
    return TRUE;
  int code = errno;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "%s: %s", path,
               g_strerror (code));
  return FALSE;
}

gboolean
output_is_written (void)
{
  return fflush (stdout) == 0 && !ferror (stdout);
}

void
output_warning (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_autofree char *line = harmless (text);
  g_printerr (_ ("posternctl: warning: %s\n"), line);
}

char *
output_time (gint64 time_s)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_s);
  return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S") : g_strdup ("?");
}

void
output_revision (const Client *client, guint64 before, guint64 revision)
{
  gboolean changed = revision != before;
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, revision);

  if (client->json)
    json_output_print (
        g_variant_new_parsed ("{'revision': <%t>, 'changed': <%b>}", revision, changed));
  else if (changed)
    output_line (_ ("Saved as revision %s."), number);
  else
    output_line (_ ("Nothing differs from revision %s."), number);
}
