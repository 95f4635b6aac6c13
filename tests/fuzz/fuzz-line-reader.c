/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <string.h>

#include "servers/net/line-reader.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What a session makes of the input when it comes in pieces of @step bytes. */
static GString *
read_all (const char *input, gsize length, gsize limit, gsize step)
{
  GString *seen = g_string_new (NULL);
  LineReader reader = { .limit = limit };
  gsize at = 0;

  for (gsize end = MIN (step, length); at < length; end = MIN (end + step, length))
    {
      Line line;
      do
        {
          line = line_reader_next (&reader, input + at, end - at);
          g_assert_cmpuint (line.taken, <=, end - at);
          at += line.taken;
          if (line.kind == LINE_PARTIAL)
            continue;

          g_assert_cmpuint (line.taken, >, 0);
          g_string_append_printf (seen, "%d:", line.kind);
          if (line.kind == LINE_WHOLE)
            {
              g_assert_true (memchr (line.text, '\n', line.length) == NULL);
              g_string_append_len (seen, line.text, line.length);
            }
          g_string_append (seen, "\r\n");
        }
      while (line.kind != LINE_PARTIAL);
      if (end == length)
        break;
    }

  return seen;
}

/* The lines are the same, however the network cuts the input. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size < 2)
    return 0;

  gsize limit = 2 + data[0] % 64;
  gsize step = 1 + data[1] % 16;
  const char *input = (const char *) data + 2;
  GString *whole = read_all (input, size - 2, limit, MAX (size, 1));
  GString *pieces = read_all (input, size - 2, limit, step);

  g_assert_true (g_string_equal (whole, pieces));
  g_string_free (whole, TRUE);
  g_string_free (pieces, TRUE);
  return 0;
}
