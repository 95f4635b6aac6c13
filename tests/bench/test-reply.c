/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/reply.h"

#include <string.h>

static int
next (const char *text, gsize *taken)
{
  return reply_next (text, strlen (text), taken);
}

static void
test_reply (void)
{
  gsize taken = 0;
  g_assert_cmpint (next ("250 OK\r\n354 go", &taken), ==, 250);
  g_assert_cmpuint (taken, ==, strlen ("250 OK\r\n"));
  g_assert_cmpint (next ("250-one\r\n250-two\r\n250 three\r\nrest", &taken), ==, 250);
  g_assert_cmpuint (taken, ==, strlen ("250-one\r\n250-two\r\n250 three\r\n"));
  g_assert_cmpint (next ("554\r\n", &taken), ==, 554);
}

static void
test_not_whole (void)
{
  gsize taken = 0;
  g_assert_cmpint (next ("", &taken), ==, 0);
  g_assert_cmpint (next ("25", &taken), ==, 0);
  g_assert_cmpint (next ("250-one\r\n250-two\r\n", &taken), ==, 0);
  g_assert_cmpint (next ("250-one\r\n250 tw", &taken), ==, 0);
}

static void
test_no_reply (void)
{
  gsize taken = 0;
  g_assert_cmpint (next ("+OK hello\r\n", &taken), ==, -1);
  g_assert_cmpint (next ("\r\n", &taken), ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reply/reply", test_reply);
  g_test_add_func ("/reply/not-whole", test_not_whole);
  g_test_add_func ("/reply/no-reply", test_no_reply);
  return g_test_run ();
}
