/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/logon-window.h"
#include "tests/core/row-cases.h"

static const RowCase cases[] = {
  { "joe 60", "joe 60" },
  { "Joe  0060", "joe 60" },
  { "joe@Example.org 1", "joe@example.org 1" },
  { "J\xc3\xbcrgen 65535", "j\xc3\xbcrgen 65535" },
  { "1234 5", "1234 5" },
  { "192.0.2.77/24 30", "192.0.2.0/24 30" },
  { "192.0.2.7 30", "192.0.2.7 30" },
  { "2001:DB8::/32 30", "2001:db8::/32 30" },
  { "", NULL },
  { "joe", NULL },
  { "60", NULL },
  { "joe 0", NULL },
  { "joe 65536", NULL },
  { "joe -1", NULL },
  { "joe +1", NULL },
  { "joe 1.5", NULL },
  { "joe 60 minutes", NULL },
  { "joe sixty", NULL },
  { "joe 99999999999999999999999", NULL },
  { "300.1.1.1 30", NULL },
  { "192.0.2.0/33 30", NULL },
  { "192.0.2 30", NULL },
  { "2001:db8::zz 30", NULL },
  { "joe/24 30", NULL },
  { "../joe 30", NULL },
};

ROW_CASES_TEST (cases, LogonWindow, logon_window)

static void
test_members (void)
{
  g_auto (LogonWindow) user = { 0 };
  g_auto (LogonWindow) network = { 0 };
  char text[IP_NETWORK_TEXT_MAX];

  g_assert_true (logon_window_parse ("Joe 60", &user));
  g_assert_cmpstr (user.user, ==, "joe");
  g_assert_cmpuint (user.minutes, ==, 60);
  g_assert_true (logon_window_parse ("192.0.2.0/24 30", &network));
  g_assert_null (network.user);
  g_assert_cmpstr (ip_network_to_string (&network.network, text), ==, "192.0.2.0/24");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/logon-window/texts", test_texts);
  g_test_add_func ("/logon-window/members", test_members);
  return g_test_run ();
}
