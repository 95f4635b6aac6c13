/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/dot-stuffer.h"

#include <string.h>

void
dot_stuffer_init (DotStuffer *stuffer, GBytes *content)
{
  *stuffer = (DotStuffer){ .at_line_start = TRUE };
  stuffer->content = g_bytes_get_data (content, &stuffer->length);
}

/* Any LF begins a line here, not only one behind a CR: a dot too many is harmless, one too few ends
 * the message. */
static void
append_line (DotStuffer *stuffer, gsize limit, GString *output)
{
  const char *start = stuffer->content + stuffer->position;
  const char *line_end = memchr (start, '\n', limit);
  gsize length = line_end != NULL ? (gsize) (line_end - start) + 1 : limit;
  if (stuffer->at_line_start && *start == '.')
    g_string_append_c (output, '.');
  g_string_append_len (output, start, (gssize) length);
  stuffer->position += length;
  stuffer->at_line_start = line_end != NULL;
}

gboolean
dot_stuffer_next (DotStuffer *stuffer, gsize limit, GString *output)
{
  gsize end = stuffer->position + MIN (limit, stuffer->length - stuffer->position);
  while (stuffer->position < end)
    append_line (stuffer, end - stuffer->position, output);
  if (stuffer->position < stuffer->length)
    return TRUE;
  if (!stuffer->ended)
    g_string_append (output, stuffer->at_line_start ? ".\r\n" : "\r\n.\r\n");
  stuffer->ended = TRUE;
  return FALSE;
}
