/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/binding.h"
#include "tests/core/row-cases.h"

static const RowCase cases[] = {
  { "192.0.2.7 mail.example.org", "192.0.2.7 mail.example.org" },
  { " 192.0.2.7  Mail.Example.ORG ", "192.0.2.7 mail.example.org" },
  { "192.0.2.7 mail Example.org *.Example.org", "192.0.2.7 mail example.org *.example.org" },
  { "192.0.2.7 mail.example.org *", "192.0.2.7 mail.example.org *" },
  { "2001:DB8::7 mail.example.org", "2001:db8::7 mail.example.org" },
  { "::ffff:192.0.2.7 mail.example.org", "192.0.2.7 mail.example.org" },
  { "", NULL },
  { "192.0.2.7", NULL },
  { "mail.example.org 192.0.2.7", NULL },
  { "192.0.2.0/24 mail.example.org", NULL },
  { "192.0.2.7/32 mail.example.org", NULL },
  { "[2001:db8::7] mail.example.org", NULL },
  { "192.0.2.7:25 mail.example.org", NULL },
  { "0.0.0.0 mail.example.org", NULL },
  { ":: mail.example.org", NULL },
  { "300.0.2.7 mail.example.org", NULL },
  { "* mail.example.org", NULL },
  { "192.0.2.7 *.example.org", NULL },
  { "192.0.2.7 mail..example.org", NULL },
  { "192.0.2.7 mail.example.org joe@example.org", NULL },
  { "192.0.2.7 mail.example.org example.org, example.com", NULL },
  { "192.0.2.7 mail.example.org example.org EXAMPLE.org", NULL },
};

ROW_CASES_TEST (cases, Binding, binding)

static void
test_members (void)
{
  g_auto (Binding) full = { 0 };
  g_auto (Binding) bare = { 0 };
  char text[IP_NETWORK_TEXT_MAX];

  g_assert_true (binding_parse ("192.0.2.7 Mail.example.org A.example *.b.example", &full));
  g_assert_cmpstr (ip_address_to_string (&full.address, text), ==, "192.0.2.7");
  g_assert_cmpstr (full.host_name, ==, "mail.example.org");
  g_assert_cmpuint (g_strv_length (full.domains), ==, 2);
  g_assert_cmpstr (full.domains[0], ==, "a.example");
  g_assert_cmpstr (full.domains[1], ==, "*.b.example");
  g_assert_true (binding_parse ("192.0.2.7 mail.example.org", &bare));
  g_assert_nonnull (bare.domains);
  g_assert_null (bare.domains[0]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/binding/texts", test_texts);
  g_test_add_func ("/binding/members", test_members);
  return g_test_run ();
}
