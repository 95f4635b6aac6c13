/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/servers/smtp-fixture.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

/* How bytes come and go, whatever they mean. */

static const char *const whole_session = "EHLO client\r\nMAIL FROM:<joe@example.net>\r\n"
                                         "RCPT TO:<ann@example.org>\r\nDATA\r\n"
                                         "Subject: hello\r\n\r\nworld\r\n.\r\nQUIT\r\n";

static void
expect_whole_session (SmtpTester *client)
{
  static const char *const replies[] = {
    "250 ENHANCED", "250 2.1.0", "250 2.1.5", "354 ", "250 2.0.0 Ok: queued as ", "221 2.0.0"
  };
  for (gsize i = 0; i < G_N_ELEMENTS (replies); i++)
    smtp_tester_expect (client, replies[i]);
  smtp_tester_expect (client, NULL);
}

static void
test_message (SmtpFixture *fixture, gconstpointer smtp)
{
  SmtpTester client;
  smtp_tester_open (&client, fixture);
  smtp_tester_expect (&client, "220 mail.example.org ESMTP");
  smtp_tester_say (&client, "EHLO the client", "250 ENHANCED");
  smtp_tester_say (&client, "MAIL FROM:<joe@example.net> BODY=8BITMIME", "250 2.1.0");
  smtp_tester_say (&client, "RCPT TO:<nobody@example.org>", "550 5.1.1 ");
  smtp_tester_say (&client, "RCPT TO:<far@example.com>", "550 5.7.1 Relaying denied: ");
  smtp_tester_say (&client, "RCPT TO:<ann@example.org>", "250 2.1.5");
  smtp_tester_say (&client, "DATA", "354");
  smtp_tester_say (&client, "Subject: x\r\n\r\n..\r\n.", "250 2.0.0 Ok: queued as ");
  smtp_tester_say (&client, "QUIT", "221");
  smtp_tester_expect (&client, NULL);
  smtp_tester_close (&client);
  g_assert_cmpuint (smtp_fixture_counter (fixture, "messages-accepted"), ==, 1);
  g_assert_cmpuint (smtp_fixture_counter (fixture, "recipients-accepted"), ==, 1);
  g_assert_cmpuint (smtp_fixture_counter (fixture, "recipients-relayed"), ==, 0);
  g_assert_cmpuint (smtp_fixture_counter (fixture, "refused-relay"), ==, 1);
  g_assert_cmpuint (smtp_fixture_counter (fixture, "refused-unknown-user"), ==, 1);

  g_autoptr (Queue) queue = NULL;
  g_autoptr (GPtrArray) envelopes = smtp_fixture_list_queue (fixture, &queue);
  g_assert_cmpuint (envelopes->len, ==, 1);
  Envelope *envelope = envelopes->pdata[0];
  g_assert_cmpstr (envelope->sender, ==, "joe@example.net");
  g_assert_cmpuint (envelope->recipients->len, ==, 1);
  g_assert_cmpstr (((Recipient *) envelope->recipients->pdata[0])->address, ==, "ann@example.org");
  g_assert_true (envelope->eight_bit);
  g_assert_cmpstr (envelope->client_address, ==, "127.0.0.1");

  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) content = queue_content (queue, envelope->id, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (content), ==, envelope->size);
  g_autofree char *text = g_strndup (g_bytes_get_data (content, NULL), g_bytes_get_size (content));
  char id[ENVELOPE_ID_TEXT_MAX];
  g_assert_true (g_str_has_prefix (text, "Received: from "));
  g_assert_nonnull (strstr (text, envelope_id_to_string (envelope->id, id)));
  g_assert_nonnull (strstr (text, "127.0.0.1"));
  g_assert_true (g_str_has_suffix (text, "\r\nSubject: x\r\n\r\n.\r\n"));
}

/* All at once, and then the client ends its side: it still gets every reply. */
static void
test_one_packet (SmtpFixture *fixture, gconstpointer smtp)
{
  SmtpTester client;
  smtp_tester_open (&client, fixture);
  smtp_tester_send (&client, whole_session);
  g_socket_shutdown (g_socket_connection_get_socket (client.connection), FALSE, TRUE, NULL);
  smtp_tester_expect (&client, "220 ");
  expect_whole_session (&client);
  smtp_tester_close (&client);
}

static void
test_single_bytes (SmtpFixture *fixture, gconstpointer smtp)
{
  SmtpTester client;
  smtp_tester_open (&client, fixture);
  for (const char *c = whole_session; *c; c++)
    smtp_tester_send (&client, (char[]){ *c, '\0' });
  smtp_tester_expect (&client, "220 ");
  expect_whole_session (&client);
  smtp_tester_close (&client);
}

/* Replies wait in our output while the client does not read; nothing is lost, and no command
 * overtakes. */
static void
test_client_that_does_not_read (SmtpFixture *fixture, gconstpointer smtp)
{
  enum
  {
    COMMANDS = 20000
  };
  g_autoptr (GString) commands = g_string_new (NULL);
  SmtpTester client;
  smtp_tester_greet (&client, fixture);
  smtp_tester_say (&client, "MAIL FROM:<a@b.example>", "250");
  smtp_tester_say (&client, "RCPT TO:<ann@example.org>", "250");
  for (guint i = 0; i < COMMANDS; i++)
    g_string_append (commands, i % 2 ? "VRFY x\r\n" : "BDAT 3\r\nx\r\n");

  /* Written until nothing more goes, then read one by one. */
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (client.connection));
  gsize sent = 0;
  guint answered = 0;
  while (sent < commands->len)
    {
      gssize written = g_pollable_output_stream_write_nonblocking (
          G_POLLABLE_OUTPUT_STREAM (output), commands->str + sent, commands->len - sent, NULL,
          NULL);
      if (written > 0)
        sent += (gsize) written;
      else
        smtp_tester_expect (&client, answered++ % 2 ? "252 2.0.0" : "250 2.0.0 Ok:");
    }
  while (answered < COMMANDS)
    smtp_tester_expect (&client, answered++ % 2 ? "252 2.0.0" : "250 2.0.0 Ok:");
  smtp_tester_say (&client, "QUIT", "221");
  smtp_tester_close (&client);
}

/* Clients that break off, before the reply to their message at the latest: what was counted as
 * taken is in the queue, all of it. */
static void
test_clients_that_leave (SmtpFixture *fixture, gconstpointer smtp)
{
  for (guint i = 0; i < 60; i++)
    {
      SmtpTester client;
      smtp_tester_greet (&client, fixture);
      smtp_tester_send (&client,
                        "MAIL FROM:<joe@example.net>\r\nRCPT TO:<ann@example.org>\r\nDATA\r\n");
      smtp_tester_expect (&client, "250");
      smtp_tester_expect (&client, "250");
      smtp_tester_expect (&client, "354");
      smtp_tester_send (&client, i % 3 == 0 ? "half a message\r\n" : "a message\r\n.\r\n");
      if (i % 3 == 1)
        {
          struct linger reset = { 1, 0 };
          setsockopt (g_socket_get_fd (g_socket_connection_get_socket (client.connection)),
                      SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        }
      smtp_tester_close (&client);
    }

  SmtpTester last;
  smtp_tester_greet (&last, fixture);
  smtp_tester_say (&last, "QUIT", "221");
  smtp_tester_close (&last);
  /* The log says each; the counter is read while the server still runs, the queue may have grown
   * since. */
  guint64 accepted = smtp_fixture_counter (fixture, "messages-accepted");
  g_autoptr (Queue) queue = NULL;
  g_autoptr (GPtrArray) envelopes = smtp_fixture_list_queue (fixture, &queue);
  g_assert_cmpuint (envelopes->len, >=, accepted);
  g_assert_cmpuint (envelopes->len, <=, 40);
}

/* Large enough for a file of its own. */
static char *
make_large_content (void)
{
  g_autofree char *line = g_strnfill (70, 'x');
  GString *content = g_string_new ("Subject: large\r\n\r\n");
  while (content->len < 1500 * 1024)
    g_string_append_printf (content, "%s\r\n", line);
  g_string_append (content, ".\r\n");
  return g_string_free (content, FALSE);
}

static void
send_large (SmtpTester *client, const char *reply)
{
  g_autofree char *content = make_large_content ();
  smtp_tester_say (client, "MAIL FROM:<joe@example.net>", "250");
  smtp_tester_say (client, "RCPT TO:<ann@example.org>", "250");
  smtp_tester_say (client, "DATA", "354");
  smtp_tester_send (client, content);
  smtp_tester_expect (client, reply);
}

static void
test_large_message (SmtpFixture *fixture, gconstpointer smtp)
{
  static const struct
  {
    const char *smtp;
    const char *reply;
  } rows[] = {
    { "", "250 2.0.0" },
    { "<limits><message-size-kib>1024</message-size-kib></limits>", "552 5.3.4" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      SmtpTester client;
      smtp_fixture_apply (fixture, rows[i].smtp);
      smtp_tester_greet (&client, fixture);
      send_large (&client, rows[i].reply);
      smtp_tester_say (&client, "QUIT", "221");
      smtp_tester_close (&client);
    }

  g_autoptr (Queue) queue = NULL;
  g_autoptr (GPtrArray) envelopes = smtp_fixture_list_queue (fixture, &queue);
  g_assert_cmpuint (envelopes->len, ==, 1);
}

/* The disk takes no large file: the client keeps the message, and the server goes on. */
static void
test_trouble (SmtpFixture *fixture, gconstpointer smtp)
{
  struct rlimit former, low;
  SmtpTester client;
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &former), ==, 0);
  low = (struct rlimit){ 1024 * 1024, former.rlim_max };
  signal (SIGXFSZ, SIG_IGN);

  smtp_tester_greet (&client, fixture);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &low), ==, 0);
  /* The server warns of it. */
  GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  send_large (&client, "451 4.3.0 ");
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &former), ==, 0);
  g_log_set_always_fatal (fatal);
  send_large (&client, "250 2.0.0");
  smtp_tester_close (&client);
  g_assert_cmpuint (smtp_fixture_counter (fixture, "messages-refused"), ==, 1);
  g_assert_cmpuint (smtp_fixture_counter (fixture, "messages-accepted"), ==, 1);
}

#define ADD(name, smtp, function)                                                                  \
  g_test_add ("/smtp-conversation/" name, SmtpFixture, smtp, smtp_fixture_set_up, function,        \
              smtp_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("message", NULL, test_message);
  ADD ("one-packet", NULL, test_one_packet);
  ADD ("single-bytes", NULL, test_single_bytes);
  ADD ("client-that-does-not-read", NULL, test_client_that_does_not_read);
  ADD ("clients-that-leave", NULL, test_clients_that_leave);
  ADD ("large-message", NULL, test_large_message);
  ADD ("trouble", NULL, test_trouble);
  return g_test_run ();
}
