/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/servers/smtp-fixture.h"

#include <string.h>

/* What stands on the envelopes of messages that the server has taken. */

static void
send_to (SmtpFixture *fixture, const char *mail, const char *const *recipients)
{
  SmtpTester client;
  smtp_tester_greet (&client, fixture);
  smtp_tester_say (&client, mail, "250 2.1.0");
  for (guint i = 0; recipients[i]; i++)
    {
      g_autofree char *rcpt = g_strdup_printf ("RCPT TO:%s", recipients[i]);
      smtp_tester_say (&client, rcpt, "250 2.1.5");
    }
  smtp_tester_say (&client, "DATA", "354");
  smtp_tester_say (&client, "Subject: x\r\n\r\ny\r\n.", "250 2.0.0 Ok: queued as ");
  smtp_tester_say (&client, "QUIT", "221");
  smtp_tester_close (&client);
}

static void
assert_recipient (const Envelope *envelope, guint index, const char *address, const char *original)
{
  g_assert_cmpuint (envelope->recipients->len, >, index);
  const Recipient *recipient = envelope_recipient (envelope, index);
  g_assert_cmpstr (recipient->address, ==, address);
  g_assert_cmpstr (recipient->original, ==, original);
}

static void
test_aliases (SmtpFixture *fixture, gconstpointer smtp)
{
  static const char *const recipients[] = { "<sales@example.org>", "<SaLeS@Example.org>",
                                            "<ann@example.org>", "<ANN@example.org>", NULL };
  g_autoptr (Queue) queue = NULL;

  send_to (fixture, "MAIL FROM:<joe@example.net>", recipients);
  g_autoptr (GPtrArray) envelopes = smtp_fixture_list_queue (fixture, &queue);
  g_assert_cmpuint (envelopes->len, ==, 1);
  const Envelope *envelope = envelopes->pdata[0];
  g_assert_cmpuint (envelope->recipients->len, ==, 2);
  assert_recipient (envelope, 0, "ann@example.org", "rfc822;sales@example.org");
  assert_recipient (envelope, 1, "bill@example.com", "rfc822;sales@example.org");
}

static void
test_nobody (SmtpFixture *fixture, gconstpointer smtp)
{
  SmtpTester client;
  smtp_tester_greet (&client, fixture);
  smtp_tester_say (&client, "MAIL FROM:<joe@example.net>", "250 2.1.0");
  smtp_tester_say (&client, "RCPT TO:<nobody@example.org>", "550 5.1.1 ");
  smtp_tester_say (&client, "RCPT TO:<postmaster>", "250 2.1.5 ");
  smtp_tester_say (&client, "RCPT TO:<Postmaster@example.org>", "250 2.1.5 ");
  smtp_tester_close (&client);
}

static void
test_dsn (SmtpFixture *fixture, gconstpointer smtp)
{
  static const char *const recipients[]
      = { "<sales@example.org> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;shop@example.com",
          "<postmaster> NOTIFY=NEVER", NULL };
  g_autoptr (Queue) queue = NULL;

  send_to (fixture, "MAIL FROM:<joe@example.net> RET=HDRS ENVID=QQ+2B1", recipients);
  g_autoptr (GPtrArray) envelopes = smtp_fixture_list_queue (fixture, &queue);
  const Envelope *envelope = envelopes->pdata[0];
  g_assert_cmpint (envelope->dsn_return, ==, DSN_RETURN_HEADERS);
  g_assert_cmpstr (envelope->envelope_id, ==, "QQ+2B1");
  g_assert_cmpuint (envelope->recipients->len, ==, 3);
  assert_recipient (envelope, 0, "ann@example.org", "rfc822;shop@example.com");
  assert_recipient (envelope, 1, "bill@example.com", "rfc822;shop@example.com");
  g_assert_cmpuint (envelope_recipient (envelope, 0)->notify, ==, NOTIFY_SUCCESS | NOTIFY_DELAY);
  g_assert_cmpuint (envelope_recipient (envelope, 2)->notify, ==, NOTIFY_NEVER);
}

static void
test_utf8 (SmtpFixture *fixture, gconstpointer smtp)
{
  static const char *const recipients[] = { "<ann@example.org>", NULL };
  g_autoptr (Queue) queue = NULL;

  send_to (fixture, "MAIL FROM:<jos\303\251@b\303\274.example> SMTPUTF8", recipients);
  g_autoptr (GPtrArray) envelopes = smtp_fixture_list_queue (fixture, &queue);
  const Envelope *envelope = envelopes->pdata[0];
  g_assert_true (envelope->utf8);
  g_assert_cmpstr (envelope->sender, ==, "jos\303\251@xn--b-eha.example");
  assert_recipient (envelope, 0, "ann@example.org", "");

  g_autoptr (GBytes) content = queue_content (queue, envelope->id, NULL);
  g_assert_nonnull (g_strstr_len (g_bytes_get_data (content, NULL), 200, " with UTF8SMTP id "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/smtp-addressing/" name, SmtpFixture, NULL, smtp_fixture_set_up, function,          \
              smtp_fixture_tear_down)
  ADD ("aliases", test_aliases);
  ADD ("nobody", test_nobody);
  ADD ("dsn", test_dsn);
  ADD ("utf8", test_utf8);
  return g_test_run ();
}
