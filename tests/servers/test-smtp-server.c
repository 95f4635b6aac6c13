/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/logon-table.h"
#include "servers/queue/queue.h"
#include "servers/smtp/smtp-server.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>

/* The server with its real sockets, threads, queue and tables, and a client that blocks. */

#define CLIENT_TIMEOUT_S 30

typedef struct
{
  char *folder; /* (owned) */
  char *state;  /* (owned) */
  SmtpServer *server;
  guint16 port;
} Fixture;

typedef struct
{
  GSocketConnection *connection;
  GDataInputStream *input;
} Client;

static const char *program; /* this one */

/* --- Settings --- */

/* @smtp: what stands in the smtp element beside the listener */
static Settings *
make_settings (Fixture *fixture, const char *smtp)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (fixture->folder, "settings.xml", NULL);
  g_autofree char *text
      = g_strdup_printf ("<server-properties xmlns='urn:postern:server-properties' version='2'>"
                         "<general><host-name>mail.example.org</host-name>"
                         "<local-domains><domain>example.org</domain></local-domains></general>"
                         "<smtp><listeners><endpoint>127.0.0.1:2525</endpoint></listeners>%s</smtp>"
                         "</server-properties>",
                         smtp);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);

  Settings *settings = settings_load (path, &error);
  g_assert_no_error (error);
  /* Any free port; no file can say that. */
  settings->smtp.listeners.rows[0].port = 0;
  return settings;
}

static void
apply (Fixture *fixture, const char *smtp)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Settings) settings = make_settings (fixture, smtp);
  g_assert_true (smtp_server_apply (fixture->server, settings, &error));
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer smtp)
{
  g_autoptr (GError) error = NULL;
  fixture->folder = g_dir_make_tmp ("postern-smtp-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->state = g_build_filename (fixture->folder, "state", NULL);
  g_assert_cmpint (g_mkdir (fixture->state, 0700), ==, 0);
  g_autofree char *users = g_build_filename (fixture->folder, "users", NULL);
  g_file_set_contents (users, "ann:{PLAIN}secret\n", -1, &error);
  g_assert_no_error (error);

  g_autoptr (Settings) settings = make_settings (fixture, smtp ? smtp : "");
  fixture->server = smtp_server_new (fixture->state, 2, settings, &error);
  g_assert_no_error (error);
  g_auto (GStrv) endpoints = smtp_server_endpoints (fixture->server);
  g_assert_true (g_str_has_prefix (endpoints[0], "127.0.0.1:"));
  fixture->port = (guint16) g_ascii_strtoull (strchr (endpoints[0], ':') + 1, NULL, 10);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);
      if (g_file_test (inner, G_FILE_TEST_IS_DIR))
        remove_folder (inner);
      else
        g_unlink (inner);
    }
  g_rmdir (path);
}

static void
tear_down (Fixture *fixture, gconstpointer smtp)
{
  g_clear_pointer (&fixture->server, smtp_server_free);
  remove_folder (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->state);
}

static guint64
counter (Fixture *fixture, const char *name)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{st}"));
  smtp_server_counters (fixture->server, &builder);
  g_autoptr (GVariant) counters = g_variant_ref_sink (g_variant_builder_end (&builder));
  guint64 value;
  g_assert_true (g_variant_lookup (counters, name, "t", &value));
  return value;
}

/* --- The client --- */

static void
client_open (Client *client, Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketClient) sockets = g_socket_client_new ();
  g_socket_client_set_timeout (sockets, CLIENT_TIMEOUT_S);
  client->connection
      = g_socket_client_connect_to_host (sockets, "127.0.0.1", fixture->port, NULL, &error);
  g_assert_no_error (error);
  client->input
      = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (client->connection)));
  g_data_input_stream_set_newline_type (client->input, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
}

static void
client_close (Client *client)
{
  g_clear_object (&client->input);
  g_clear_object (&client->connection);
}

static void
send_bytes (Client *client, const char *bytes)
{
  g_autoptr (GError) error = NULL;
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (client->connection));
  g_output_stream_write_all (output, bytes, strlen (bytes), NULL, NULL, &error);
  g_assert_no_error (error);
}

/* Reads a reply, all lines of it, and asserts how its last one begins; NULL for the end of the
 * connection. */
static void
expect (Client *client, const char *beginning)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  do
    {
      g_free (line);
      line = g_data_input_stream_read_line (client->input, NULL, NULL, &error);
      g_assert_no_error (error);
    }
  while (line && strlen (line) > 3 && line[3] == '-');

  if (!beginning)
    g_assert_cmpstr (line, ==, NULL);
  else if (!line || !g_str_has_prefix (line, beginning))
    g_error ("expected \"%s\", got \"%s\"", beginning, line);
}

static void
say (Client *client, const char *command, const char *reply)
{
  g_autofree char *line = g_strconcat (command, "\r\n", NULL);
  send_bytes (client, line);
  expect (client, reply);
}

static void
client_greet (Client *client, Fixture *fixture)
{
  client_open (client, fixture);
  expect (client, "220 mail.example.org ");
  say (client, "EHLO client", "250 ENHANCED");
}

static const char *const whole_session = "EHLO client\r\nMAIL FROM:<joe@example.net>\r\n"
                                         "RCPT TO:<ann@example.org>\r\nDATA\r\n"
                                         "Subject: hello\r\n\r\nworld\r\n.\r\nQUIT\r\n";

static void
expect_whole_session (Client *client)
{
  static const char *const replies[] = {
    "250 ENHANCED", "250 2.1.0", "250 2.1.5", "354 ", "250 2.0.0 Ok: queued as ", "221 2.0.0"
  };
  for (gsize i = 0; i < G_N_ELEMENTS (replies); i++)
    expect (client, replies[i]);
  expect (client, NULL);
}

/* --- What stands in the queue, once the server is gone --- */

static GPtrArray *
list_queue (Fixture *fixture, Queue **queue)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_build_filename (fixture->state, "queue", NULL);
  g_clear_pointer (&fixture->server, smtp_server_free);
  *queue = queue_open (folder, &error);
  g_assert_no_error (error);
  GPtrArray *envelopes = queue_list (*queue, 0, &error);
  g_assert_no_error (error);
  return envelopes;
}

/* --- Tests --- */

static void
test_message (Fixture *fixture, gconstpointer smtp)
{
  Client client;
  client_open (&client, fixture);
  expect (&client, "220 mail.example.org ESMTP");
  say (&client, "EHLO the client", "250 ENHANCED");
  say (&client, "MAIL FROM:<joe@example.net> BODY=8BITMIME", "250 2.1.0");
  say (&client, "RCPT TO:<nobody@example.org>", "550 5.1.1 ");
  say (&client, "RCPT TO:<far@example.com>", "550 5.7.1 Relaying denied: ");
  say (&client, "RCPT TO:<ann@example.org>", "250 2.1.5");
  say (&client, "DATA", "354");
  say (&client, "Subject: x\r\n\r\n..\r\n.", "250 2.0.0 Ok: queued as ");
  say (&client, "QUIT", "221");
  expect (&client, NULL);
  client_close (&client);
  g_assert_cmpuint (counter (fixture, "messages-accepted"), ==, 1);
  g_assert_cmpuint (counter (fixture, "recipients-accepted"), ==, 1);
  g_assert_cmpuint (counter (fixture, "recipients-relayed"), ==, 0);
  g_assert_cmpuint (counter (fixture, "refused-relay"), ==, 1);
  g_assert_cmpuint (counter (fixture, "refused-unknown-user"), ==, 1);

  g_autoptr (Queue) queue = NULL;
  g_autoptr (GPtrArray) envelopes = list_queue (fixture, &queue);
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
test_one_packet (Fixture *fixture, gconstpointer smtp)
{
  Client client;
  client_open (&client, fixture);
  send_bytes (&client, whole_session);
  g_socket_shutdown (g_socket_connection_get_socket (client.connection), FALSE, TRUE, NULL);
  expect (&client, "220 ");
  expect_whole_session (&client);
  client_close (&client);
}

static void
test_single_bytes (Fixture *fixture, gconstpointer smtp)
{
  Client client;
  client_open (&client, fixture);
  for (const char *c = whole_session; *c; c++)
    send_bytes (&client, (char[]){ *c, '\0' });
  expect (&client, "220 ");
  expect_whole_session (&client);
  client_close (&client);
}

/* Replies wait in our output while the client does not read; nothing is lost, and no command
 * overtakes. */
static void
test_client_that_does_not_read (Fixture *fixture, gconstpointer smtp)
{
  enum
  {
    COMMANDS = 20000
  };
  g_autoptr (GString) commands = g_string_new (NULL);
  Client client;
  client_greet (&client, fixture);
  for (guint i = 0; i < COMMANDS; i++)
    g_string_append (commands, i % 2 ? "NOOP\r\n" : "VRFY x\r\n");

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
        expect (&client, answered++ % 2 ? "250 2.0.0" : "252 2.0.0");
    }
  while (answered < COMMANDS)
    expect (&client, answered++ % 2 ? "250 2.0.0" : "252 2.0.0");
  say (&client, "QUIT", "221");
  client_close (&client);
}

static void
on_recorded (gpointer user_data, const GError *error)
{
  g_assert_no_error (error);
}

/* As the POP server does it, in a process of its own. */
static int
record_logon (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LogonTable) table = logon_table_open (folder, LOGON_TABLE_WRITER, &error);
  IpAddress address;
  if (!table || !ip_address_parse ("127.0.0.1", &address))
    return 1;
  logon_table_record (table, &address, "ann", on_recorded, NULL);
  return 0;
}

static void
log_on (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_build_filename (fixture->state, "log-ons", NULL);
  g_autoptr (GSubprocess) other = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, program,
                                                    "--record-log-on", folder, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (other, NULL, &error));
  g_assert_no_error (error);
}

/* In one session: refused, logged on to POP, relayed, the settings change, refused, and so on. */
static void
test_relay (Fixture *fixture, gconstpointer smtp)
{
  Client client;
  client_greet (&client, fixture);
  say (&client, "MAIL FROM:<joe@example.net>", "250");
  say (&client, "RCPT TO:<far@example.com>",
       "550 5.7.1 Relaying denied: log on to the POP server first");
  log_on (fixture);
  say (&client, "RCPT TO:<far@example.com>", "250 2.1.5");
  g_assert_cmpuint (counter (fixture, "log-on-grants-used"), ==, 1);
  g_assert_cmpuint (counter (fixture, "recipients-relayed"), ==, 1);

  apply (fixture, "<relay><allow>none</allow><refuse-local-host>true</refuse-local-host></relay>");
  say (&client, "RCPT TO:<far2@example.com>", "550 5.7.1 Relaying denied: ");
  say (&client, "RCPT TO:<ann@example.org>", "250 2.1.5");
  apply (fixture, "<relay><allow>none</allow></relay>");
  say (&client, "RCPT TO:<far2@example.com>", "250 2.1.5");
  apply (fixture, "<relay><pop-client>false</pop-client></relay>");
  say (&client, "RCPT TO:<far3@example.com>", "550 5.7.1 Relaying denied");
  say (&client, "DATA", "354");
  say (&client, "x\r\n.", "250 2.0.0");
  say (&client, "QUIT", "221");
  client_close (&client);
}

static void
test_connection_restrictions (Fixture *fixture, gconstpointer smtp)
{
  static const char nobody[] = "<connection><allow>none</allow>"
                               "<refuse-local-host>true</refuse-local-host></connection>";
  Client open, late;
  client_greet (&open, fixture);
  apply (fixture, nobody);

  say (&open, "MAIL FROM:<joe@example.net>", "550 5.7.1 ");
  client_open (&late, fixture);
  expect (&late, "554 5.7.1 ");
  say (&late, "EHLO client", "503 5.5.1");
  say (&late, "QUIT", "221");
  expect (&late, NULL);
  g_assert_cmpuint (counter (fixture, "refused-connection"), ==, 2);

  apply (fixture, "");
  say (&open, "MAIL FROM:<joe@example.net>", "250 2.1.0");
  client_close (&open);
  client_close (&late);
}

static void
test_too_many_sessions (Fixture *fixture, gconstpointer smtp)
{
  Client one, two;
  client_greet (&one, fixture);
  client_open (&two, fixture);
  expect (&two, "421 4.3.2 mail.example.org Too many sessions");
  expect (&two, NULL);
  client_close (&one);
  client_close (&two);
}

/* A setting that can't be put in force leaves everything as it was. */
static void
test_apply_fails (Fixture *fixture, gconstpointer smtp)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Settings) settings = make_settings (fixture, "<relay><allow>all</allow></relay>");
  g_free (settings->general.users_file);
  settings->general.users_file = g_build_filename (fixture->folder, "missing", NULL);
  g_assert_false (smtp_server_apply (fixture->server, settings, &error));
  g_assert_nonnull (error);

  Client client;
  client_greet (&client, fixture);
  say (&client, "MAIL FROM:<joe@example.net>", "250");
  say (&client, "RCPT TO:<far@example.com>", "550 5.7.1");
  client_close (&client);
}

/* Clients that break off, before the reply to their message at the latest: what was counted as
 * taken is in the queue, all of it. */
static void
test_clients_that_leave (Fixture *fixture, gconstpointer smtp)
{
  for (guint i = 0; i < 60; i++)
    {
      Client client;
      client_greet (&client, fixture);
      send_bytes (&client, "MAIL FROM:<joe@example.net>\r\nRCPT TO:<ann@example.org>\r\nDATA\r\n");
      expect (&client, "250");
      expect (&client, "250");
      expect (&client, "354");
      send_bytes (&client, i % 3 == 0 ? "half a message\r\n" : "a message\r\n.\r\n");
      if (i % 3 == 1)
        {
          struct linger reset = { 1, 0 };
          setsockopt (g_socket_get_fd (g_socket_connection_get_socket (client.connection)),
                      SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        }
      client_close (&client);
    }

  Client last;
  client_greet (&last, fixture);
  say (&last, "QUIT", "221");
  client_close (&last);
  /* The log says each; the counter is read while the server still runs, the queue may have grown
   * since. */
  guint64 accepted = counter (fixture, "messages-accepted");
  g_autoptr (Queue) queue = NULL;
  g_autoptr (GPtrArray) envelopes = list_queue (fixture, &queue);
  g_assert_cmpuint (envelopes->len, >=, accepted);
  g_assert_cmpuint (envelopes->len, <=, 40);
}

static gpointer
stop_server (gpointer data)
{
  Fixture *fixture = data;
  g_clear_pointer (&fixture->server, smtp_server_free);
  return NULL;
}

static void
test_stop (Fixture *fixture, gconstpointer smtp)
{
  Client idle, sending, asking;
  client_greet (&idle, fixture);
  client_greet (&sending, fixture);
  say (&sending, "MAIL FROM:<joe@example.net>", "250");
  say (&sending, "RCPT TO:<ann@example.org>", "250");
  say (&sending, "DATA", "354");
  send_bytes (&sending, "half a message\r\n");
  client_greet (&asking, fixture);
  send_bytes (&asking, "MAIL FROM:<joe@example.net>\r\nRCPT TO:<ann@example.org>\r\nDATA\r\n");
  expect (&asking, "250");
  expect (&asking, "250");
  expect (&asking, "354");
  say (&asking, "x\r\n.", "250 2.0.0");

  GThread *stopping = g_thread_new ("stopping", stop_server, fixture);
  expect (&idle, "421 4.3.2 mail.example.org Stopping");
  expect (&idle, NULL);
  expect (&sending, "421 4.3.2 mail.example.org Stopping");
  expect (&sending, NULL);
  expect (&asking, "421 4.3.2 mail.example.org Stopping");
  expect (&asking, NULL);
  client_close (&idle);
  client_close (&sending);
  client_close (&asking);
  g_thread_join (stopping);

  g_autoptr (Queue) queue = NULL;
  g_autoptr (GPtrArray) envelopes = list_queue (fixture, &queue);
  g_assert_cmpuint (envelopes->len, ==, 1);
}

/* Large enough for a file of its own, and beyond the limit after that. */
static void
test_large_message (Fixture *fixture, gconstpointer smtp)
{
  g_autofree char *line = g_strnfill (70, 'x');
  g_autoptr (GString) content = g_string_new ("Subject: large\r\n\r\n");
  while (content->len < 1500 * 1024)
    g_string_append_printf (content, "%s\r\n", line);
  g_string_append (content, ".\r\n");

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
      Client client;
      apply (fixture, rows[i].smtp);
      client_greet (&client, fixture);
      say (&client, "MAIL FROM:<joe@example.net>", "250");
      say (&client, "RCPT TO:<ann@example.org>", "250");
      say (&client, "DATA", "354");
      send_bytes (&client, content->str);
      expect (&client, rows[i].reply);
      say (&client, "QUIT", "221");
      client_close (&client);
    }

  g_autoptr (Queue) queue = NULL;
  g_autoptr (GPtrArray) envelopes = list_queue (fixture, &queue);
  g_assert_cmpuint (envelopes->len, ==, 1);
}

#define ADD(name, smtp, function)                                                                  \
  g_test_add ("/smtp-server/" name, Fixture, smtp, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  program = argv[0];
  if (argc == 3 && g_str_equal (argv[1], "--record-log-on"))
    return record_logon (argv[2]);

  g_test_init (&argc, &argv, NULL);
  ADD ("message", NULL, test_message);
  ADD ("one-packet", NULL, test_one_packet);
  ADD ("single-bytes", NULL, test_single_bytes);
  ADD ("client-that-does-not-read", NULL, test_client_that_does_not_read);
  ADD ("relay", NULL, test_relay);
  ADD ("connection-restrictions", NULL, test_connection_restrictions);
  ADD ("too-many-sessions", "<limits><sessions>1</sessions></limits>", test_too_many_sessions);
  ADD ("apply-fails", NULL, test_apply_fails);
  ADD ("clients-that-leave", NULL, test_clients_that_leave);
  ADD ("stop", NULL, test_stop);
  ADD ("large-message", NULL, test_large_message);
  return g_test_run ();
}
