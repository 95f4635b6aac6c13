/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/reply.h"

#include <string.h>

int
reply_next (const char *bytes, gsize length, gsize *taken)
{
  gsize at = 0;
  const char *end;
  while ((end = memchr (bytes + at, '\n', length - at)))
    {
      const char *line = bytes + at;
      if (end - line < 4 || !g_ascii_isdigit (line[0]) || !g_ascii_isdigit (line[1])
          || !g_ascii_isdigit (line[2]))
        return -1;
      at = end + 1 - bytes;
      if (line[3] != '-')
        {
          *taken = at;
          return (line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0';
        }
    }
  return 0;
}
