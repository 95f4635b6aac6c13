/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A server without a bus: options, settings, signals. */

#include "daemon-fixture.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
check_run (const char *option,
           int expected_status,
           const char *expected_out,
           const char *expected_err)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  g_autoptr (GSubprocess) process
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                          g_getenv ("ECHO_DAEMON"), option, NULL);

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &out, &err, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, expected_status);
  g_assert_nonnull (strstr (out, expected_out));
  g_assert_nonnull (strstr (err, expected_err));
}

static void
test_options (void)
{
  check_run ("--no-such-option", 64, "", "--no-such-option");
  check_run ("argument", 64, "", "argument");
  check_run ("--workers=-1", 64, "", "--workers");
  check_run ("--workers=many", 64, "", "many");
  check_run ("--log=printer", 64, "", "--log printer: give stderr or syslog");
  check_run ("--version", 0, "postern-smtpd " POSTERN_VERSION "\n", "");
  check_run ("--help", 0, "--state-dir", "");
}

static void
test_wrong_settings (DaemonFixture *fixture, gconstpointer unused)
{
  g_assert_true (g_file_set_contents (
      fixture->config,
      "<server-properties xmlns=\"urn:postern:server-properties\" version=\"2\">\n<smtp><relay>\n"
      "<pop-client-minutes>14</pop-client-minutes></relay></smtp></server-properties>",
      -1, NULL));
  daemon_fixture_start (fixture, "none", NULL);
  daemon_fixture_wait_for_line (fixture, "smtp.relay.pop-client-minutes");
  daemon_fixture_expect_exit (fixture, 78);

  g_assert_no_errno (g_unlink (fixture->config));
  daemon_fixture_start (fixture, "none", NULL);
  daemon_fixture_expect_exit (fixture, 78);
}

static void
test_port_taken (DaemonFixture *fixture, gconstpointer unused)
{
  guint16 port;
  int other = daemon_fixture_bind (&port);
  g_autofree char *endpoint = g_strdup_printf ("127.0.0.1:%u", port);

  g_assert_no_errno (listen (other, 1));
  daemon_fixture_write_settings (fixture, 7, port);
  daemon_fixture_start (fixture, "none", NULL);
  daemon_fixture_wait_for_line (fixture, endpoint);
  daemon_fixture_expect_exit (fixture, 1);
  close (other);
}

/* SIGHUP re-reads the file; the session goes on, also when the file can't be taken. SIGTERM ends it
 * in order. */
static void
test_signals (DaemonFixture *fixture, gconstpointer unused)
{
  char bytes[10] = "";

  daemon_fixture_start (fixture, "none", NULL);
  daemon_fixture_wait_for_line (fixture, "settings: revision 7 in force");
  g_assert_true (g_file_test (fixture->state_dir, G_FILE_TEST_IS_DIR));
  int client = daemon_fixture_connect (fixture->port);
  daemon_fixture_check_echo (client, "one");

  daemon_fixture_write_settings (fixture, 8, fixture->port);
  g_subprocess_send_signal (fixture->daemon, SIGHUP);
  daemon_fixture_wait_for_line (fixture, "settings: revision 8 in force");
  daemon_fixture_check_echo (client, "two");

  g_assert_true (g_file_set_contents (fixture->config, "<broken", -1, NULL));
  g_subprocess_send_signal (fixture->daemon, SIGHUP);
  daemon_fixture_wait_for_line (fixture, "warning: settings: revision 8 stays in force");
  daemon_fixture_check_echo (client, "three");

  g_subprocess_send_signal (fixture->daemon, SIGTERM);
  g_assert_cmpint (recv (client, bytes, 5, MSG_WAITALL), ==, 5);
  g_assert_cmpstr (bytes, ==, "bye\r\n");
  close (client);
  daemon_fixture_expect_exit (fixture, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/daemon/options", test_options);
#define ADD(name, function)                                                                        \
  g_test_add ("/daemon/" name, DaemonFixture, NULL, daemon_fixture_set_up, function,               \
              daemon_fixture_tear_down)
  ADD ("wrong-settings", test_wrong_settings);
  ADD ("port-taken", test_port_taken);
  ADD ("signals", test_signals);
  return g_test_run ();
}
