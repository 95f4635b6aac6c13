/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-timestamp.h"

static void
test_form (void)
{
  g_autofree char *timestamp = pop3_timestamp_new ("gate.example");

  g_assert_true (
      g_regex_match_simple ("^<[0-9a-f]{24}\\.[0-9]+@gate\\.example>$", timestamp, 0, 0));
}

static void
test_never_the_same (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int i = 0; i < 1000; i++)
    g_assert_true (g_hash_table_add (seen, pop3_timestamp_new ("gate.example")));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pop3-timestamp/form", test_form);
  g_test_add_func ("/pop3-timestamp/never-the-same", test_never_the_same);
  return g_test_run ();
}
