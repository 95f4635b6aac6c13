/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/activity/activity-text.h"

#include "servers/activity/activity-history.h"

#include <string.h>

#define FIRST_LINE "postern-activity 1\n"
#define COUNTERS "counters"
#define DIGEST "sha256 "
#define DIGEST_LENGTH 64
#define LAST_LINE_LENGTH (strlen (DIGEST) + DIGEST_LENGTH + 1)

/* Of spans of an hour at the most, so that their time is no number too big. */
#define SPAN_NUMBER_MAX (G_MAXINT64 / 3600)

GString *
activity_text_begin (const char *const *counters)
{
  GString *text = g_string_new (FIRST_LINE COUNTERS);

  for (; *counters != NULL; counters++)
    g_string_append_printf (text, " %s", *counters);
  g_string_append_c (text, '\n');
  return text;
}

void
activity_text_add (GString *text, const char *word, const ActivitySeries *series)
{
  for (guint row = 0; row < series->numbers->len; row++)
    {
      const guint64 *values = activity_series_row (series, row);
      g_string_append_printf (text, "%s %" G_GINT64_FORMAT, word,
                              activity_series_number (series, row));
      for (guint i = 0; i < series->n_counters; i++)
        g_string_append_printf (text, " %" G_GUINT64_FORMAT, values[i]);
      g_string_append_c (text, '\n');
    }
}

char *
activity_text_end (GString *text)
{
  g_autofree char *digest
      = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, (gssize) text->len);

  g_string_append_printf (text, DIGEST "%s\n", digest);
  return g_string_free (text, FALSE);
}

/* --- Reading --- */

static gboolean
is_name (const char *name)
{
  gsize length = strlen (name);

  return length > 0 && length <= ACTIVITY_NAME_MAX
         && strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

static gboolean
read_columns (const char *line, char ***columns)
{
  g_auto (GStrv) words = g_strsplit (line, " ", ACTIVITY_COUNTERS_MAX + 2);

  if (words[0] == NULL || !g_str_equal (words[0], COUNTERS)
      || g_strv_length (words) > ACTIVITY_COUNTERS_MAX + 1)
    return FALSE;
  for (char **name = words + 1; *name != NULL; name++)
    if (!is_name (*name))
      return FALSE;
  *columns = g_strdupv (words + 1);
  return TRUE;
}

/* A decimal number without sign, space or leading zero. */
static gboolean
read_number (const char *word, guint64 max, guint64 *number)
{
  return word != NULL && g_ascii_isdigit (*word) && (*word != '0' || word[1] == '\0')
         && g_ascii_string_to_unsigned (word, 10, 0, max, number, NULL);
}

static gboolean
read_row (const char *line, guint n_values, const ActivityTextReader *reader, gpointer user)
{
  g_auto (GStrv) words = g_strsplit (line, " ", (int) n_values + 3);
  guint64 values[ACTIVITY_COUNTERS_MAX], number;

  if (g_strv_length (words) != n_values + 2 || !read_number (words[1], SPAN_NUMBER_MAX, &number))
    return FALSE;
  for (guint i = 0; i < n_values; i++)
    if (!read_number (words[i + 2], G_MAXUINT64, &values[i]))
      return FALSE;
  ActivityTextRow row = { words[0], (gint64) number, n_values, values };
  return reader->row (user, &row);
}

/* Lines up to the last one, which is the digest of all of them. */
static gboolean
is_signed (const char *text, gsize length)
{
  if (length < LAST_LINE_LENGTH || memchr (text, '\0', length) != NULL)
    return FALSE;
  gsize signed_length = length - LAST_LINE_LENGTH;
  g_autofree char *digest
      = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, (gssize) signed_length);
  g_autofree char *wanted = g_strdup_printf (DIGEST "%s\n", digest);

  return memcmp (text + signed_length, wanted, LAST_LINE_LENGTH) == 0;
}

static gboolean
fail (guint line, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "line %u is not as it was written",
               line);
  return FALSE;
}

gboolean
activity_text_read (
    const char *text, gsize length, const ActivityTextReader *reader, gpointer user, GError **error)
{
  if (!is_signed (text, length))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "it was cut, or changed by somebody else");
      return FALSE;
    }
  g_autofree char *body = g_strndup (text, length - LAST_LINE_LENGTH);
  g_auto (GStrv) lines = g_strsplit (body, "\n", -1);
  g_auto (GStrv) columns = NULL;
  guint n_lines = g_strv_length (lines);

  if (!g_str_has_prefix (body, FIRST_LINE))
    return fail (1, error);
  if (!read_columns (lines[1], &columns))
    return fail (2, error);
  reader->columns (user, columns);
  for (guint line = 2; line + 1 < n_lines; line++)
    if (!read_row (lines[line], g_strv_length (columns), reader, user))
      return fail (line + 1, error);
  return *lines[n_lines - 1] == '\0' || fail (n_lines, error);
}
