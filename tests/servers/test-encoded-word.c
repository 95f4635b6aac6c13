/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/filter/encoded-word.h"

#include <string.h>

static void
test_lines (void)
{
  static const struct
  {
    const char *line, *expected; /* %NULL: as it was */
  } rows[] = {
    { "Subject: =?utf-8?B?b2Y=?= =?utf-8?b?ZmVy?=",
      "Subject: =?utf-8?Q?=6F=66?= =?utf-8?Q?=66=65=72?=" },
    { "x=?ISO-8859-1*en?b?5A==?=y", "x=?ISO-8859-1*en?Q?=E4?=y" },
    { "=?utf-8?b?"
      "?=",
      "=?utf-8?Q?"
      "?=" },
    { "=?=?utf-8?b?YQ==?=", "=?=?utf-8?Q?=61?=" },
    { "Subject: =?utf-8?Q?b2Y=?=", NULL },
    { "Subject: =? ?B?b2Y=?=", NULL },
    { "Subject: =??B?b2Y=?=", NULL },
    { "Subject: =?utf-8?B?b2 Y=?=", NULL },
    { "Subject: =?utf-8?B?b2Y=", NULL },
    { "Subject: =?utf-8?B", NULL },
    { "Subject: =?utf-8", NULL },
    { "=?", NULL },
    { "", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GByteArray) text = g_byte_array_new ();
      const char *expected = rows[i].expected != NULL ? rows[i].expected : rows[i].line;
      /* Nothing behind the end is looked at. */
      g_autofree char *line = g_memdup2 (rows[i].line, MAX (strlen (rows[i].line), 1));

      g_test_message ("%s", rows[i].line);
      encoded_word_append_line (text, line, strlen (rows[i].line));
      g_assert_cmpmem (text->data, text->len, expected, strlen (expected));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/encoded-word/lines", test_lines);
  return g_test_run ();
}
