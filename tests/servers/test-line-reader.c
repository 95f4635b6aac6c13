/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/line-reader.h"

#include <string.h>

typedef struct
{
  const char *input;
  gsize length; /* 0: strlen */
  LineKind kind;
  const char *text;
  gsize taken;
  gboolean ended;
} Case;

/* The limit is 10 bytes. */
static const Case CASES[] = {
  { "", 0, LINE_PARTIAL, "", 0, FALSE },
  { "\r", 0, LINE_PARTIAL, "", 0, FALSE },
  { "\r\n", 0, LINE_WHOLE, "", 2, TRUE },
  { "NOOP\r\nQUIT\r\n", 0, LINE_WHOLE, "NOOP", 6, TRUE },
  { "NOOP", 0, LINE_PARTIAL, "", 0, FALSE },
  { "NOOP\r", 0, LINE_PARTIAL, "", 0, FALSE },
  { "NOOP\n", 0, LINE_PARTIAL, "", 0, FALSE },
  { "12345678\r\n", 0, LINE_WHOLE, "12345678", 10, TRUE },
  { "12345678\r", 0, LINE_PARTIAL, "", 0, FALSE },
  { "123456789\r", 0, LINE_TOO_LONG, "123456789", 9, FALSE },
  { "123456789\r\n", 0, LINE_TOO_LONG, "123456789", 11, TRUE },
  { "12345678901234\r\nNOOP\r\n", 0, LINE_TOO_LONG, "12345678901234", 16, TRUE },
  { "1234567890123", 0, LINE_TOO_LONG, "1234567890123", 13, FALSE },
  { "A\nB\r\n", 0, LINE_BROKEN, "A\nB", 5, TRUE },
  { "\nB\r\n", 0, LINE_BROKEN, "\nB", 4, TRUE },
  { "A\rB\r\n", 0, LINE_BROKEN, "A\rB", 5, TRUE },
  { "A\r\r\n", 0, LINE_BROKEN, "A\r", 4, TRUE },
  { "A\0B\r\n", 5, LINE_BROKEN, NULL, 5, TRUE },
  { "\377\376\r\n", 0, LINE_WHOLE, "\377\376", 4, TRUE },
};

static void
test_next (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      const Case *expected = &CASES[i];
      gsize length = expected->length > 0 ? expected->length : strlen (expected->input);
      Line line = line_reader_next (expected->input, length, 10);

      g_test_message ("case %zu", i);
      g_assert_cmpint (line.kind, ==, expected->kind);
      g_assert_cmpuint (line.taken, ==, expected->taken);
      g_assert_cmpint (line.ended, ==, expected->ended);
      if (expected->text != NULL)
        g_assert_cmpmem (line.text, line.length, expected->text, strlen (expected->text));
    }
}

/* A line that is too long and comes in any two pieces is dropped to its end, and no further. */
static void
test_skip (void)
{
  static const char input[] = "0123456789\r0123456789\r\nNOOP\r\n";
  gsize length = sizeof input - 1;

  for (gsize cut = 10; cut < length; cut++)
    {
      Line line = line_reader_next (input, cut, 10);
      gsize at = line.taken;
      gboolean ended = line.ended;
      g_assert_cmpint (line.kind, ==, LINE_TOO_LONG);
      if (!ended)
        at += line_reader_skip (input + at, length - at, &ended);

      g_assert_true (ended);
      g_assert_cmpstr (input + at, ==, "NOOP\r\n");
    }
}

static void
test_skip_without_end (void)
{
  gboolean ended = TRUE;

  g_assert_cmpuint (line_reader_skip ("", 0, &ended), ==, 0);
  g_assert_false (ended);
  g_assert_cmpuint (line_reader_skip ("abc", 3, &ended), ==, 3);
  g_assert_cmpuint (line_reader_skip ("abc\r", 4, &ended), ==, 3);
  g_assert_false (ended);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/line-reader/next", test_next);
  g_test_add_func ("/line-reader/skip", test_skip);
  g_test_add_func ("/line-reader/skip-without-end", test_skip_without_end);
  return g_test_run ();
}
