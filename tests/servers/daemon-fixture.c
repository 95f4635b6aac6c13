/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon-fixture.h"

#include "core/bus/bus.h"

#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

int
daemon_fixture_bind (guint16 *port)
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

void
daemon_fixture_write_settings (DaemonFixture *fixture, guint revision, guint16 port)
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

void
daemon_fixture_start_bus (DaemonFixture *fixture)
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

void
daemon_fixture_end_bus (DaemonFixture *fixture)
{
  if (fixture->bus == NULL)
    return;

  g_dbus_connection_close_sync (fixture->connection, NULL, NULL);
  g_clear_object (&fixture->connection);
  g_subprocess_force_exit (fixture->bus);
  g_subprocess_wait (fixture->bus, NULL, NULL);
  g_clear_object (&fixture->bus);
}

void
daemon_fixture_start (DaemonFixture *fixture, const char *bus, const char *option)
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

void
daemon_fixture_wait_for_line (DaemonFixture *fixture, const char *part)
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

void
daemon_fixture_expect_exit (DaemonFixture *fixture, int status)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait (fixture->daemon, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (fixture->daemon));
  g_assert_cmpint (g_subprocess_get_exit_status (fixture->daemon), ==, status);
  g_clear_object (&fixture->log);
  g_clear_object (&fixture->daemon);
}

void
daemon_fixture_set_up (DaemonFixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("test-daemon-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->config = g_build_filename (fixture->folder, "settings.xml", NULL);
  fixture->state_dir = g_build_filename (fixture->folder, "state", NULL);
  fixture->bus_address = g_strdup_printf ("unix:path=%s/bus", fixture->folder);
  close (daemon_fixture_bind (&fixture->port));
  daemon_fixture_write_settings (fixture, 7, fixture->port);
}

void
daemon_fixture_tear_down (DaemonFixture *fixture, gconstpointer unused)
{
  static const char *const names[] = { "settings.xml",        "bus.conf",       "bus",
                                       "state/activity/smtp", "state/activity", "state/bans",
                                       "state/queue",         "state/log-ons",  "state" };

  g_assert_null (fixture->daemon);
  daemon_fixture_end_bus (fixture);
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

int
daemon_fixture_connect (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
                                 .sin_port = htons (port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_no_errno (connect (fd, (struct sockaddr *) &address, sizeof address));
  return fd;
}

void
daemon_fixture_check_echo (int client, const char *text)
{
  char bytes[100];
  gsize length = strlen (text);

  g_assert_cmpint (send (client, text, length, MSG_NOSIGNAL), ==, length);
  g_assert_cmpint (recv (client, bytes, length, MSG_WAITALL), ==, length);
  g_assert_cmpmem (bytes, length, text, length);
}
