/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-refusals.h"

#include <string.h>

static void
add (SmtpRefusals *refusals, guint number)
{
  g_autofree char *client = g_strdup_printf ("%u", number);
  SmtpRefusedMail mail = { .client = client };
  SmtpRefusal refusal;

  smtp_refusal_init (&refusal, &mail, "no-rule", "smtp.relay.allow");
  smtp_refusal_set_reply (&refusal, "550 5.7.1 No\r\n");
  smtp_refusals_add (refusals, &refusal);
}

static void
test_newest_first (void)
{
  g_autoptr (SmtpRefusals) refusals = smtp_refusals_new ();
  for (guint i = 0; i < 3; i++)
    add (refusals, i);
  g_autoptr (GArray) all = smtp_refusals_list (refusals, 0);
  g_autoptr (GArray) one = smtp_refusals_list (refusals, 1);

  g_assert_cmpuint (all->len, ==, 3);
  g_assert_cmpuint (one->len, ==, 1);
  g_assert_cmpstr (g_array_index (all, SmtpRefusal, 0).client, ==, "2");
  g_assert_cmpstr (g_array_index (all, SmtpRefusal, 2).client, ==, "0");
  g_assert_cmpstr (g_array_index (one, SmtpRefusal, 0).reply, ==, "550 5.7.1 No");
}

static void
test_bound (void)
{
  g_autoptr (SmtpRefusals) refusals = smtp_refusals_new ();
  for (guint i = 0; i < SMTP_REFUSALS_MAX + 10; i++)
    add (refusals, i);
  g_autoptr (GArray) all = smtp_refusals_list (refusals, 0);

  g_assert_cmpuint (all->len, ==, SMTP_REFUSALS_MAX);
  g_assert_cmpstr (g_array_index (all, SmtpRefusal, SMTP_REFUSALS_MAX - 1).client, ==, "10");
}

static void
test_texts (void)
{
  g_autoptr (GString) wide = g_string_new ("a");
  SmtpRefusal refusal;
  for (guint i = 0; i < 500; i++)
    g_string_append (wide, "ü");
  SmtpRefusedMail mail = { .client = "192.0.2.1", .sender = wide->str, .recipient = "\xff@b" };

  smtp_refusal_init (&refusal, &mail, "no-rule", "");
  g_assert_true (g_utf8_validate (refusal.sender, -1, NULL));
  g_assert_cmpuint (strlen (refusal.sender), >=, sizeof refusal.sender - 3);
  g_assert_true (g_str_has_suffix (refusal.sender, "ü"));
  g_assert_cmpstr (refusal.recipient, ==, "?@b");
  g_assert_cmpstr (refusal.user, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp-refusals/newest-first", test_newest_first);
  g_test_add_func ("/smtp-refusals/bound", test_bound);
  g_test_add_func ("/smtp-refusals/texts", test_texts);
  return g_test_run ();
}
