/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <string.h>

#include "servers/pop3/pop3-content.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* First byte: size of the pieces; second: lines of TOP (255: all). However it is cut, the client
 * gets the same, and no line of it is a single dot. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GString) whole = g_string_new (NULL);
  g_autoptr (GString) pieces = g_string_new (NULL);
  const char *text = (const char *) data + 2;
  Pop3Content content;
  gint64 lines;
  gsize piece;

  if (size < 2)
    return 0;
  piece = 1 + data[0];
  lines = data[1] == 255 ? -1 : data[1];
  size -= 2;

  pop3_content_init (&content, lines);
  pop3_content_feed (&content, text, size, whole);
  pop3_content_end (&content, whole);
  pop3_content_init (&content, lines);
  for (gsize at = 0; at < size; at += piece)
    pop3_content_feed (&content, text + at, MIN (piece, size - at), pieces);
  pop3_content_end (&content, pieces);

  g_assert_true (g_string_equal (whole, pieces));
  g_assert_true (whole->len == 0 || g_str_has_suffix (whole->str + whole->len - 2, "\r\n"));
  g_assert_false (whole->len >= 3 && memcmp (whole->str, ".\r\n", 3) == 0);
  g_assert_null (memmem (whole->str, whole->len, "\n.\r\n", 4));
  return 0;
}
