/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/servers/smtp-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#define CLIENT_TIMEOUT_S 30

/* --- Settings --- */

/* @smtp: what stands in the smtp element beside the listener */
Settings *
smtp_fixture_make_settings (SmtpFixture *fixture, const char *smtp)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (fixture->folder, "settings.xml", NULL);
  g_autofree char *text
      = g_strdup_printf ("<server-properties xmlns='urn:postern:server-properties' version='2'>"
                         "<general><host-name>mail.example.org</host-name>"
                         "<local-domains><domain>example.org</domain></local-domains>"
                         "<aliases><alias>sales: ann, bill@example.com</alias>"
                         "<alias>nowhere: nobody</alias></aliases></general>"
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

void
smtp_fixture_apply (SmtpFixture *fixture, const char *smtp)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Settings) settings = smtp_fixture_make_settings (fixture, smtp);
  g_assert_true (smtp_server_apply (fixture->server, settings, &error));
  g_assert_no_error (error);
}

void
smtp_fixture_set_up (SmtpFixture *fixture, gconstpointer smtp)
{
  g_autoptr (GError) error = NULL;
  fixture->folder = g_dir_make_tmp ("postern-smtp-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->state = g_build_filename (fixture->folder, "state", NULL);
  g_assert_cmpint (g_mkdir (fixture->state, 0700), ==, 0);
  g_autofree char *users = g_build_filename (fixture->folder, "users", NULL);
  g_file_set_contents (users, "ann:{PLAIN}secret\n", -1, &error);
  g_assert_no_error (error);

  g_autoptr (Settings) settings = smtp_fixture_make_settings (fixture, smtp ? smtp : "");
  SmtpServerPlace place = { .state_dir = fixture->state, .n_workers = 2 };
  fixture->server = smtp_server_new (&place, settings, &error);
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

void
smtp_fixture_tear_down (SmtpFixture *fixture, gconstpointer smtp)
{
  g_clear_pointer (&fixture->server, smtp_server_free);
  remove_folder (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->state);
}

guint64
smtp_fixture_counter (SmtpFixture *fixture, const char *name)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{st}"));
  smtp_server_counters (fixture->server, &builder);
  g_autoptr (GVariant) counters = g_variant_ref_sink (g_variant_builder_end (&builder));
  guint64 value;
  g_assert_true (g_variant_lookup (counters, name, "t", &value));
  return value;
}

/* --- The client --- */

void
smtp_tester_open (SmtpTester *client, SmtpFixture *fixture)
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

void
smtp_tester_close (SmtpTester *client)
{
  g_clear_object (&client->input);
  g_clear_object (&client->connection);
}

void
smtp_tester_send (SmtpTester *client, const char *bytes)
{
  g_autoptr (GError) error = NULL;
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (client->connection));
  g_output_stream_write_all (output, bytes, strlen (bytes), NULL, NULL, &error);
  g_assert_no_error (error);
}

/* Reads a reply, all lines of it, and asserts how its last one begins; NULL for the end of the
 * connection. */
void
smtp_tester_expect (SmtpTester *client, const char *beginning)
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

void
smtp_tester_say (SmtpTester *client, const char *command, const char *reply)
{
  g_autofree char *line = g_strconcat (command, "\r\n", NULL);
  smtp_tester_send (client, line);
  smtp_tester_expect (client, reply);
}

void
smtp_tester_greet (SmtpTester *client, SmtpFixture *fixture)
{
  smtp_tester_open (client, fixture);
  smtp_tester_expect (client, "220 mail.example.org ");
  smtp_tester_say (client, "EHLO client", "250 ENHANCED");
}

/* --- What stands in the queue, once the server is gone --- */

GPtrArray *
smtp_fixture_list_queue (SmtpFixture *fixture, Queue **queue)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_build_filename (fixture->state, "queue", NULL);
  g_clear_pointer (&fixture->server, smtp_server_free);
  *queue = queue_open (folder, &error);
  g_assert_no_error (error);
  GPtrArray *envelopes = queue_list (*queue, NULL, 0, &error);
  g_assert_no_error (error);
  return envelopes;
}
