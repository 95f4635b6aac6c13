/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/tls-rule.h"
#include "tests/core/row-cases.h"

static const RowCase cases[] = {
  { "example.org none", "example.org none" },
  { "*.Example.org  may", "*.example.org may" },
  { "* must", "* must" },
  { "mail.example.org verify", "mail.example.org verify" },
  { "192.0.2.7 none", "192.0.2.7 none" },
  { "", NULL },
  { "example.org", NULL },
  { "must", NULL },
  { "example.org Must", NULL },
  { "example.org sometimes", NULL },
  { "example.org must verify", NULL },
  { "exam_ple.org must", NULL },
  { "ex\xc3\xa4mple.org must", NULL },
  { "must example.org", NULL },
};

ROW_CASES_TEST (cases, TlsRule, tls_rule)

static void
test_members (void)
{
  g_auto (TlsRule) rule = { 0 };

  g_assert_true (tls_rule_parse ("Example.org verify", &rule));
  g_assert_cmpstr (rule.domain, ==, "example.org");
  g_assert_cmpint (rule.tls, ==, DELIVERY_TLS_VERIFY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tls-rule/texts", test_texts);
  g_test_add_func ("/tls-rule/members", test_members);
  return g_test_run ();
}
