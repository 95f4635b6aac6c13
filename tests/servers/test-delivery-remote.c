/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How messages get to other hosts: over which connections, secured how, past whom. */
#include "delivery-fixture.h"

#include "servers/delivery/destinations.h"
#include "servers/mail/mailbox.h"

#include <string.h>

static void
deliver_one (DeliveryFixture *fixture, guint number)
{
  delivery_fixture_add (fixture, "ann@example.org", "sue@example.net");
  fake_host_wait (fixture->host, number);
  delivery_fixture_until (fixture, delivery_fixture_is_empty, 0);
}

/* --- Sessions --- */

/* One connection serves the messages that follow each other, as many as the settings say. */
static void
test_reuse (DeliveryFixture *fixture, gconstpointer data)
{
  fixture->settings->smtp.delivery.messages_per_connection = 3;
  delivery_fixture_start (fixture);
  for (guint i = 1; i <= 7; i++)
    deliver_one (fixture, i);
  const DeliveryCounters *counters = delivery_counters (fixture->delivery);
  g_assert_cmpuint (fake_host_count_commands (fixture->host, "CONNECT"), ==, 3);
  g_assert_cmpuint (fake_host_count_commands (fixture->host, "RSET"), ==, 0);
  g_assert_cmpuint (fake_host_count_commands (fixture->host, "EHLO"), ==, 3);
  g_assert_cmpuint (counters->connections, ==, 3);
  g_assert_cmpuint (counters->connections_reused, ==, 4);
}

/* However many messages there are, the host sees so many connections at once, and no more. */
static void
test_limit (DeliveryFixture *fixture, gconstpointer data)
{
  fixture->settings->smtp.delivery.connections_per_destination = 3;
  for (guint i = 0; i < 200; i++)
    delivery_fixture_add (fixture, "ann@example.org", "sue@example.net");
  delivery_fixture_start (fixture);
  fake_host_wait (fixture->host, 200);
  delivery_fixture_until (fixture, delivery_fixture_is_empty, 0);
  g_assert_cmpuint (fake_host_count_open_max (fixture->host), <=, 3);
  g_assert_cmpuint (fake_host_count_commands (fixture->host, "CONNECT"), <, 20);
}

/* What a session that rested has come to is no failed attempt: the host has closed it, or says
 * 421, or closes it instead of an answer. */
static void
test_stale (DeliveryFixture *fixture, gconstpointer data)
{
  const char *const answers[] = { "421 4.4.2 timeout", "CLOSE" };
  delivery_fixture_start (fixture);
  deliver_one (fixture, 1);
  fake_host_drop (fixture->host);
  deliver_one (fixture, 2);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      fake_host_answer_once (fixture->host, "MAIL", answers[i]);
      deliver_one (fixture, 3 + i);
    }
  g_assert_cmpuint (delivery_counters (fixture->delivery)->deferred, ==, 0);
  g_assert_cmpuint (fake_host_count_commands (fixture->host, "CONNECT"), ==, 4);
}

/* A transaction that came to nothing does not spoil the next. */
static void
test_reset (DeliveryFixture *fixture, gconstpointer data)
{
  delivery_fixture_start (fixture);
  fake_host_answer_once (fixture->host, "RCPT", "550 5.1.1 nobody");
  delivery_fixture_add (fixture, "", "bad@example.net");
  delivery_fixture_until (fixture, delivery_fixture_is_empty, 0);
  deliver_one (fixture, 1);
  g_assert_cmpuint (fake_host_count_commands (fixture->host, "CONNECT"), ==, 1);
  g_assert_cmpuint (fake_host_count_commands (fixture->host, "RSET"), <=, 1);
}

/* A host that takes connections and says nothing, and a thousand messages for it: those for others
 * go at once. */
static void
test_silent_host (DeliveryFixture *fixture, gconstpointer data)
{
  g_autoptr (FakeHost) silent = fake_host_new ("127.0.0.1", 0);
  fake_host_answer (silent, "CONNECT", "HANG");
  g_autofree char *row = g_strdup_printf ("silent.example 127.0.0.1:%u", fake_host_port (silent));
  g_strfreev (fixture->settings->smtp.delivery.routes);
  fixture->settings->smtp.delivery.routes = g_strsplit (row, "\n", -1);
  for (guint i = 0; i < 1000; i++)
    delivery_fixture_add (fixture, "ann@example.org",
                          i % 4 == 0 ? "joe@silent.example joe@home.example"
                                     : "joe@silent.example");
  delivery_fixture_start (fixture);
  for (guint i = 1; i <= 20; i++)
    {
      delivery_fixture_add (fixture, "ann@example.org", "sue@example.net");
      fake_host_wait (fixture->host, i);
    }
  g_assert_cmpuint (fake_host_count_open_max (silent), <=, 2);
  g_assert_cmpuint (queue_count (fixture->queue), >=, 1000);
}

/* The mailboxes have their @count mails, and no more are under way than two and a line. */
static gboolean
have_given_way (DeliveryFixture *fixture, guint64 count)
{
  return delivery_counters (fixture->delivery)->delivered_local >= count
         && delivery_count_active (fixture->delivery) <= 2 + DESTINATIONS_LINE_MAX;
}

/* When it turns out to be down, all who waited for it have had their attempt, those that were
 * parked, too, and those that gave way when their mailbox had them. */
static void
test_down (DeliveryFixture *fixture, gconstpointer data)
{
  guint64 ids[100];
  fake_host_answer (fixture->host, "CONNECT", "HANG");
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    ids[i] = delivery_fixture_add (fixture, "ann@example.org",
                                   i % 2 == 0 ? "sue@example.net joe@home.example"
                                              : "sue@example.net");
  delivery_fixture_start (fixture);
  fake_host_wait_command (fixture->host, "CONNECT", 2);
  delivery_fixture_until (fixture, have_given_way, G_N_ELEMENTS (ids) / 2);
  fake_host_answer (fixture->host, "CONNECT", "554 5.3.2 no service");
  fake_host_drop (fixture->host);
  gint64 down_us = g_get_monotonic_time ();
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    delivery_fixture_until (fixture, delivery_fixture_was_attempted, ids[i]);
  g_assert_cmpuint (fake_host_count_commands (fixture->host, "CONNECT"), <, 20);
  /* They are called: a look by the clock comes 30 s later. */
  g_assert_cmpint (g_get_monotonic_time () - down_us, <, 20 * G_TIME_SPAN_SECOND);
}

/* --- TLS --- */

/* The host says that it does, and then it does not: "may" sends in clear, in the same attempt;
 * "must" waits, and says why. */
static void
test_broken_tls (DeliveryFixture *fixture, gconstpointer data)
{
  fake_host_answer (fixture->host, "EHLO", "250-fake.example\r\n250 STARTTLS");
  fake_host_answer (fixture->host, "STARTTLS", "220 go ahead");
  delivery_fixture_start (fixture);
  deliver_one (fixture, 1);
  g_assert_cmpuint (fake_host_count_commands (fixture->host, "CONNECT"), ==, 2);
  deliver_one (fixture, 2);
  g_assert_cmpuint (fake_host_count_commands (fixture->host, "CONNECT"), ==, 2);

  g_autoptr (Settings) former = fixture->settings;
  fixture->settings = settings_new_default ();
  delivery_fixture_set_router (fixture, NULL);
  fixture->settings->smtp.delivery.tls = DELIVERY_TLS_MUST;
  delivery_apply (fixture->delivery, fixture->settings);
  guint64 id = delivery_fixture_add (fixture, "ann@example.org", "sue@example.net");
  delivery_fixture_until (fixture, delivery_fixture_was_attempted, id);
  g_autoptr (Envelope) envelope = queue_envelope (fixture->queue, id, NULL);
  delivery_fixture_assert_contains (envelope_recipient (envelope, 0)->reason, "454 4.7.5 no TLS");
  g_assert_cmpuint (fake_host_count (fixture->host), ==, 2);
}

/* Who answers STARTTLS and goes on in clear has somebody between us (RFC 3207, section 6). */
static void
test_injected_reply (DeliveryFixture *fixture, gconstpointer data)
{
  fake_host_answer (fixture->host, "EHLO", "250-fake.example\r\n250 STARTTLS");
  fake_host_answer (fixture->host, "STARTTLS", "220 go ahead\r\n250-fake.example\r\n250 SIZE 1");
  fixture->settings->smtp.delivery.tls = DELIVERY_TLS_MUST;
  delivery_fixture_start (fixture);
  guint64 id = delivery_fixture_add (fixture, "ann@example.org", "sue@example.net");
  delivery_fixture_until (fixture, delivery_fixture_was_attempted, id);
  g_autoptr (Envelope) envelope = queue_envelope (fixture->queue, id, NULL);
  g_assert_true (g_str_has_prefix (envelope_recipient (envelope, 0)->reason, "454 4.7.5 "));
  g_assert_cmpuint (fake_host_count_commands (fixture->host, "MAIL"), ==, 0);
}

/* --- What is sent --- */

static guint64
add_eight_bit (DeliveryFixture *fixture, const char *content)
{
  Envelope *envelope = envelope_new ("ann@example.org");
  envelope->eight_bit = TRUE;
  return delivery_fixture_add_envelope (fixture, envelope, "sue@example.net", content);
}

static void
test_eight_bit (DeliveryFixture *fixture, gconstpointer data)
{
  const char *content = "Subject: x\r\nMIME-Version: 1.0\r\n"
                        "Content-Type: text/plain; charset=utf-8\r\n"
                        "Content-Transfer-Encoding: 8bit\r\n\r\n"
                        "A text with one letter, \xc3\xa9, that is none of ASCII.\r\n";
  delivery_fixture_start (fixture);
  add_eight_bit (fixture, content);
  g_assert_cmpstr (fake_host_wait (fixture->host, 1)->content, ==, content);
  delivery_fixture_until (fixture, delivery_fixture_is_empty, 0);

  fake_host_drop (fixture->host);
  fake_host_answer (fixture->host, "EHLO", "250-fake.example\r\n250 SIZE");
  add_eight_bit (fixture, content);
  const FakeMessage *message = fake_host_wait (fixture->host, 2);
  g_assert_true (g_str_is_ascii (message->content));
  delivery_fixture_assert_contains (message->content, "with one letter, =C3=A9, that");
  delivery_fixture_assert_contains (message->content, "Encoding: quoted-printable\r\n");
}

/* What a host that takes chunks gets is the message as it is, and DATA is never said. A chunk that is
 * refused does not spoil the next one. */
static void
test_chunk (DeliveryFixture *fixture, gconstpointer data)
{
  const char *content = "Subject: x\r\n\r\n.a line\r\n.\r\n..\r\n";
  fake_host_answer (fixture->host, "EHLO", "250-fake.example\r\n250-PIPELINING\r\n250 CHUNKING");
  delivery_fixture_start (fixture);
  for (guint i = 1; i <= 3; i++)
    {
      if (i == 3)
        {
          fake_host_answer_once (fixture->host, "BDAT", "554 5.7.1 no");
          delivery_fixture_add (fixture, "", "bad@example.net");
          delivery_fixture_until (fixture, delivery_fixture_is_empty, 0);
        }
      delivery_fixture_add_content (fixture, "ann@example.org", "sue@example.net", content);
      g_assert_cmpstr (fake_host_wait (fixture->host, i)->content, ==, content);
      delivery_fixture_until (fixture, delivery_fixture_is_empty, 0);
    }
  g_assert_cmpuint (fake_host_count_commands (fixture->host, "DATA"), ==, 0);
  g_assert_cmpuint (fake_host_count_commands (fixture->host, "RSET"), ==, 1);
  g_assert_cmpuint (fake_host_count_commands (fixture->host, "CONNECT"), ==, 1);
}

/* More than what may go in vain waits for the answers to the commands. */
static void
test_no_large_chunk (DeliveryFixture *fixture, gconstpointer data)
{
  g_autofree char *line = g_strnfill (70, 'x');
  g_autoptr (GString) content = g_string_new ("Subject: x\r\n\r\n");
  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (content, "%s\r\n", line);
  fake_host_answer (fixture->host, "EHLO", "250-fake.example\r\n250-PIPELINING\r\n250 CHUNKING");
  delivery_fixture_start (fixture);
  delivery_fixture_add_content (fixture, "ann@example.org", "sue@example.net", content->str);
  g_assert_cmpstr (fake_host_wait (fixture->host, 1)->content, ==, content->str);
  g_assert_cmpuint (fake_host_count_commands (fixture->host, "BDAT"), ==, 0);
}

/* --- Who the next host is --- */

static void
use_exchangers (DeliveryFixture *fixture)
{
  delivery_fixture_set_router (fixture, "");
  delivery_fixture_start (fixture);
}

/* This server's own listener, at that address and the other host's port. */
static void
listen_at (DeliveryFixture *fixture, const char *address)
{
  EndpointList *listeners = &fixture->settings->smtp.listeners;
  g_autofree char *text = g_strdup_printf ("%s:%u", address, fake_host_port (fixture->host));
  g_free (listeners->rows);
  listeners->rows = g_new0 (Endpoint, 1);
  listeners->length = 1;
  g_assert_true (endpoint_parse (text, listeners->rows));
}

/* RFC 5321, section 5.1: neither ourselves, by name or by address, nor who is as good, nor who is
 * worse. */
static void
test_own_among_exchangers (DeliveryFixture *fixture, gconstpointer data)
{
  listen_at (fixture, "127.0.0.9");
  fake_dns_add_mx (fixture->dns, "far.example", 30, "worse.example");
  fake_dns_add_mx (fixture->dns, "far.example", 20, "equal.example");
  fake_dns_add_mx (fixture->dns, "far.example", 20, "alias-of-ours.example");
  fake_dns_add_mx (fixture->dns, "far.example", 10, "better.example");
  fake_dns_add_a (fixture->dns, "worse.example", "127.0.0.1");
  fake_dns_add_a (fixture->dns, "equal.example", "127.0.0.1");
  fake_dns_add_a (fixture->dns, "alias-of-ours.example", "127.0.0.9");
  fake_dns_add_a (fixture->dns, "better.example", "127.0.0.78");
  use_exchangers (fixture);
  guint64 id = delivery_fixture_add (fixture, "ann@example.org", "sue@far.example");
  delivery_fixture_until (fixture, delivery_fixture_was_attempted, id);
  g_assert_cmpuint (fake_host_count_commands (fixture->host, "CONNECT"), ==, 0);
  g_autoptr (Envelope) envelope = queue_envelope (fixture->queue, id, NULL);
  g_assert_true (
      g_str_has_prefix (envelope_recipient (envelope, 0)->reason, "451 4.4.1 cannot connect"));
}

/* A router that is this server would take the mail for ever. */
static void
test_own_as_router (DeliveryFixture *fixture, gconstpointer data)
{
  listen_at (fixture, "127.0.0.1");
  delivery_fixture_start (fixture);
  guint64 id = delivery_fixture_add (fixture, "ann@example.org", "sue@far.example");
  delivery_fixture_until (fixture, delivery_fixture_was_attempted, id);
  g_autoptr (Envelope) envelope = queue_envelope (fixture->queue, id, NULL);
  g_assert_true (g_str_has_prefix (envelope_recipient (envelope, 0)->reason, "451 4.3.5 "));
  g_assert_cmpuint (fake_host_count_commands (fixture->host, "CONNECT"), ==, 0);
}

/* --- Mailboxes --- */

static gboolean
is_one_left (DeliveryFixture *fixture, guint64 id)
{
  return queue_count (fixture->queue) == 1;
}

/* A full one is tried again; a message that was here before fails. */
static void
test_full_and_loop (DeliveryFixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (1100 * 1024, 'x');
  g_autofree char *content = g_strconcat ("Subject: large\r\n\r\n", large, "\r\n", NULL);
  fixture->settings->general.mailbox_size_mib = 1;
  delivery_fixture_start (fixture);
  guint64 id
      = delivery_fixture_add_content (fixture, "ann@example.org", "joe@home.example", content);
  delivery_fixture_until (fixture, delivery_fixture_was_attempted, id);
  g_autoptr (Envelope) envelope = queue_envelope (fixture->queue, id, NULL);
  g_assert_cmpstr (envelope_recipient (envelope, 0)->reason, ==, "452 4.2.2 the mailbox is full");

  delivery_fixture_add_content (fixture, "ann@example.org", "joe@home.example",
                                "X: y\r\ndelivered-to:  Joe@home.example\r\n\r\nHello\r\n");
  const FakeMessage *bounce = fake_host_wait (fixture->host, 1);
  delivery_fixture_assert_contains (bounce->content, "Status: 5.4.6\r\n");
  delivery_fixture_add_content (fixture, "ann@example.org", "joe@home.example",
                                "X: y\r\n\r\nDelivered-To: joe@home.example\r\n");
  delivery_fixture_until (fixture, is_one_left, id);
  g_autoptr (GPtrArray) mails = delivery_fixture_read_mailbox (fixture);
  g_assert_cmpuint (mails->len, ==, 1);
}

/* A try that died before it could tell has put the mail there, and so filled the mailbox. */
static void
test_full_of_itself (DeliveryFixture *fixture, gconstpointer data)
{
  static const char address[] = "joe@home.example";
  g_autofree char *large = g_strnfill (1100 * 1024, 'x');
  g_autofree char *content = g_strconcat ("Subject: large\r\n\r\n", large, "\r\n", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static (content, strlen (content));
  fixture->settings->general.mailbox_size_mib = 1;
  delivery_fixture_start (fixture);
  guint64 id = delivery_fixture_add_content (fixture, "ann@example.org", address, content);
  delivery_fixture_until (fixture, delivery_fixture_was_attempted, id);

  g_autoptr (Envelope) envelope = queue_envelope (fixture->queue, id, NULL);
  char id_text[ENVELOPE_ID_TEXT_MAX];
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, address, -1);
  g_autofree char *name
      = g_strdup_printf ("%" G_GINT64_FORMAT ".%s-%.16s.postern", envelope->arrived,
                         envelope_id_to_string (envelope->id, id_text), digest);
  g_autofree char *folder = mailbox_folder (fixture->folder, "joe");
  g_assert_true (mailbox_deliver (folder, name,
                                  "Return-Path: <ann@example.org>\r\n"
                                  "Delivered-To: joe@home.example\r\n",
                                  bytes, NULL));
  delivery_fixture_hasten (fixture, id);
  delivery_fixture_until (fixture, delivery_fixture_is_empty, id);
  g_autoptr (GPtrArray) mails = delivery_fixture_read_mailbox (fixture);
  g_assert_cmpuint (mails->len, ==, 1);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/delivery-remote/" name, DeliveryFixture, NULL, delivery_fixture_set_up, function,  \
              delivery_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  ADD ("reuse", test_reuse);
  ADD ("limit", test_limit);
  ADD ("stale", test_stale);
  ADD ("reset", test_reset);
  ADD ("silent-host", test_silent_host);
  ADD ("down", test_down);
  ADD ("broken-tls", test_broken_tls);
  ADD ("injected-reply", test_injected_reply);
  ADD ("eight-bit", test_eight_bit);
  ADD ("chunk", test_chunk);
  ADD ("no-large-chunk", test_no_large_chunk);
  ADD ("own-among-exchangers", test_own_among_exchangers);
  ADD ("own-as-router", test_own_as_router);
  ADD ("full-and-loop", test_full_and_loop);
  ADD ("full-of-itself", test_full_of_itself);
  return g_test_run ();
}
