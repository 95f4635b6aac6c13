/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/credentials.h"
#include "servers/auth/logon-table.h"
#include "tests/servers/smtp-fixture.h"

#include <string.h>

/* What the server does with settings, log-ons and its end. */

static const char *program; /* this one */

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
  g_autofree char *state = g_path_get_dirname (folder);
  g_autofree char *users = g_build_filename (state, "..", "users", NULL);
  CredentialsSource source = { .path = users };
  g_autoptr (Credentials) credentials = credentials_new (&source, &error);
  LogonEntry entry = { .user = "ann" };
  if (!table || !credentials || !ip_address_parse ("127.0.0.1", &entry.address))
    return 1;
  entry.client = entry.address;
  entry.mark = credentials_mark (credentials, "ann");
  logon_table_record (table, &entry, on_recorded, NULL);
  return 0;
}

static void
log_on (SmtpFixture *fixture)
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
test_relay (SmtpFixture *fixture, gconstpointer smtp)
{
  SmtpTester client;
  smtp_tester_greet (&client, fixture);
  smtp_tester_say (&client, "MAIL FROM:<joe@example.net>", "250");
  smtp_tester_say (&client, "RCPT TO:<far@example.com>",
                   "550 5.7.1 Relaying denied: log on to the POP server first");
  log_on (fixture);
  smtp_tester_say (&client, "RCPT TO:<far@example.com>", "250 2.1.5");
  g_assert_cmpuint (smtp_fixture_counter (fixture, "log-on-grants-used"), ==, 1);
  g_assert_cmpuint (smtp_fixture_counter (fixture, "recipients-relayed"), ==, 1);

  smtp_fixture_apply (
      fixture, "<relay><allow>none</allow><refuse-local-host>true</refuse-local-host></relay>");
  smtp_tester_say (&client, "RCPT TO:<far2@example.com>", "550 5.7.1 Relaying denied: ");
  smtp_tester_say (&client, "RCPT TO:<ann@example.org>", "250 2.1.5");
  smtp_fixture_apply (fixture, "<relay><allow>none</allow></relay>");
  smtp_tester_say (&client, "RCPT TO:<far2@example.com>", "250 2.1.5");
  smtp_fixture_apply (fixture, "<relay><pop-client>false</pop-client></relay>");
  smtp_tester_say (&client, "RCPT TO:<far3@example.com>", "550 5.7.1 Relaying denied");
  smtp_tester_say (&client, "DATA", "354");
  smtp_tester_say (&client, "x\r\n.", "250 2.0.0");
  smtp_tester_say (&client, "QUIT", "221");
  smtp_tester_close (&client);
}

static void
test_connection_restrictions (SmtpFixture *fixture, gconstpointer smtp)
{
  static const char nobody[] = "<connection><allow>none</allow>"
                               "<refuse-local-host>true</refuse-local-host></connection>";
  SmtpTester open, late;
  smtp_tester_greet (&open, fixture);
  smtp_fixture_apply (fixture, nobody);

  smtp_tester_say (&open, "MAIL FROM:<joe@example.net>", "550 5.7.1 ");
  smtp_tester_open (&late, fixture);
  smtp_tester_expect (&late, "554 5.7.1 ");
  smtp_tester_say (&late, "EHLO client", "503 5.5.1");
  smtp_tester_say (&late, "QUIT", "221");
  smtp_tester_expect (&late, NULL);
  g_assert_cmpuint (smtp_fixture_counter (fixture, "refused-connection"), ==, 2);

  smtp_fixture_apply (fixture, "");
  smtp_tester_say (&open, "MAIL FROM:<joe@example.net>", "250 2.1.0");
  smtp_tester_close (&open);
  smtp_tester_close (&late);
}

static void
test_too_many_sessions (SmtpFixture *fixture, gconstpointer smtp)
{
  SmtpTester one, two;
  smtp_tester_greet (&one, fixture);
  smtp_tester_open (&two, fixture);
  smtp_tester_expect (&two, "421 4.3.2 mail.example.org Too many sessions");
  /* It takes nobody's place, however long it stays. */
  g_assert_cmpuint (smtp_fixture_counter (fixture, "sessions"), ==, 1);
  smtp_tester_expect (&two, NULL);
  smtp_tester_close (&one);
  smtp_tester_close (&two);
}

/* A setting that can't be put in force leaves everything as it was. */
static void
test_apply_fails (SmtpFixture *fixture, gconstpointer smtp)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Settings) settings
      = smtp_fixture_make_settings (fixture, "<relay><allow>all</allow></relay>");
  g_free (settings->general.users_file);
  settings->general.users_file = g_build_filename (fixture->folder, "missing", NULL);
  g_assert_false (smtp_server_apply (fixture->server, settings, &error));
  g_assert_nonnull (error);

  SmtpTester client;
  smtp_tester_greet (&client, fixture);
  smtp_tester_say (&client, "MAIL FROM:<joe@example.net>", "250");
  smtp_tester_say (&client, "RCPT TO:<far@example.com>", "550 5.7.1");
  smtp_tester_close (&client);
}

static gpointer
stop_server (gpointer data)
{
  SmtpFixture *fixture = data;
  g_clear_pointer (&fixture->server, smtp_server_free);
  return NULL;
}

static void
test_stop (SmtpFixture *fixture, gconstpointer smtp)
{
  SmtpTester idle, sending, asking;
  smtp_tester_greet (&idle, fixture);
  smtp_tester_greet (&sending, fixture);
  smtp_tester_say (&sending, "MAIL FROM:<joe@example.net>", "250");
  smtp_tester_say (&sending, "RCPT TO:<ann@example.org>", "250");
  smtp_tester_say (&sending, "DATA", "354");
  smtp_tester_send (&sending, "half a message\r\n");
  smtp_tester_greet (&asking, fixture);
  smtp_tester_send (&asking,
                    "MAIL FROM:<joe@example.net>\r\nRCPT TO:<ann@example.org>\r\nDATA\r\n");
  smtp_tester_expect (&asking, "250");
  smtp_tester_expect (&asking, "250");
  smtp_tester_expect (&asking, "354");
  smtp_tester_say (&asking, "x\r\n.", "250 2.0.0");

  GThread *stopping = g_thread_new ("stopping", stop_server, fixture);
  smtp_tester_expect (&idle, "421 4.3.2 mail.example.org Stopping");
  smtp_tester_expect (&idle, NULL);
  smtp_tester_expect (&sending, "421 4.3.2 mail.example.org Stopping");
  smtp_tester_expect (&sending, NULL);
  smtp_tester_expect (&asking, "421 4.3.2 mail.example.org Stopping");
  smtp_tester_expect (&asking, NULL);
  smtp_tester_close (&idle);
  smtp_tester_close (&sending);
  smtp_tester_close (&asking);
  g_thread_join (stopping);

  g_autoptr (Queue) queue = NULL;
  g_autoptr (GPtrArray) envelopes = smtp_fixture_list_queue (fixture, &queue);
  g_assert_cmpuint (envelopes->len, ==, 1);
}

#define ADD(name, smtp, function)                                                                  \
  g_test_add ("/smtp-server/" name, SmtpFixture, smtp, smtp_fixture_set_up, function,              \
              smtp_fixture_tear_down)

int
main (int argc, char **argv)
{
  program = argv[0];
  if (argc == 3 && g_str_equal (argv[1], "--record-log-on"))
    return record_logon (argv[2]);

  g_test_init (&argc, &argv, NULL);
  ADD ("relay", NULL, test_relay);
  ADD ("connection-restrictions", NULL, test_connection_restrictions);
  ADD ("too-many-sessions", "<limits><sessions>1</sessions></limits>", test_too_many_sessions);
  ADD ("apply-fails", NULL, test_apply_fails);
  ADD ("stop", NULL, test_stop);
  return g_test_run ();
}
