/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/alias.h"
#include "tests/core/row-cases.h"

static const RowCase cases[] = {
  { "sales: joe", "sales: joe" },
  { " Sales :joe ,  ann@Example.org\n", "sales: joe, ann@Example.org" },
  { "sales: joe ann", "sales: joe, ann" },
  { "sales@Example.org: joe", "sales@example.org: joe" },
  { "a+b: c+d@e.example", "a+b: c+d@e.example" },
  { "b\xc3\xbcro: J\xc3\xbcrgen", "b\xc3\xbcro: J\xc3\xbcrgen" },
  { "b\xc3\x9cro: joe", "b\xc3\x9cro: joe" },
  { "", NULL },
  { ":", NULL },
  { "sales", NULL },
  { "sales:", NULL },
  { "sales: ", NULL },
  { ": joe", NULL },
  { "sales: ,", NULL },
  { "sales: joe,", NULL },
  { "sales: ,joe", NULL },
  { "sales: joe,,ann", NULL },
  { "sales: ../joe", NULL },
  { "sales: a/b", NULL },
  { "sales: |/bin/sh", NULL },
  { "sales: :include:/etc/passwd", NULL },
  { "sales joe: ann", NULL },
  { "sales, info: joe", NULL },
  { "sales@: joe", NULL },
  { "@example.org: joe", NULL },
  { "a@b@c: joe", NULL },
  { "\"a b\"@example.org: joe", NULL },
  { "a..b: joe", NULL },
  { "sales: joe@example..org", NULL },
  { "sales: joe@", NULL },
  { "sales: joe\\ b", NULL },
};

ROW_CASES_TEST (cases, Alias, alias)

static void
test_members (void)
{
  g_auto (Alias) alias = { 0 };

  g_assert_true (alias_parse ("Sales: joe,Ann@Example.org", &alias));
  g_assert_cmpstr (alias.name, ==, "sales");
  g_assert_cmpuint (g_strv_length (alias.targets), ==, 2);
  g_assert_cmpstr (alias.targets[0], ==, "joe");
  g_assert_cmpstr (alias.targets[1], ==, "Ann@Example.org");
}

static void
test_targets (void)
{
  static const char *const good[]
      = { "joe", "joe.m", "joe@example.org", "Joe+x@a", "J\xc3\xbcrgen" };
  static const char *const bad[] = { "",         ".",
                                     "..",       ".joe",
                                     "joe.",     "a..b",
                                     "a/b",      "a b",
                                     "a,b",      "a:b",
                                     "\"a\"",    "@",
                                     "joe@",     "@example.org",
                                     "a@b@c",    "joe@-a",
                                     "joe@a..b", "joe@[192.0.2.1]",
                                     "a\x01",    "a\xfc" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (alias_target_is_valid (good[i]));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (alias_target_is_valid (bad[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/alias/texts", test_texts);
  g_test_add_func ("/alias/members", test_members);
  g_test_add_func ("/alias/targets", test_targets);
  return g_test_run ();
}
