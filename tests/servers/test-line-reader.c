/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/line-reader.h"

#include <string.h>

#define LIMIT 10

typedef struct
{
  const char *input;
  gsize length; /* 0: strlen */
  LineKind kind;
  const char *text; /* of a whole line */
  gsize taken;
} Case;

static const Case CASES[] = {
  { "", 0, LINE_PARTIAL, NULL, 0 },
  { "\r", 0, LINE_PARTIAL, NULL, 0 },
  { "\r\n", 0, LINE_WHOLE, "", 2 },
  { "NOOP\r\nQUIT\r\n", 0, LINE_WHOLE, "NOOP", 6 },
  { "NOOP", 0, LINE_PARTIAL, NULL, 0 },
  { "NOOP\r", 0, LINE_PARTIAL, NULL, 0 },
  { "NOOP\n", 0, LINE_PARTIAL, NULL, 0 },
  { "12345678\r\n", 0, LINE_WHOLE, "12345678", 10 },
  { "12345678\r", 0, LINE_PARTIAL, NULL, 0 },
  { "123456789\r", 0, LINE_PARTIAL, NULL, 9 },
  { "123456789\r\n", 0, LINE_TOO_LONG, NULL, 11 },
  { "12345678901234\r\nNOOP\r\n", 0, LINE_TOO_LONG, NULL, 16 },
  { "1234567890123", 0, LINE_PARTIAL, NULL, 13 },
  { "A\nB\r\n", 0, LINE_BROKEN, NULL, 5 },
  { "\nB\r\n", 0, LINE_BROKEN, NULL, 4 },
  { "A\rB\r\n", 0, LINE_BROKEN, NULL, 5 },
  { "A\r\r\n", 0, LINE_BROKEN, NULL, 4 },
  { "A\0B\r\n", 5, LINE_BROKEN, NULL, 5 },
  { "\377\376\r\n", 0, LINE_WHOLE, "\377\376", 4 },
};

static void
test_first_line (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      const Case *expected = &CASES[i];
      gsize length = expected->length > 0 ? expected->length : strlen (expected->input);
      LineReader reader = { .limit = LIMIT };
      Line line = line_reader_next (&reader, expected->input, length);

      g_test_message ("case %zu", i);
      g_assert_cmpint (line.kind, ==, expected->kind);
      g_assert_cmpuint (line.taken, ==, expected->taken);
      if (expected->text != NULL)
        g_assert_cmpmem (line.text, line.length, expected->text, strlen (expected->text));
    }
}

/* A line that is too long and comes in any two pieces is one line, dropped to its end and no
 * further. */
static void
test_too_long_in_pieces (void)
{
  static const char input[] = "0123456789\r0123456789\r\nNOOP\r\n";
  gsize length = sizeof input - 1;

  for (gsize cut = 0; cut <= length; cut++)
    {
      LineReader reader = { .limit = LIMIT };
      Line line = line_reader_next (&reader, input, cut);
      gsize at = line.taken;
      if (line.kind == LINE_PARTIAL)
        {
          line = line_reader_next (&reader, input + at, length - at);
          at += line.taken;
        }
      g_assert_cmpint (line.kind, ==, LINE_TOO_LONG);

      line = line_reader_next (&reader, input + at, length - at);
      g_assert_cmpint (line.kind, ==, LINE_WHOLE);
      g_assert_cmpmem (line.text, line.length, "NOOP", 4);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/line-reader/first-line", test_first_line);
  g_test_add_func ("/line-reader/too-long-in-pieces", test_too_long_in_pieces);
  return g_test_run ();
}
