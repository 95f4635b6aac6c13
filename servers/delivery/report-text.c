/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/report-text.h"

#include <string.h>

/* How many of the bytes at @at stand for one letter that may be shown as it is; 0: none. */
static gsize
letter_length (ReportTextKind kind, const char *at, gsize length)
{
  if (g_ascii_isprint (*at) || *at == '\t')
    return 1;
  if (kind == REPORT_TEXT_ASCII || (guchar) *at < 0x80)
    return 0;
  gunichar letter = g_utf8_get_char_validated (at, (gssize) length);
  return (gint32) letter >= 0 && !g_unichar_iscntrl (letter) ? g_unichar_to_utf8 (letter, NULL) : 0;
}

void
report_text_append (GString *text, ReportTextKind kind, const char *bytes, gsize length, gsize max)
{
  const char *end = bytes + length;
  gsize room = max;
  while (bytes < end)
    {
      gsize taken = letter_length (kind, bytes, (gsize) (end - bytes));
      if (MAX (taken, 1) > room)
        return;
      if (taken > 0)
        g_string_append_len (text, bytes, (gssize) taken);
      else
        g_string_append_c (text, '?');
      taken = MAX (taken, 1);
      bytes += taken;
      room -= taken;
    }
}

/* The end of the line at @at, behind its LF; NULL when it has none. */
static const char *
end_of_line (const char *at, const char *end)
{
  const char *newline = memchr (at, '\n', (gsize) (end - at));
  return newline != NULL ? newline + 1 : NULL;
}

static gsize
length_without_end (const char *line, const char *line_end)
{
  gsize length = (gsize) (line_end - line) - 1;
  return length > 0 && line[length - 1] == '\r' ? length - 1 : length;
}

gsize
report_text_header_length (const char *content, gsize length, gsize max)
{
  const char *at = content, *end = content + MIN (length, max);
  const char *next;
  while (at < end && (next = end_of_line (at, end)) != NULL && length_without_end (at, next) > 0)
    at = next;
  return (gsize) (at - content);
}

void
report_text_append_header (GString *text, ReportTextKind kind, const char *header, gsize length)
{
  const char *end = header + length;
  while (header < end)
    {
      const char *next = end_of_line (header, end);
      report_text_append (text, kind, header, length_without_end (header, next),
                          REPORT_TEXT_LINE_MAX);
      g_string_append (text, "\r\n");
      header = next;
    }
}

void
report_text_append_message (GString *text, const char *content, gsize length)
{
  g_string_append_len (text, content, (gssize) length);
  if (length < 2 || memcmp (content + length - 2, "\r\n", 2) != 0)
    g_string_append (text, "\r\n");
}

char *
report_text_status (const char *reply, char class)
{
  g_autofree char *none = g_strdup_printf ("%c.0.0", class);
  if (strspn (reply, "0123456789") != 3 || reply[3] != ' ' || reply[4] != class || reply[5] != '.')
    return g_steal_pointer (&none);
  const char *start = reply + 4;
  gsize subject = strspn (start + 2, "0123456789");
  if (subject < 1 || subject > 3 || start[2 + subject] != '.')
    return g_steal_pointer (&none);
  gsize detail = strspn (start + 2 + subject + 1, "0123456789");
  char after = start[2 + subject + 1 + detail];
  if (detail < 1 || detail > 3 || (after != ' ' && after != '\0'))
    return g_steal_pointer (&none);
  return g_strndup (start, 2 + subject + 1 + detail);
}
