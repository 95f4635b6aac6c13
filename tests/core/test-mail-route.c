/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/mail-route.h"
#include "tests/core/row-cases.h"

static const RowCase cases[] = {
  { "example.org direct", "example.org direct" },
  { "Example.ORG   Mail.Example.net:587", "example.org mail.example.net:587" },
  { "*.example.org mail.example.net:25", "*.example.org mail.example.net" },
  { "* [2001:DB8:0::7]:587", "* [2001:db8::7]:587" },
  { "a [192.0.2.7]", "a 192.0.2.7" },
  { "", NULL },
  { "example.org", NULL },
  { "direct", NULL },
  { "example.org direct now", NULL },
  { "exa_mple.org direct", NULL },
  { "a*.example.org direct", NULL },
  { "example.org 300.1.1.1", NULL },
  { "example.org mail.example.net:0", NULL },
  { "example.org mail.example.net:65536", NULL },
  { "example.org 2001:db8::7", NULL },
  { "example.org -a.example", NULL },
};

ROW_CASES_TEST (cases, MailRoute, mail_route)

static void
test_members (void)
{
  g_auto (MailRoute) route = { 0 };
  g_auto (MailRoute) direct = { 0 };

  g_assert_true (mail_route_parse ("*.Example.org mail.example.net:587", &route));
  g_assert_cmpstr (route.domain, ==, "*.example.org");
  g_assert_false (route.is_direct);
  g_assert_cmpstr (route.router.host, ==, "mail.example.net");
  g_assert_cmpuint (route.router.port, ==, 587);
  g_assert_true (mail_route_parse ("example.org direct", &direct));
  g_assert_true (direct.is_direct);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mail-route/texts", test_texts);
  g_test_add_func ("/mail-route/members", test_members);
  return g_test_run ();
}
