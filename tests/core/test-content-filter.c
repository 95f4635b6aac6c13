/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/content-filter.h"
#include "tests/core/row-cases.h"

static const RowCase cases[] = {
  { "keep subject *offer*", "keep subject *offer*" },
  { "  keep\tsubject   a   *  b\n ", "keep subject a * b" },
  { "discard originator *@Example.net", "discard originator *@Example.net" },
  { "keep attachment *.exe", "keep attachment *.exe" },
  { "keep type application/*", "keep type application/*" },
  { "keep subject \\ , ;", "keep subject \\ , ;" },
  { "keep subject Angebot f\xc3\xbcr*", "keep subject Angebot f\xc3\xbcr*" },
  { "keep subject keep subject", "keep subject keep subject" },
  { "", NULL },
  { "keep", NULL },
  { "keep subject", NULL },
  { "keep subject ", NULL },
  { "Keep subject *", NULL },
  { "keep body *", NULL },
  { "drop subject *", NULL },
  { "keeps subject *", NULL },
  { "subject keep *", NULL },
  { "*", NULL },
};

ROW_CASES_TEST (cases, ContentFilter, content_filter)

static void
test_members (void)
{
  g_auto (ContentFilter) filter = { 0 };

  g_assert_true (content_filter_parse ("discard type application/*", &filter));
  g_assert_cmpint (filter.action, ==, FILTER_ACTION_DISCARD);
  g_assert_cmpint (filter.criterion, ==, FILTER_TYPE);
  g_assert_cmpstr (filter.pattern, ==, "application/*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/content-filter/texts", test_texts);
  g_test_add_func ("/content-filter/members", test_members);
  return g_test_run ();
}
