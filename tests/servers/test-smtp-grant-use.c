/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-grant-use.h"

static Logon
logon_of (const char *address, gint64 moment)
{
  Logon logon = { .user = "ann", .wall_time = 1700000000, .instant = moment };
  g_assert_true (ip_address_parse (address, &logon.address));
  return logon;
}

static void
assert_used (SmtpGrantUse *use, const Logon *logon, guint messages, guint recipients)
{
  SmtpGrantCount count = smtp_grant_use_look_up (use, logon);
  g_assert_cmpuint (count.messages, ==, messages);
  g_assert_cmpuint (count.recipients, ==, recipients);
}

static void
test_limits (void)
{
  static const SmtpGrantCount limits = { .messages = 3, .recipients = 10 }, none = { 0, 0 };
  g_autoptr (SmtpGrantUse) use = smtp_grant_use_new ();
  Logon logon = logon_of ("192.0.2.1", 1000);
  Logon other = logon_of ("192.0.2.2", 1000);

  assert_used (use, &logon, 0, 0);
  g_assert_true (smtp_grant_use_take (use, &logon, 4, &limits));
  g_assert_true (smtp_grant_use_take (use, &logon, 5, &limits));
  g_assert_false (smtp_grant_use_take (use, &logon, 2, &limits));
  assert_used (use, &logon, 2, 9);
  g_assert_true (smtp_grant_use_take (use, &logon, 1, &limits));
  g_assert_false (smtp_grant_use_take (use, &logon, 0, &limits));
  g_assert_true (smtp_grant_use_take (use, &logon, 1000, &none));
  assert_used (use, &other, 0, 0);
  g_assert_true (smtp_grant_use_take (use, &other, 10, &limits));
}

static void
test_renewed (void)
{
  static const SmtpGrantCount limits = { .messages = 1 };
  g_autoptr (SmtpGrantUse) use = smtp_grant_use_new ();
  Logon first = logon_of ("2001:db8::1", 1000);
  Logon again = logon_of ("2001:db8::1", 1001);

  g_assert_true (smtp_grant_use_take (use, &first, 1, &limits));
  g_assert_false (smtp_grant_use_take (use, &first, 1, &limits));
  assert_used (use, &again, 0, 0);
  g_assert_true (smtp_grant_use_take (use, &again, 1, &limits));
}

static void
test_given_back (void)
{
  static const SmtpGrantCount limits = { .messages = 1, .recipients = 5 };
  g_autoptr (SmtpGrantUse) use = smtp_grant_use_new ();
  Logon logon = logon_of ("192.0.2.1", 1000);
  Logon unknown = logon_of ("192.0.2.9", 1000);

  g_assert_true (smtp_grant_use_take (use, &logon, 5, &limits));
  smtp_grant_use_give_back (use, &logon, 5);
  assert_used (use, &logon, 0, 0);
  g_assert_true (smtp_grant_use_take (use, &logon, 5, &limits));
  smtp_grant_use_give_back (use, &unknown, 5);
}

static void
test_listed (void)
{
  static const SmtpGrantCount none = { 0, 0 };
  g_autoptr (SmtpGrantUse) use = smtp_grant_use_new ();
  Logon first = logon_of ("192.0.2.1", 1000);
  Logon second = logon_of ("192.0.2.2", 1000);

  g_assert_true (smtp_grant_use_take (use, &first, 4, &none));
  g_assert_true (smtp_grant_use_take (use, &second, 1, &none));
  g_assert_true (smtp_grant_use_take (use, &first, 5, &none));
  smtp_grant_use_give_back (use, &second, 1);

  g_autoptr (GArray) list = smtp_grant_use_list (use);
  const SmtpGrantUsed *used = &g_array_index (list, SmtpGrantUsed, 0);
  g_assert_cmpuint (list->len, ==, 1);
  g_assert_true (ip_address_equal (&used->address, &first.address));
  g_assert_cmpint (used->wall_time, ==, first.wall_time);
  g_assert_cmpuint (used->count.messages, ==, 2);
  g_assert_cmpuint (used->count.recipients, ==, 9);
}

static void
test_bounded (void)
{
  static const SmtpGrantCount limits = { .messages = 1 };
  g_autoptr (SmtpGrantUse) use = smtp_grant_use_new ();
  Logon logon = logon_of ("10.0.0.0", 1000);

  for (guint i = 0; i <= SMTP_GRANT_USE_MAX; i++)
    {
      logon.address.bytes[13] = (guint8) (i >> 16);
      logon.address.bytes[14] = (guint8) (i >> 8);
      logon.address.bytes[15] = (guint8) i;
      g_assert_true (smtp_grant_use_take (use, &logon, 1, &limits));
    }
  assert_used (use, &logon, 1, 1);
  Logon first = logon_of ("10.0.0.0", 1000), second = logon_of ("10.0.0.1", 1000);
  assert_used (use, &first, 0, 0);
  assert_used (use, &second, 1, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp-grant-use/limits", test_limits);
  g_test_add_func ("/smtp-grant-use/renewed", test_renewed);
  g_test_add_func ("/smtp-grant-use/given-back", test_given_back);
  g_test_add_func ("/smtp-grant-use/listed", test_listed);
  g_test_add_func ("/smtp-grant-use/bounded", test_bounded);
  return g_test_run ();
}
