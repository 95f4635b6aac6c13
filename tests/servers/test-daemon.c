/* SPDX-License-Identifier: GPL-3.0-or-later */

/* echo-daemon as a process, on a bus of its own, with this test in the authority's place. */

#include "core/bus/bus.h"
#include "server-bus.h"

#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define AUTHORITY_NAME "org.postern.ServerProperties1"
#define AUTHORITY_PATH "/org/postern/ServerProperties1"
#define SERVER_NAME "org.postern.SmtpServer1"
#define SERVER_PATH "/org/postern/SmtpServer1"

typedef struct
{
  char *folder;      /* (owned) */
  char *config;      /* (owned) */
  char *state_dir;   /* (owned) */
  char *bus_address; /* (owned) */
  guint16 port;
  GSubprocess *bus;
  GDBusConnection *connection;
  GSubprocess *daemon;
  GDataInputStream *log;
} Fixture;

/* --- Files, ports, processes --- */

static int
bind_loopback (guint16 *port)
{
  struct sockaddr_in address
      = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_no_errno (bind (fd, (struct sockaddr *) &address, length));
  g_assert_no_errno (getsockname (fd, (struct sockaddr *) &address, &length));
  *port = ntohs (address.sin_port);
  return fd;
}

static void
write_settings (Fixture *fixture, guint revision, guint16 port)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf (
      "<server-properties xmlns=\"urn:postern:server-properties\" version=\"2\" revision=\"%u\">"
      "<smtp><listeners><endpoint>127.0.0.1:%u</endpoint></listeners></smtp>"
      "</server-properties>",
      revision, port);

  g_file_set_contents (fixture->config, text, -1, &error);
  g_assert_no_error (error);
}

static void
end_with_parent (gpointer unused)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Starts a process that does not outlive this one, even when a test fails. */
static GSubprocess *
spawn (const char *const *command, GSubprocessFlags flags)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, end_with_parent, NULL, NULL);
  GSubprocess *process = g_subprocess_launcher_spawnv (launcher, command, &error);
  g_assert_no_error (error);
  return process;
}

static void
start_bus (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *config = g_build_filename (fixture->folder, "bus.conf", NULL);
  g_autofree char *option = g_strdup_printf ("--config-file=%s", config);
  g_autofree char *text = g_strdup_printf (
      "<busconfig><type>session</type><listen>%s</listen>"
      "<policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>"
      "<allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>",
      fixture->bus_address);

  g_file_set_contents (config, text, -1, &error);
  g_assert_no_error (error);
  const char *const command[] = { "dbus-daemon", option, "--nofork", "--print-address", NULL };
  fixture->bus
      = spawn (command, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);

  /* It prints its address when it listens. */
  char byte;
  gssize length
      = g_input_stream_read (g_subprocess_get_stdout_pipe (fixture->bus), &byte, 1, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (length, ==, 1);

  fixture->connection = bus_connect (fixture->bus_address, &error);
  g_assert_no_error (error);
}

static void
end_bus (Fixture *fixture)
{
  if (fixture->bus == NULL)
    return;

  g_dbus_connection_close_sync (fixture->connection, NULL, NULL);
  g_clear_object (&fixture->connection);
  g_subprocess_force_exit (fixture->bus);
  g_subprocess_wait (fixture->bus, NULL, NULL);
  g_clear_object (&fixture->bus);
}

static void
start_daemon (Fixture *fixture, const char *bus, const char *option)
{
  const char *const command[] = { g_getenv ("ECHO_DAEMON"),
                                  "--config",
                                  fixture->config,
                                  "--state-dir",
                                  fixture->state_dir,
                                  "--bus",
                                  bus,
                                  option,
                                  NULL };

  fixture->daemon = spawn (command, G_SUBPROCESS_FLAGS_STDERR_PIPE);
  fixture->log = g_data_input_stream_new (g_subprocess_get_stderr_pipe (fixture->daemon));
}

/* Reads the log up to the first line with @part. */
static void
wait_for_line (Fixture *fixture, const char *part)
{
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *line = g_data_input_stream_read_line (fixture->log, NULL, NULL, &error);
      g_assert_no_error (error);
      if (line == NULL)
        g_error ("the daemon ended without saying “%s”", part);
      g_test_message ("%s", line);
      g_assert_null (strstr (line, "assertion"));
      if (strstr (line, part) != NULL)
        return;
    }
}

static void
expect_exit (Fixture *fixture, int status)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait (fixture->daemon, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (fixture->daemon));
  g_assert_cmpint (g_subprocess_get_exit_status (fixture->daemon), ==, status);
  g_clear_object (&fixture->log);
  g_clear_object (&fixture->daemon);
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("test-daemon-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->config = g_build_filename (fixture->folder, "settings.xml", NULL);
  fixture->state_dir = g_build_filename (fixture->folder, "state", NULL);
  fixture->bus_address = g_strdup_printf ("unix:path=%s/bus", fixture->folder);
  close (bind_loopback (&fixture->port));
  write_settings (fixture, 7, fixture->port);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  static const char *const names[] = { "settings.xml", "bus.conf", "bus", "state" };

  g_assert_null (fixture->daemon);
  end_bus (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, names[i], NULL);
      g_remove (path);
    }
  g_assert_no_errno (g_rmdir (fixture->folder));
  g_free (fixture->folder);
  g_free (fixture->config);
  g_free (fixture->state_dir);
  g_free (fixture->bus_address);
}

/* --- Without a bus --- */

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
  check_run ("--version", 0, "echo-daemon " POSTERN_VERSION "\n", "");
  check_run ("--help", 0, "--state-dir", "");
}

static void
test_wrong_settings (Fixture *fixture, gconstpointer unused)
{
  g_assert_true (g_file_set_contents (
      fixture->config,
      "<server-properties xmlns=\"urn:postern:server-properties\" version=\"2\">\n<smtp><relay>\n"
      "<pop-client-minutes>14</pop-client-minutes></relay></smtp></server-properties>",
      -1, NULL));
  start_daemon (fixture, "none", NULL);
  wait_for_line (fixture, "smtp.relay.pop-client-minutes");
  expect_exit (fixture, 78);

  g_assert_no_errno (g_unlink (fixture->config));
  start_daemon (fixture, "none", NULL);
  expect_exit (fixture, 78);
}

static void
test_port_taken (Fixture *fixture, gconstpointer unused)
{
  guint16 port;
  int other = bind_loopback (&port);
  g_autofree char *endpoint = g_strdup_printf ("127.0.0.1:%u", port);

  g_assert_no_errno (listen (other, 1));
  write_settings (fixture, 7, port);
  start_daemon (fixture, "none", NULL);
  wait_for_line (fixture, endpoint);
  expect_exit (fixture, 1);
  close (other);
}

static int
connect_client (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
                                 .sin_port = htons (port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_no_errno (connect (fd, (struct sockaddr *) &address, sizeof address));
  return fd;
}

static void
check_echo (int client, const char *text)
{
  char bytes[100];
  gsize length = strlen (text);

  g_assert_cmpint (send (client, text, length, MSG_NOSIGNAL), ==, length);
  g_assert_cmpint (recv (client, bytes, length, MSG_WAITALL), ==, length);
  g_assert_cmpmem (bytes, length, text, length);
}

/* SIGHUP re-reads the file; the session goes on, also when the file can't be taken. SIGTERM ends it
 * in order. */
static void
test_signals (Fixture *fixture, gconstpointer unused)
{
  char bytes[10] = "";

  start_daemon (fixture, "none", NULL);
  wait_for_line (fixture, "settings: revision 7 in force");
  g_assert_true (g_file_test (fixture->state_dir, G_FILE_TEST_IS_DIR));
  int client = connect_client (fixture->port);
  check_echo (client, "one");

  write_settings (fixture, 8, fixture->port);
  g_subprocess_send_signal (fixture->daemon, SIGHUP);
  wait_for_line (fixture, "settings: revision 8 in force");
  check_echo (client, "two");

  g_assert_true (g_file_set_contents (fixture->config, "<broken", -1, NULL));
  g_subprocess_send_signal (fixture->daemon, SIGHUP);
  wait_for_line (fixture, "warning: settings: revision 8 stays in force");
  check_echo (client, "three");

  g_subprocess_send_signal (fixture->daemon, SIGTERM);
  g_assert_cmpint (recv (client, bytes, 5, MSG_WAITALL), ==, 5);
  g_assert_cmpstr (bytes, ==, "bye\r\n");
  close (client);
  expect_exit (fixture, 0);
}

/* --- On the bus --- */

/* Returns: (transfer full): the server, as clients see it; it has an owner */
static BusServer1 *
wait_for_server (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  BusServer1 *server = bus_server1_proxy_new_sync (fixture->connection, G_DBUS_PROXY_FLAGS_NONE,
                                                   SERVER_NAME, SERVER_PATH, NULL, &error);

  g_assert_no_error (error);
  for (;;)
    {
      g_autofree char *owner = g_dbus_proxy_get_name_owner (G_DBUS_PROXY (server));
      if (owner != NULL && bus_server1_get_server (server) != NULL)
        return server;
      g_main_context_iteration (NULL, TRUE);
    }
}

static void
wait_for_revision (BusServer1 *server, guint64 revision)
{
  while (bus_server1_get_revision_in_force (server) != revision)
    g_main_context_iteration (NULL, TRUE);
}

/* Returns: (transfer full) */
static char *
wait_for_problem (BusServer1 *server)
{
  while (strlen (bus_server1_get_revision_problem (server)) == 0)
    g_main_context_iteration (NULL, TRUE);
  return g_strdup (bus_server1_get_revision_problem (server));
}

static void
call (Fixture *fixture,
      const char *name,
      const char *path,
      const char *interface,
      const char *method,
      GVariant *parameters)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) result
      = g_dbus_connection_call_sync (fixture->connection, name, path, interface, method, parameters,
                                     NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

static void
request_name (Fixture *fixture, const char *name)
{
  call (fixture, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
        "RequestName", g_variant_new ("(su)", name, 4));
}

static void
emit_changed (Fixture *fixture, guint64 revision)
{
  static const char *const names[] = { "smtp.listeners", NULL };
  g_autoptr (GError) error = NULL;

  g_dbus_connection_emit_signal (fixture->connection, NULL, AUTHORITY_PATH, AUTHORITY_NAME,
                                 "Changed", g_variant_new ("(t^as)", revision, names), &error);
  g_assert_no_error (error);
}

static void
stop_server (Fixture *fixture)
{
  call (fixture, SERVER_NAME, SERVER_PATH, "org.postern.Server1", "Stop", NULL);
  expect_exit (fixture, 0);
}

static void
test_properties (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *endpoint = g_strdup_printf ("127.0.0.1:%u", fixture->port);

  start_bus (fixture);
  start_daemon (fixture, fixture->bus_address, NULL);
  wait_for_line (fixture, "bus: answering as " SERVER_NAME);
  g_autoptr (BusServer1) server = wait_for_server (fixture);
  g_assert_cmpstr (bus_server1_get_server (server), ==, "smtp");
  g_assert_cmpuint (bus_server1_get_revision_in_force (server), ==, 7);
  g_assert_cmpstr (bus_server1_get_revision_problem (server), ==, "");
  g_assert_cmpstr (bus_server1_get_endpoints (server)[0], ==, endpoint);

  g_autoptr (GVariant) counters = NULL;
  guint64 applied;
  gboolean answered = bus_server1_call_counters_sync (server, &counters, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (answered);
  g_assert_true (g_variant_lookup (counters, "applied", "t", &applied));
  g_assert_cmpuint (applied, ==, 1);
  stop_server (fixture);
}

static void
test_changes (Fixture *fixture, gconstpointer unused)
{
  guint16 second;
  guint16 taken;
  int other = bind_loopback (&taken);

  g_assert_no_errno (listen (other, 1));
  close (bind_loopback (&second));
  start_bus (fixture);
  request_name (fixture, AUTHORITY_NAME);
  start_daemon (fixture, fixture->bus_address, NULL);
  wait_for_line (fixture, "bus: answering as " SERVER_NAME);
  g_autoptr (BusServer1) server = wait_for_server (fixture);
  int client = connect_client (fixture->port);
  check_echo (client, "one");

  write_settings (fixture, 8, second);
  emit_changed (fixture, 8);
  wait_for_revision (server, 8);
  close (connect_client (second));
  check_echo (client, "two");

  /* What can't be taken leaves what is in force. */
  write_settings (fixture, 9, taken);
  emit_changed (fixture, 9);
  g_autofree char *problem = wait_for_problem (server);
  g_assert_nonnull (strstr (problem, "cannot listen on 127.0.0.1:"));
  g_assert_cmpuint (bus_server1_get_revision_in_force (server), ==, 8);
  close (connect_client (second));

  write_settings (fixture, 10, second);
  emit_changed (fixture, 10);
  wait_for_revision (server, 10);
  g_assert_cmpstr (bus_server1_get_revision_problem (server), ==, "");
  check_echo (client, "three");
  close (client);
  close (other);
  stop_server (fixture);
}

/* The authority may have saved while it, or the server, was not on the bus. */
static void
test_authority_appears (Fixture *fixture, gconstpointer unused)
{
  start_bus (fixture);
  start_daemon (fixture, fixture->bus_address, NULL);
  g_autoptr (BusServer1) server = wait_for_server (fixture);

  write_settings (fixture, 12, fixture->port);
  request_name (fixture, AUTHORITY_NAME);
  wait_for_revision (server, 12);
  stop_server (fixture);
}

/* The bus goes, the server stays, and is there again when the bus is. */
static void
test_bus_comes_back (Fixture *fixture, gconstpointer unused)
{
  start_bus (fixture);
  start_daemon (fixture, fixture->bus_address, NULL);
  wait_for_line (fixture, "bus: answering as " SERVER_NAME);
  int client = connect_client (fixture->port);

  end_bus (fixture);
  wait_for_line (fixture, "warning: bus: the connection is lost");
  check_echo (client, "still here");

  start_bus (fixture);
  wait_for_line (fixture, "bus: answering as " SERVER_NAME);
  g_autoptr (BusServer1) server = wait_for_server (fixture);
  g_assert_cmpuint (bus_server1_get_revision_in_force (server), ==, 7);
  check_echo (client, "still here");
  close (client);
  stop_server (fixture);
}

static void
test_bus_comes_later (Fixture *fixture, gconstpointer unused)
{
  start_daemon (fixture, fixture->bus_address, NULL);
  wait_for_line (fixture, "warning: bus: cannot be reached");
  start_bus (fixture);
  wait_for_line (fixture, "bus: answering as " SERVER_NAME);
  stop_server (fixture);
}

static void
test_exit_with_bus (Fixture *fixture, gconstpointer unused)
{
  start_daemon (fixture, fixture->bus_address, "--exit-with-bus");
  wait_for_line (fixture, "cannot reach the bus");
  expect_exit (fixture, 1);

  start_bus (fixture);
  start_daemon (fixture, fixture->bus_address, "--exit-with-bus");
  wait_for_line (fixture, "bus: answering as " SERVER_NAME);
  end_bus (fixture);
  expect_exit (fixture, 0);
}

static void
test_name_taken (Fixture *fixture, gconstpointer unused)
{
  start_bus (fixture);
  request_name (fixture, SERVER_NAME);
  start_daemon (fixture, fixture->bus_address, NULL);
  wait_for_line (fixture, SERVER_NAME " belongs to another process");
  expect_exit (fixture, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/daemon/options", test_options);
#define ADD(name, function) g_test_add ("/daemon/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("wrong-settings", test_wrong_settings);
  ADD ("port-taken", test_port_taken);
  ADD ("signals", test_signals);
  ADD ("properties", test_properties);
  ADD ("changes", test_changes);
  ADD ("authority-appears", test_authority_appears);
  ADD ("bus-comes-back", test_bus_comes_back);
  ADD ("bus-comes-later", test_bus_comes_later);
  ADD ("exit-with-bus", test_exit_with_bus);
  ADD ("name-taken", test_name_taken);
  return g_test_run ();
}
