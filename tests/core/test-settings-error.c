/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/settings-error.h"

static void
test_to_string (void)
{
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  g_autofree char *nothing = settings_problems_to_string (problems);
  g_autofree char *text = NULL;

  g_assert_cmpstr (nothing, ==, "");
  g_ptr_array_add (problems, settings_problem_new (12, "smtp.relay.allow", "%s is wrong", "foo"));
  g_ptr_array_add (problems, settings_problem_new (0, "general.host-name", "100%%"));
  g_ptr_array_add (problems, settings_problem_new (3, "", "no setting at all"));
  text = settings_problems_to_string (problems);
  g_assert_cmpstr (text, ==,
                   "line 12: smtp.relay.allow: foo is wrong\n"
                   "general.host-name: 100%\n"
                   "line 3: no setting at all");
}

static void
test_shorten (void)
{
  g_autofree char *exact = g_strnfill (100, 'a');
  g_autofree char *larger = g_strnfill (101, 'a');
  g_autofree char *kept = settings_problem_shorten (exact);
  g_autofree char *cut = settings_problem_shorten (larger);
  g_autofree char *expected = g_strconcat (exact, "...", NULL);

  g_assert_cmpstr (kept, ==, exact);
  g_assert_cmpstr (cut, ==, expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/settings-error/to-string", test_to_string);
  g_test_add_func ("/settings-error/shorten", test_shorten);
  return g_test_run ();
}
