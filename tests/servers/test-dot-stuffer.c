/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/dot-stuffer.h"

#include <string.h>

static void
test_rows (void)
{
  const struct
  {
    const char *content, *sent;
  } rows[] = {
    { "", ".\r\n" },
    { "a\r\n", "a\r\n.\r\n" },
    { ".\r\n", "..\r\n.\r\n" },
    { "..\r\n", "...\r\n.\r\n" },
    { "a\r\n.b\r\nc.d\r\n", "a\r\n..b\r\nc.d\r\n.\r\n" },
    { "a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n.\r\n" },
    { "no end", "no end\r\n.\r\n" },
    { ".", "..\r\n.\r\n" },
    { "a\n.\r\nb\r\n", "a\n..\r\nb\r\n.\r\n" },
    { "\r\n\r\n", "\r\n\r\n.\r\n" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (gsize limit = 1; limit < 12; limit++)
      {
        g_autoptr (GBytes) content = g_bytes_new_static (rows[i].content, strlen (rows[i].content));
        g_autoptr (GString) sent = g_string_new (NULL);
        DotStuffer stuffer;
        dot_stuffer_init (&stuffer, content);
        while (dot_stuffer_next (&stuffer, limit, sent))
          ;
        g_assert_cmpstr (sent->str, ==, rows[i].sent);
        g_assert_false (dot_stuffer_next (&stuffer, limit, sent));
        g_assert_cmpstr (sent->str, ==, rows[i].sent);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dot-stuffer/rows", test_rows);
  return g_test_run ();
}
