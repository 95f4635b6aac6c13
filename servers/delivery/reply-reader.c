/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/reply-reader.h"

void
reply_reader_init (ReplyReader *reader)
{
  *reader = (ReplyReader){ .is_new = TRUE, .text = g_string_new (NULL) };
}

void
reply_reader_clear (ReplyReader *reader)
{
  g_string_free (reader->text, TRUE);
}

/* Returns 0 for what is no code. */
static guint
parse_code (const char *line, gsize length)
{
  if (length < 3 || line[0] < '2' || line[0] > '5' || !g_ascii_isdigit (line[1])
      || !g_ascii_isdigit (line[2]))
    return 0;
  return (guint) ((line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0'));
}

static void
append_text (ReplyReader *reader, const char *text, gsize length)
{
  g_string_append_c (reader->text, ' ');
  for (gsize i = 0; i < length && reader->text->len < REPLY_TEXT_MAX; i++)
    g_string_append_c (reader->text, g_ascii_isprint (text[i]) ? text[i] : '?');
}

ReplyStatus
reply_reader_feed (ReplyReader *reader, const char *line, gsize length)
{
  guint code = parse_code (line, length);
  if (code == 0 || (length > 3 && line[3] != ' ' && line[3] != '-'))
    return REPLY_BROKEN;
  if (reader->is_new)
    {
      g_string_printf (reader->text, "%u", code);
      reader->code = code;
      reader->lines = 0;
    }
  reader->lines++;
  if (code != reader->code || reader->lines > REPLY_LINES_MAX)
    return REPLY_BROKEN;

  if (length > 4)
    append_text (reader, line + 4, length - 4);
  reader->is_new = length <= 3 || line[3] == ' ';
  return reader->is_new ? REPLY_COMPLETE : REPLY_INCOMPLETE;
}
