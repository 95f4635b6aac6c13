/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/row-words.h"

static const struct
{
  const char *text;
  const char *words[4]; /* none at all: refused */
  const char *joined;
} cases[] = {
  { "a", { "a" }, "a" },
  { "  a \t b\n", { "a", "b" }, "a b" },
  { "a\\ b c", { "a b", "c" }, "a\\ b c" },
  { "\\ a", { " a" }, "\\ a" },
  { "EXAMPLE\\joe x", { "EXAMPLE\\joe", "x" }, "EXAMPLE\\joe x" },
  { "a\\\\ b", { "a\\ b" }, "a\\\\ b" },
  { "a\\\tb", { "a\tb" }, "a\\\tb" },
  { "J\xc3\xbcrgen", { "J\xc3\xbcrgen" }, "J\xc3\xbcrgen" },
  { "a\\", { NULL }, NULL },
  { "a\x01", { NULL }, NULL },
  { "a\x7f", { NULL }, NULL },
  { "a\xfc", { NULL }, NULL },
};

static void
test_each (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) words = row_words_split (cases[i].text);
      g_autofree char *joined = NULL;

      g_test_message ("%u", i);
      g_assert_cmpint (words == NULL, ==, cases[i].words[0] == NULL);
      if (words == NULL)
        continue;
      g_assert_true (g_strv_equal ((const char *const *) words, cases[i].words));
      joined = row_words_join ((const char *const *) words);
      g_assert_cmpstr (joined, ==, cases[i].joined);
    }
}

static void
test_empty (void)
{
  g_auto (GStrv) words = row_words_split (" \n ");

  g_assert_nonnull (words);
  g_assert_null (words[0]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/row-words/each", test_each);
  g_test_add_func ("/row-words/empty", test_empty);
  return g_test_run ();
}
