/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A server on the bus, with this test in the authority's place. */

#include "daemon-fixture.h"

#include "server-bus.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define AUTHORITY_NAME "org.postern.ServerProperties1"
#define AUTHORITY_PATH "/org/postern/ServerProperties1"
#define SERVER_NAME "org.postern.SmtpServer1"
#define SERVER_PATH "/org/postern/SmtpServer1"

/* Returns: (transfer full): the server, as clients see it; it has an owner */
static BusServer1 *
wait_for_server (DaemonFixture *fixture)
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
call (DaemonFixture *fixture,
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
request_name (DaemonFixture *fixture, const char *name)
{
  call (fixture, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
        "RequestName", g_variant_new ("(su)", name, 4));
}

static void
emit_changed (DaemonFixture *fixture, guint64 revision)
{
  static const char *const names[] = { "smtp.listeners", NULL };
  g_autoptr (GError) error = NULL;

  g_dbus_connection_emit_signal (fixture->connection, NULL, AUTHORITY_PATH, AUTHORITY_NAME,
                                 "Changed", g_variant_new ("(t^as)", revision, names), &error);
  g_assert_no_error (error);
}

static void
stop_server (DaemonFixture *fixture)
{
  call (fixture, SERVER_NAME, SERVER_PATH, "org.postern.Server1", "Stop", NULL);
  daemon_fixture_expect_exit (fixture, 0);
}

static void
test_properties (DaemonFixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *endpoint = g_strdup_printf ("127.0.0.1:%u", fixture->port);

  daemon_fixture_start_bus (fixture);
  daemon_fixture_start (fixture, fixture->bus_address, NULL);
  daemon_fixture_wait_for_line (fixture, "bus: answering as " SERVER_NAME);
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
test_changes (DaemonFixture *fixture, gconstpointer unused)
{
  guint16 second;
  guint16 taken;
  int other = daemon_fixture_bind (&taken);

  g_assert_no_errno (listen (other, 1));
  close (daemon_fixture_bind (&second));
  daemon_fixture_start_bus (fixture);
  request_name (fixture, AUTHORITY_NAME);
  daemon_fixture_start (fixture, fixture->bus_address, NULL);
  daemon_fixture_wait_for_line (fixture, "bus: answering as " SERVER_NAME);
  g_autoptr (BusServer1) server = wait_for_server (fixture);
  int client = daemon_fixture_connect (fixture->port);
  daemon_fixture_check_echo (client, "one");

  daemon_fixture_write_settings (fixture, 8, second);
  emit_changed (fixture, 8);
  wait_for_revision (server, 8);
  close (daemon_fixture_connect (second));
  daemon_fixture_check_echo (client, "two");

  /* What can't be taken leaves what is in force. */
  daemon_fixture_write_settings (fixture, 9, taken);
  emit_changed (fixture, 9);
  g_autofree char *problem = wait_for_problem (server);
  g_assert_nonnull (strstr (problem, "cannot listen on 127.0.0.1:"));
  g_assert_cmpuint (bus_server1_get_revision_in_force (server), ==, 8);
  close (daemon_fixture_connect (second));

  daemon_fixture_write_settings (fixture, 10, second);
  emit_changed (fixture, 10);
  wait_for_revision (server, 10);
  g_assert_cmpstr (bus_server1_get_revision_problem (server), ==, "");
  daemon_fixture_check_echo (client, "three");
  close (client);
  close (other);
  stop_server (fixture);
}

/* The authority may have saved while it, or the server, was not on the bus. */
static void
test_authority_appears (DaemonFixture *fixture, gconstpointer unused)
{
  daemon_fixture_start_bus (fixture);
  daemon_fixture_start (fixture, fixture->bus_address, NULL);
  g_autoptr (BusServer1) server = wait_for_server (fixture);

  daemon_fixture_write_settings (fixture, 12, fixture->port);
  request_name (fixture, AUTHORITY_NAME);
  wait_for_revision (server, 12);
  stop_server (fixture);
}

/* The bus goes, the server stays, and is there again when the bus is. */
static void
test_bus_comes_back (DaemonFixture *fixture, gconstpointer unused)
{
  daemon_fixture_start_bus (fixture);
  daemon_fixture_start (fixture, fixture->bus_address, NULL);
  daemon_fixture_wait_for_line (fixture, "bus: answering as " SERVER_NAME);
  int client = daemon_fixture_connect (fixture->port);

  daemon_fixture_end_bus (fixture);
  daemon_fixture_wait_for_line (fixture, "warning: bus: the connection is lost");
  daemon_fixture_check_echo (client, "still here");

  daemon_fixture_start_bus (fixture);
  daemon_fixture_wait_for_line (fixture, "bus: answering as " SERVER_NAME);
  g_autoptr (BusServer1) server = wait_for_server (fixture);
  g_assert_cmpuint (bus_server1_get_revision_in_force (server), ==, 7);
  daemon_fixture_check_echo (client, "still here");
  close (client);
  stop_server (fixture);
}

static void
test_bus_comes_later (DaemonFixture *fixture, gconstpointer unused)
{
  daemon_fixture_start (fixture, fixture->bus_address, NULL);
  daemon_fixture_wait_for_line (fixture, "warning: bus: cannot be reached");
  daemon_fixture_start_bus (fixture);
  daemon_fixture_wait_for_line (fixture, "bus: answering as " SERVER_NAME);
  stop_server (fixture);
}

static void
test_exit_with_bus (DaemonFixture *fixture, gconstpointer unused)
{
  daemon_fixture_start (fixture, fixture->bus_address, "--exit-with-bus");
  daemon_fixture_wait_for_line (fixture, "cannot reach the bus");
  daemon_fixture_expect_exit (fixture, 1);

  daemon_fixture_start_bus (fixture);
  daemon_fixture_start (fixture, fixture->bus_address, "--exit-with-bus");
  daemon_fixture_wait_for_line (fixture, "bus: answering as " SERVER_NAME);
  daemon_fixture_end_bus (fixture);
  daemon_fixture_expect_exit (fixture, 0);
}

static void
test_name_taken (DaemonFixture *fixture, gconstpointer unused)
{
  daemon_fixture_start_bus (fixture);
  request_name (fixture, SERVER_NAME);
  daemon_fixture_start (fixture, fixture->bus_address, NULL);
  daemon_fixture_wait_for_line (fixture, SERVER_NAME " belongs to another process");
  daemon_fixture_expect_exit (fixture, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/daemon-bus/" name, DaemonFixture, NULL, daemon_fixture_set_up, function,           \
              daemon_fixture_tear_down)
  ADD ("properties", test_properties);
  ADD ("changes", test_changes);
  ADD ("authority-appears", test_authority_appears);
  ADD ("bus-comes-back", test_bus_comes_back);
  ADD ("bus-comes-later", test_bus_comes_later);
  ADD ("exit-with-bus", test_exit_with_bus);
  ADD ("name-taken", test_name_taken);
  return g_test_run ();
}
