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

gsize
line_reader_skip (const char *bytes, gsize length, gboolean *ended)
{
  const char *line_end = find_line_end (bytes, length);

  *ended = line_end != NULL;
  if (line_end != NULL)
    return line_end + 2 - bytes;

  /* The LF that makes a line end of this CR may still be on its way. */
  if (length > 0 && bytes[length - 1] == '\r')
    return length - 1;

  return length;
}

Line
line_reader_next (const char *bytes, gsize length, gsize limit)
{
  Line line = { .kind = LINE_PARTIAL, .text = bytes };
  const char *line_end = find_line_end (bytes, MIN (length, limit));

  if (line_end != NULL)
    {
      line.length = line_end - bytes;
      line.taken = line.length + 2;
      line.ended = TRUE;
      line.kind = is_clean (bytes, line.length) ? LINE_WHOLE : LINE_BROKEN;
    }
  else if (length >= limit)
    {
      line.kind = LINE_TOO_LONG;
      line.taken = line_reader_skip (bytes, length, &line.ended);
      line.length = line.taken - (line.ended ? 2 : 0);
    }

  return line;
}
