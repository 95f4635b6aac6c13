/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/users/user-name.h"

static void
test_valid (void)
{
  g_autofree char *longest = g_strnfill (64, 'a');
  g_autofree char *too_long = g_strnfill (65, 'a');

  g_assert_true (user_name_is_valid ("joe"));
  g_assert_true (user_name_is_valid ("joe@example.org"));
  g_assert_true (user_name_is_valid ("j o e"));
  g_assert_true (user_name_is_valid (longest));
  g_assert_false (user_name_is_valid (too_long));
  g_assert_false (user_name_is_valid (""));
  g_assert_false (user_name_is_valid ("."));
  g_assert_false (user_name_is_valid (".."));
  g_assert_false (user_name_is_valid (".joe"));
  g_assert_false (user_name_is_valid ("../joe"));
  g_assert_false (user_name_is_valid ("joe/x"));
  g_assert_false (user_name_is_valid ("jo\ne"));
  g_assert_false (user_name_is_valid ("jo\x7f"));
}

static void
test_good (void)
{
  static const char *const bad[] = { "",   ".joe", "jo/e", "j o e",   "joe:x",  "#joe",
                                     "@x", "joe@", "a@@b", "a@b@c.d", "jo\tan", "joe\n{PLAIN}x" };

  g_assert_true (user_name_is_good ("joe"));
  g_assert_true (user_name_is_good ("joe@example.org"));
  g_assert_true (user_name_is_good ("joe#1"));
  g_assert_true (user_name_is_good ("jürgen"));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (user_name_is_good (bad[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/user-name/valid", test_valid);
  g_test_add_func ("/user-name/good", test_good);
  return g_test_run ();
}
