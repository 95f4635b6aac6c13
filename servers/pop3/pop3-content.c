/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-content.h"

#include <string.h>

void
pop3_content_init (Pop3Content *content, gint64 lines)
{
  *content = (Pop3Content){ .lines_left = lines };
}

gboolean
pop3_content_is_full (const Pop3Content *content)
{
  return content->in_body && content->lines_left == 0;
}

/* The first line with nothing in it ends the header. */
static void
end_line (Pop3Content *content, gboolean is_empty)
{
  content->line_length = 0;
  if (content->in_body && content->lines_left > 0)
    content->lines_left--;
  else if (is_empty)
    content->in_body = TRUE;
}

/* What stays as it is goes out in one piece, up to the next byte that has to be put in. */
void
pop3_content_feed (Pop3Content *content, const char *bytes, gsize length, GString *output)
{
  const char *end = bytes + length;
  const char *span = bytes; /* all before it is in the output */

  while (bytes < end && !pop3_content_is_full (content))
    {
      const char *lf = memchr (bytes, '\n', end - bytes);
      const char *text_end = lf != NULL ? lf : end;
      gboolean ends_in_cr = (text_end > bytes ? text_end[-1] : content->last) == '\r';

      if (content->line_length == 0 && *bytes == '.')
        {
          g_string_append_len (output, span, bytes - span);
          g_string_append_c (output, '.');
          span = bytes;
        }
      content->line_length += text_end - bytes;
      content->last = lf != NULL ? '\n' : end[-1];
      bytes = lf != NULL ? lf + 1 : end;
      if (lf == NULL)
        break;

      if (!ends_in_cr)
        {
          g_string_append_len (output, span, lf - span);
          g_string_append (output, "\r\n");
          span = bytes;
        }
      end_line (content, content->line_length == (ends_in_cr ? 1 : 0));
    }
  g_string_append_len (output, span, bytes - span);
}

void
pop3_content_end (Pop3Content *content, GString *output)
{
  if (content->line_length > 0)
    g_string_append (output, "\r\n");
  content->line_length = 0;
}
