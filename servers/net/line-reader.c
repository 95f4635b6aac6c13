/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/line-reader.h"

#include <string.h>

/* Returns the place of the first CR LF in @bytes, or NULL. */
static const char *
find_line_end (const char *bytes, gsize length)
{
  const char *end = bytes + length;

  for (const char *from = bytes; from < end;)
    {
      const char *lf = memchr (from, '\n', end - from);
      if (lf == NULL)
        return NULL;
      if (lf > bytes && lf[-1] == '\r')
        return lf - 1;
      from = lf + 1;
    }

  return NULL;
}

static gboolean
is_clean (const char *text, gsize length)
{
  return memchr (text, '\r', length) == NULL && memchr (text, '\n', length) == NULL
         && memchr (text, '\0', length) == NULL;
}

/* The LF that makes a line end of the last CR may still be on its way. */
static gsize
without_last_cr (const char *bytes, gsize length)
{
  return length > 0 && bytes[length - 1] == '\r' ? length - 1 : length;
}

Line
line_reader_next (LineReader *reader, const char *bytes, gsize length)
{
  Line line = { .kind = LINE_PARTIAL, .text = bytes };
  const char *line_end
      = find_line_end (bytes, reader->is_skipping ? length : MIN (length, reader->limit));

  if (line_end == NULL && !reader->is_skipping && length >= reader->limit)
    {
      reader->is_skipping = TRUE;
      line_end = find_line_end (bytes, length);
    }

  if (line_end != NULL)
    {
      line.length = line_end - bytes;
      line.taken = line.length + 2;
      line.kind = reader->is_skipping             ? LINE_TOO_LONG
                  : is_clean (bytes, line.length) ? LINE_WHOLE
                                                  : LINE_BROKEN;
      reader->is_skipping = FALSE;
    }
  else if (reader->is_skipping)
    line.taken = without_last_cr (bytes, length);

  return line;
}
