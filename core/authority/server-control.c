/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/server-control.h"

#include "core/bus/bus-place.h"
#include "core/bus/bus.h"
#include "core/bus/gatekeeper.h"

#define BUS_NAME "org.freedesktop.DBus"
#define BUS_PATH "/org/freedesktop/DBus"

/* Returns the server that the call names; otherwise answers the call. */
static const BusPlace *
server_of_call (GDBusMethodInvocation *invocation)
{
  const char *name;

  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(&s)", &name);
  const BusPlace *server = bus_place_find (name);
  if (server != NULL)
    return server;
  g_dbus_method_invocation_return_error (invocation, BUS_ERROR, BUS_ERROR_NO_SUCH_SERVER,
                                         "“%s” is none of smtp, pop3, delivery", name);
  return NULL;
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer data)
{
  GDBusMethodInvocation *invocation = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL)
    {
      g_dbus_method_invocation_return_value (invocation, NULL);
      return;
    }
  g_dbus_error_strip_remote_error (error);
  g_dbus_method_invocation_return_error (invocation, BUS_ERROR, BUS_ERROR_FAILED,
                                         "The server did not start, its log says why: %s",
                                         error->message);
}

static void
start (GDBusConnection *connection, GDBusMethodInvocation *invocation, const BusPlace *server)
{
  /* The bus has a time-out of its own for services that do not come up. */
  g_dbus_connection_call (connection, BUS_NAME, BUS_PATH, BUS_NAME, "StartServiceByName",
                          g_variant_new ("(su)", server->name, 0), G_VARIANT_TYPE ("(u)"),
                          G_DBUS_CALL_FLAGS_NONE, G_MAXINT, NULL, on_started, invocation);
}

/* Asked first, for the bus knows how to start a server only where a service file says so, even if
 * it runs. */
static void
on_owner_known (GObject *source, GAsyncResult *result, gpointer data)
{
  GDBusMethodInvocation *invocation = data;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  gboolean runs = FALSE;

  if (reply != NULL)
    g_variant_get (reply, "(b)", &runs);
  if (runs)
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    start (G_DBUS_CONNECTION (source), invocation, server_of_call (invocation));
}

void
server_control_start (GDBusMethodInvocation *invocation)
{
  const BusPlace *server = server_of_call (invocation);
  if (server == NULL)
    return;
  g_autofree char *caller = gatekeeper_caller_name (invocation);
  g_message ("%s: %s wants it started", server->server, caller);

  g_dbus_connection_call (g_dbus_method_invocation_get_connection (invocation), BUS_NAME, BUS_PATH,
                          BUS_NAME, "NameHasOwner", g_variant_new ("(s)", server->name),
                          G_VARIANT_TYPE ("(b)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_owner_known,
                          invocation);
}

/* A stop on its way; counted, because the answer may come before the server's reply does. */
typedef struct
{
  const BusPlace *server;
  GDBusMethodInvocation *invocation; /* (owned) (nullable): %NULL once it is answered */
  guint watch, timer;
  gboolean asked;
  gboolean start_again;
} Stop;

static void
stop_end (Stop *stop)
{
  g_clear_handle_id (&stop->watch, g_bus_unwatch_name);
  g_clear_handle_id (&stop->timer, g_source_remove);
  g_rc_box_release (stop);
}

static void
stop_fail (Stop *stop, const char *reason)
{
  g_dbus_method_invocation_return_error (g_steal_pointer (&stop->invocation), BUS_ERROR,
                                         BUS_ERROR_FAILED, "The server does not stop: %s", reason);
  stop_end (stop);
}

static void
on_vanished (GDBusConnection *connection, const char *name, gpointer data)
{
  Stop *stop = data;
  GDBusMethodInvocation *invocation = g_steal_pointer (&stop->invocation);

  if (stop->start_again)
    start (connection, invocation, stop->server);
  else
    g_dbus_method_invocation_return_value (invocation, NULL);
  stop_end (stop);
}

static gboolean
on_time_over (gpointer data)
{
  Stop *stop = data;

  stop->timer = 0;
  stop_fail (stop, "its sessions have not ended in time");
  return G_SOURCE_REMOVE;
}

static void
on_stop_replied (GObject *source, GAsyncResult *result, gpointer data)
{
  Stop *stop = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  /* A server that goes without a reply has done what it was asked to: then the name vanishes. */
  gboolean refused = reply == NULL && !g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY)
                     && !g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN)
                     && !g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER);
  if (refused && stop->invocation != NULL)
    {
      g_dbus_error_strip_remote_error (error);
      stop_fail (stop, error->message);
    }
  g_rc_box_release (stop);
}

static void
on_appeared (GDBusConnection *connection, const char *name, const char *owner, gpointer data)
{
  Stop *stop = data;

  if (stop->asked)
    return;
  stop->asked = TRUE;
  g_dbus_connection_call (connection, owner, stop->server->path, "org.postern.Server1", "Stop",
                          NULL, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, G_MAXINT, NULL,
                          on_stop_replied, g_rc_box_acquire (stop));
}

static void
stop_begin (GDBusMethodInvocation *invocation, gboolean start_again)
{
  const BusPlace *server = server_of_call (invocation);
  if (server == NULL)
    return;

  g_autofree char *caller = gatekeeper_caller_name (invocation);
  g_message ("%s: %s wants it %s", server->server, caller,
             start_again ? "started anew" : "stopped");
  Stop *stop = g_rc_box_new0 (Stop);
  stop->server = server;
  stop->invocation = invocation;
  stop->start_again = start_again;
  stop->timer = g_timeout_add_seconds (SERVER_CONTROL_STOP_S, on_time_over, stop);
  stop->watch = g_bus_watch_name_on_connection (
      g_dbus_method_invocation_get_connection (invocation), server->name,
      G_BUS_NAME_WATCHER_FLAGS_NONE, on_appeared, on_vanished, stop, NULL);
}

void
server_control_stop (GDBusMethodInvocation *invocation)
{
  stop_begin (invocation, FALSE);
}

void
server_control_restart (GDBusMethodInvocation *invocation)
{
  stop_begin (invocation, TRUE);
}
