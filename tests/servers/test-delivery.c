/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes of the messages in the queue, as a whole. */
#include "delivery-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

/* Some delivered here, some there, some nowhere: and the sender is told of the latter, once. */
static void
test_mixed (DeliveryFixture *fixture, gconstpointer data)
{
  fake_host_answer (fixture->host, "RCPT TO:<bad@", "550 5.1.1 no such user");
  delivery_fixture_start (fixture);
  delivery_fixture_add (fixture, "ann@example.org",
                        "joe@home.example nobody@home.example sue@example.net bad@example.net");
  const FakeMessage *bounce = fake_host_wait (fixture->host, 2);
  const FakeMessage *sent = fake_host_wait (fixture->host, 1);
  delivery_fixture_until (fixture, delivery_fixture_is_empty, 0);

  g_assert_cmpstr (sent->sender, ==, "ann@example.org");
  g_assert_cmpstr (sent->recipients, ==, "sue@example.net");
  g_assert_cmpstr (sent->content, ==, "Subject: test\r\n\r\nHello\r\n.\r\n..dots\r\n");

  g_assert_cmpstr (bounce->sender, ==, "");
  g_assert_cmpstr (bounce->recipients, ==, "ann@example.org");
  delivery_fixture_assert_contains (bounce->content,
                                    "Final-Recipient: rfc822; nobody@home.example");
  delivery_fixture_assert_contains (bounce->content, "Final-Recipient: rfc822; bad@example.net");
  delivery_fixture_assert_contains (bounce->content,
                                    "Diagnostic-Code: smtp; 550 5.1.1 no such user");

  g_autoptr (GPtrArray) mails = delivery_fixture_read_mailbox (fixture);
  g_assert_cmpuint (mails->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (mails, 0), ==,
                   "Return-Path: <ann@example.org>\r\nDelivered-To: joe@home.example\r\nSubject: "
                   "test\r\n\r\nHello\r\n.\r\n..dots\r\n");
  const DeliveryCounters *counters = delivery_counters (fixture->delivery);
  g_assert_cmpuint (counters->delivered_local, ==, 1);
  g_assert_cmpuint (counters->delivered_remote, ==, 2);
  g_assert_cmpuint (counters->failed, ==, 2);
  g_assert_cmpuint (counters->bounces, ==, 1);
}

/* RFC 5321, section 6.1: there is no report of a report. */
static void
test_null_sender (DeliveryFixture *fixture, gconstpointer data)
{
  delivery_fixture_start (fixture);
  delivery_fixture_add (fixture, "", "nobody@home.example");
  delivery_fixture_until (fixture, delivery_fixture_is_empty, 0);
  g_assert_cmpuint (fake_host_count (fixture->host), ==, 0);
  g_assert_cmpuint (delivery_counters (fixture->delivery)->bounces, ==, 0);
}

/* Who has it does not get it again, neither at the next attempt nor after a restart; the settings
 * of the moment hold. */
static void
test_retry (DeliveryFixture *fixture, gconstpointer data)
{
  fake_host_answer (fixture->host, "RCPT TO:<slow@", "450 4.2.0 busy");
  delivery_fixture_start (fixture);
  guint64 id = delivery_fixture_add (fixture, "ann@example.org",
                                     "joe@home.example slow@example.net fast@example.net");
  delivery_fixture_until (fixture, delivery_fixture_was_attempted, id);
  g_assert_cmpstr (fake_host_wait (fixture->host, 1)->recipients, ==, "fast@example.net");
  g_autoptr (Envelope) envelope = queue_envelope (fixture->queue, id, NULL);
  g_assert_cmpint (envelope_recipient (envelope, 0)->state, ==, RECIPIENT_DELIVERED);
  g_assert_cmpint (envelope_recipient (envelope, 1)->state, ==, RECIPIENT_WAITING);
  g_assert_cmpstr (envelope_recipient (envelope, 1)->reason, ==, "450 4.2.0 busy");
  g_assert_cmpint (envelope->next_attempt, >, envelope->arrived);

  delivery_free (g_steal_pointer (&fixture->delivery));
  delivery_fixture_start (fixture);
  g_autoptr (FakeHost) other = fake_host_new ("127.0.0.1", 0);
  g_autofree char *router = g_strdup_printf ("127.0.0.1:%u", fake_host_port (other));
  g_autoptr (Settings) former = fixture->settings;
  fixture->settings = settings_new_default ();
  delivery_fixture_set_router (fixture, router);
  delivery_apply (fixture->delivery, fixture->settings);
  delivery_fixture_hasten (fixture, id);
  g_assert_cmpstr (fake_host_wait (other, 1)->recipients, ==, "slow@example.net");
  delivery_fixture_until (fixture, delivery_fixture_is_empty, 0);
  g_assert_cmpuint (fake_host_count (fixture->host), ==, 1);
  g_autoptr (GPtrArray) mails = delivery_fixture_read_mailbox (fixture);
  g_assert_cmpuint (mails->len, ==, 1);
}

/* Nobody there, then a host that closes at each stage: the message waits, and goes in the end. */
static void
test_trouble (DeliveryFixture *fixture, gconstpointer data)
{
  const char *const stages[] = { "CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "." };
  fixture->settings->smtp.delivery.messages_per_connection = 1;
  delivery_fixture_start (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (stages); i++)
    {
      fake_host_answer (fixture->host, stages[i], "CLOSE");
      guint64 id = delivery_fixture_add (fixture, "ann@example.org", "sue@example.net");
      delivery_fixture_until (fixture, delivery_fixture_was_attempted, id);
      g_autoptr (Envelope) envelope = queue_envelope (fixture->queue, id, NULL);
      g_assert_true (g_str_has_prefix (envelope_recipient (envelope, 0)->reason, "451 4.4.2 "));
      fake_host_answer (fixture->host, stages[i], i == 0 ? "220 fake.example" : NULL);
      delivery_fixture_hasten (fixture, id);
      fake_host_wait (fixture->host, i + 1);
      delivery_fixture_until (fixture, delivery_fixture_is_empty, 0);
    }
}

static char *
make_large_content (void)
{
  GString *content = g_string_new ("Subject: large\r\n\r\n");
  while (content->len < 8 * 1024 * 1024)
    g_string_append (content,
                     ".a line that begins with a dot\r\n..\r\n.\r\nand one that does not\r\n\r\n");
  return g_string_free (content, FALSE);
}

static void
test_large (DeliveryFixture *fixture, gconstpointer data)
{
  g_autofree char *content = make_large_content ();
  delivery_fixture_start (fixture);
  delivery_fixture_add_content (fixture, "ann@example.org", "sue@example.net joe@home.example",
                                content);
  const FakeMessage *message = fake_host_wait (fixture->host, 1);
  g_assert_cmpuint (strlen (message->content), ==, strlen (content));
  g_assert_true (strcmp (message->content, content) == 0);
  delivery_fixture_until (fixture, delivery_fixture_is_empty, 0);
  g_autoptr (GPtrArray) mails = delivery_fixture_read_mailbox (fixture);
  g_assert_true (g_str_has_suffix (g_ptr_array_index (mails, 0), content));
}

/* A host that refuses before it has all of it: its word counts, and no time is lost. */
static void
test_early_refusal (DeliveryFixture *fixture, gconstpointer data)
{
  g_autofree char *content = make_large_content ();
  fake_host_answer (fixture->host, "EARLY", "552-5.3.4 much\r\n552 5.3.4 too large");
  delivery_fixture_start (fixture);
  delivery_fixture_add_content (fixture, "", "sue@example.net", content);
  delivery_fixture_until (fixture, delivery_fixture_is_empty, 0);
  g_assert_cmpuint (delivery_counters (fixture->delivery)->failed, ==, 1);

  fake_host_answer (fixture->host, "EARLY", "250 fine already");
  guint64 id
      = delivery_fixture_add_content (fixture, "ann@example.org", "sue@example.net", content);
  delivery_fixture_until (fixture, delivery_fixture_was_attempted, id);
  g_autoptr (Envelope) envelope = queue_envelope (fixture->queue, id, NULL);
  g_assert_cmpint (envelope_recipient (envelope, 0)->state, ==, RECIPIENT_WAITING);
}

/* Nobody is told "no such user" because the users can't be read. */
static void
test_users_file (DeliveryFixture *fixture, gconstpointer data)
{
  g_autofree char *away = g_strconcat (fixture->settings->general.users_file, ".away", NULL);
  g_assert_cmpint (g_rename (fixture->settings->general.users_file, away), ==, 0);
  delivery_fixture_start (fixture);
  guint64 id = delivery_fixture_add (fixture, "ann@example.org", "joe@home.example");
  delivery_fixture_until (fixture, delivery_fixture_was_attempted, id);
  g_assert_cmpint (g_rename (away, fixture->settings->general.users_file), ==, 0);
  delivery_fixture_hasten (fixture, id);
  delivery_fixture_until (fixture, delivery_fixture_is_empty, 0);
  g_autoptr (GPtrArray) mails = delivery_fixture_read_mailbox (fixture);
  g_assert_cmpuint (mails->len, ==, 1);
}

/* The end comes while a host says nothing: soon, and the message stays as it was. */
static void
test_end (DeliveryFixture *fixture, gconstpointer data)
{
  fake_host_answer (fixture->host, "MAIL", "HANG");
  delivery_fixture_start (fixture);
  guint64 id = delivery_fixture_add (fixture, "ann@example.org", "sue@example.net");
  fake_host_wait_command (fixture->host, "MAIL", 1);
  g_assert_cmpuint (delivery_count_active (fixture->delivery), ==, 1);
  delivery_free (g_steal_pointer (&fixture->delivery));

  g_autoptr (Envelope) envelope = queue_envelope (fixture->queue, id, NULL);
  g_assert_cmpuint (envelope->attempts, ==, 0);
  g_assert_cmpint (envelope->next_attempt, ==, envelope->arrived);
  fake_host_answer (fixture->host, "MAIL", NULL);
  delivery_fixture_start (fixture);
  fake_host_wait (fixture->host, 1);
  delivery_fixture_until (fixture, delivery_fixture_is_empty, 0);
}

static void
test_many (DeliveryFixture *fixture, gconstpointer data)
{
  delivery_fixture_start (fixture);
  for (guint i = 0; i < 600; i++)
    delivery_fixture_add (fixture, "ann@example.org",
                          i % 3 == 0 ? "joe@home.example" : "sue@example.net");
  fake_host_wait (fixture->host, 400);
  delivery_fixture_until (fixture, delivery_fixture_is_empty, 0);
  g_assert_cmpuint (fake_host_count (fixture->host), ==, 400);
  g_autoptr (GPtrArray) mails = delivery_fixture_read_mailbox (fixture);
  g_assert_cmpuint (mails->len, ==, 200);
}

/* --- The DNS --- */

static void
use_exchangers (DeliveryFixture *fixture)
{
  delivery_fixture_set_router (fixture, "");
  delivery_fixture_start (fixture);
}

/* The best exchanger has no address, the next takes no connection, the third takes the message. */
static void
test_exchangers (DeliveryFixture *fixture, gconstpointer data)
{
  fake_dns_add_mx (fixture->dns, "far.example", 30, "third.far.example");
  fake_dns_add_mx (fixture->dns, "far.example", 10, "first.far.example");
  fake_dns_add_mx (fixture->dns, "far.example", 20, "second.far.example");
  fake_dns_add_a (fixture->dns, "second.far.example", "127.0.0.77");
  fake_dns_add_a (fixture->dns, "third.far.example", "127.0.0.1");
  fake_dns_add_a (fixture->dns, "direct.example", "127.0.0.1");
  use_exchangers (fixture);
  delivery_fixture_add (fixture, "ann@example.org", "sue@far.example sam@FAR.example");
  g_assert_cmpstr (fake_host_wait (fixture->host, 1)->recipients, ==,
                   "sue@far.example sam@FAR.example");
  delivery_fixture_add (fixture, "ann@example.org", "sue@direct.example");
  g_assert_cmpstr (fake_host_wait (fixture->host, 2)->recipients, ==, "sue@direct.example");
  delivery_fixture_until (fixture, delivery_fixture_is_empty, 0);
}

static void
test_dns_failures (DeliveryFixture *fixture, gconstpointer data)
{
  const struct
  {
    const char *recipient, *status;
  } rows[] = {
    { "a@null.example", "5.1.10" },
    { "a@none.example", "5.1.2" },
    { "a@loop.example", "5.4.6" },
    { "a@nowhere.example", "5.4.4" },
  };
  fake_dns_add_mx (fixture->dns, "null.example", 0, "");
  fake_dns_add_mx (fixture->dns, "loop.example", 10, "GATE.example");
  fake_dns_add_mx (fixture->dns, "loop.example", 20, "backup.example");
  fake_dns_add_a (fixture->dns, "backup.example", "127.0.0.1");
  fake_dns_add_mx (fixture->dns, "nowhere.example", 10, "gone.example");
  fake_dns_add_mx (fixture->dns, "example.org", 10, "mx.example.org");
  fake_dns_add_a (fixture->dns, "mx.example.org", "127.0.0.1");
  use_exchangers (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *status = g_strdup_printf ("\r\nStatus: %s\r\n", rows[i].status);
      delivery_fixture_add (fixture, "ann@example.org", rows[i].recipient);
      const FakeMessage *bounce = fake_host_wait (fixture->host, i + 1);
      g_assert_cmpstr (bounce->recipients, ==, "ann@example.org");
      delivery_fixture_assert_contains (bounce->content, status);
      delivery_fixture_until (fixture, delivery_fixture_is_empty, 0);
    }
}

static void
test_dns_trouble (DeliveryFixture *fixture, gconstpointer data)
{
  fake_dns_add_trouble (fixture->dns, "trouble.example");
  use_exchangers (fixture);
  guint64 id = delivery_fixture_add (fixture, "ann@example.org", "a@trouble.example");
  delivery_fixture_until (fixture, delivery_fixture_was_attempted, id);
  g_autoptr (Envelope) envelope = queue_envelope (fixture->queue, id, NULL);
  g_assert_true (g_str_has_prefix (envelope_recipient (envelope, 0)->reason, "451 4.4.3 "));
}

#define ADD(name, function)                                                                        \
  g_test_add ("/delivery/" name, DeliveryFixture, NULL, delivery_fixture_set_up, function,         \
              delivery_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR
                          | G_LOG_LEVEL_CRITICAL); /* what can't be delivered is warned of */
  ADD ("mixed", test_mixed);
  ADD ("null-sender", test_null_sender);
  ADD ("retry", test_retry);
  ADD ("trouble", test_trouble);
  ADD ("large", test_large);
  ADD ("early-refusal", test_early_refusal);
  ADD ("users-file", test_users_file);
  ADD ("end", test_end);
  ADD ("many", test_many);
  ADD ("exchangers", test_exchangers);
  ADD ("dns-failures", test_dns_failures);
  ADD ("dns-trouble", test_dns_trouble);
  return g_test_run ();
}
