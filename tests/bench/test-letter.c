/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/letter.h"

#include <string.h>

#define SIZE 10240

/* As long as was asked, in lines that no server has to change. */
static void
test_form (void)
{
  Letter letter;
  letter_set_up (&letter, "ann@example.org", "joe@example.net", "form", SIZE);
  g_assert_cmpuint (letter.length, ==, SIZE + strlen (".\r\n"));
  g_assert_true (g_str_has_suffix (letter.text, "\r\n.\r\n"));
  g_auto (GStrv) lines = g_strsplit (letter.text, "\r\n", -1);
  guint n = g_strv_length (lines);
  g_assert_cmpuint (n, >, SIZE / 78);
  for (guint i = 0; i + 2 < n; i++)
    {
      g_assert_cmpuint (strlen (lines[i]), <=, 76);
      g_assert_false (g_str_has_prefix (lines[i], "."));
    }
  letter_tear_down (&letter);
}

static void
test_number (void)
{
  Letter letter;
  letter_set_up (&letter, "ann@example.org", "joe@example.net", "tag", SIZE);
  letter_number (&letter, 4294967295u);
  g_assert_nonnull (strstr (letter.text, "\r\nMessage-ID: <tag-4294967295@bench>\r\n\r\n"));
  letter_number (&letter, 42);
  g_autofree char *id = g_strndup (letter.text + letter.id_at, letter.id_length);
  g_assert_cmpstr (id, ==, "<tag-0000000042@bench>");
  letter_tear_down (&letter);
}

/* A size below what the header needs gives a message without a text. */
static void
test_small (void)
{
  Letter letter;
  letter_set_up (&letter, "ann@example.org", "joe@example.net", "tag", 0);
  g_assert_true (g_str_has_suffix (letter.text, "@bench>\r\n\r\n.\r\n"));
  letter_tear_down (&letter);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/letter/form", test_form);
  g_test_add_func ("/letter/number", test_number);
  g_test_add_func ("/letter/small", test_small);
  return g_test_run ();
}
