/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The smallest server that daemon_run() can carry: it takes connections where the SMTP server
 * would, and sends back what comes. */

#include "servers/daemon/daemon.h"
#include "servers/net/connection.h"
#include "servers/net/listener.h"

typedef struct
{
  Worker *worker;
  ListenerGroup *listeners;
  GHashTable *connections; /* (element-type Connection) the worker's thread alone */
  guint64 applied;
} Echo;

typedef struct
{
  Echo *echo;
  Connection *connection;
} Session;

static gsize
on_received (gpointer user, const char *bytes, gsize length)
{
  Session *session = user;
  connection_write (session->connection, bytes, length);
  return length;
}

static void
on_closed (gpointer user, const char *reason)
{
  g_autofree Session *session = user;
  g_hash_table_remove (session->echo->connections, session->connection);
}

static const ConnectionEvents EVENTS = { .received = on_received, .closed = on_closed };

static void
on_accept (gpointer user, Worker *worker, int fd, guint door)
{
  Session *session = g_new0 (Session, 1);
  session->echo = user;
  session->connection = connection_new (worker, fd, &EVENTS, session);
  g_hash_table_add (session->echo->connections, session->connection);
}

static gboolean
echo_apply (gpointer self, const Settings *settings, GError **error)
{
  Echo *echo = self;
  const ListenerDoor door = { 0, &settings->smtp.listeners };

  if (!listener_group_apply (echo->listeners, &door, 1, error))
    return FALSE;

  echo->applied++;
  return TRUE;
}

static void
finish_all (gpointer self)
{
  Echo *echo = self;
  GHashTableIter iter;
  gpointer connection;

  g_hash_table_iter_init (&iter, echo->connections);
  while (g_hash_table_iter_next (&iter, &connection, NULL))
    {
      connection_write (connection, "bye\r\n", 5);
      connection_finish (connection);
    }
}

static void
echo_stop (gpointer self)
{
  g_autofree Echo *echo = self;

  listener_group_free (echo->listeners);
  worker_call (echo->worker, finish_all, echo);
  worker_free (echo->worker);
  g_hash_table_unref (echo->connections);
}

static gpointer
echo_start (Daemon *daemon, const Settings *settings, GError **error)
{
  Worker *worker = worker_new ("echo", error);
  if (worker == NULL)
    return NULL;

  Echo *echo = g_new0 (Echo, 1);
  echo->worker = worker;
  echo->connections = g_hash_table_new (NULL, NULL);
  echo->listeners = listener_group_new (&echo->worker, 1, on_accept, echo);
  g_message ("state in %s, %u workers", daemon_state_dir (daemon), daemon_workers (daemon));
  if (echo_apply (echo, settings, error))
    return echo;

  echo_stop (echo);
  return NULL;
}

static void
echo_counters (gpointer self, GVariantBuilder *builder)
{
  Echo *echo = self;
  g_variant_builder_add (builder, "{st}", "applied", echo->applied);
}

static char **
echo_endpoints (gpointer self)
{
  Echo *echo = self;
  return listener_group_endpoints (echo->listeners, LISTENER_ALL_DOORS);
}

int
main (int argc, char **argv)
{
  static const DaemonServer server = { .server = "smtp",
                                       .program = "postern-smtpd",
                                       .bus_name = "org.postern.SmtpServer1",
                                       .object_path = "/org/postern/SmtpServer1",
                                       .start = echo_start,
                                       .apply = echo_apply,
                                       .counters = echo_counters,
                                       .endpoints = echo_endpoints,
                                       .stop = echo_stop };

  return daemon_run (&server, argc, argv);
}
