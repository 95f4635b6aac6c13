/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/client/server-watch.h"

#include <glib/gi18n.h>

#include "server-bus.h"

struct _ServerWatch
{
  GCancellable *cancellable; /* (owned) */
  BusServer1 *proxy;         /* (owned) (nullable): until the bus has answered */
  ServerWatchChanged changed;
  gpointer user_data;
};

static const struct
{
  const char *id;
  const char *title;
  const char *name; /* below org.postern, and of the object below /org/postern */
} names[POSTERN_N_SERVERS] = {
  { "smtp", N_ ("SMTP"), "SmtpServer1" },
  { "pop3", N_ ("POP"), "Pop3Server1" },
  { "delivery", N_ ("Delivery"), "Delivery1" },
};

static void
on_changed (ServerWatch *self)
{
  self->changed (self->user_data);
}

static void
on_proxy (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  BusServer1 *proxy = bus_server1_proxy_new_finish (result, &error);

  if (proxy == NULL)
    {
      /* Cancelled: self is gone. Otherwise the bus is, and the client starts over when it is back.
       */
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_debug ("no proxy for a server: %s", error->message);
      return;
    }

  ServerWatch *self = user_data;
  self->proxy = proxy;
  g_signal_connect_swapped (proxy, "notify::g-name-owner", G_CALLBACK (on_changed), self);
  /* After: the generated code forgets what it had read of the former values only when it is told itself,
   * and a list read before that would lie in memory that is gone. */
  g_signal_connect_data (proxy, "g-properties-changed", G_CALLBACK (on_changed), self, NULL,
                         G_CONNECT_AFTER | G_CONNECT_SWAPPED);
  on_changed (self);
}

ServerWatch *
server_watch_new (GDBusConnection *connection,
                  PosternServer server,
                  ServerWatchChanged changed,
                  gpointer user_data)
{
  ServerWatch *self = g_new0 (ServerWatch, 1);
  g_autofree char *bus_name = server_watch_get_bus_name (server);
  g_autofree char *path = g_strconcat ("/org/postern/", names[server].name, NULL);

  self->cancellable = g_cancellable_new ();
  self->changed = changed;
  self->user_data = user_data;
  bus_server1_proxy_new (connection, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START, bus_name, path,
                         self->cancellable, on_proxy, self);
  return self;
}

void
server_watch_free (ServerWatch *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  if (self->proxy != NULL)
    g_signal_handlers_disconnect_by_data (self->proxy, self);
  g_clear_object (&self->proxy);
  g_free (self);
}

ServerState
server_watch_get_state (ServerWatch *self)
{
  ServerState state = { .problem = "" };

  if (self == NULL || self->proxy == NULL)
    return state;

  g_autofree char *owner = g_dbus_proxy_get_name_owner (G_DBUS_PROXY (self->proxy));
  if (owner == NULL)
    return state;
  state.running = TRUE;
  state.revision = bus_server1_get_revision_in_force (self->proxy);
  state.problem = bus_server1_get_revision_problem (self->proxy);
  if (state.problem == NULL)
    state.problem = "";
  state.endpoints = bus_server1_get_endpoints (self->proxy);
  return state;
}

const char *
server_watch_get_title (PosternServer server)
{
  return _ (names[server].title);
}

const char *
server_watch_get_id (PosternServer server)
{
  return names[server].id;
}

char *
server_watch_get_bus_name (PosternServer server)
{
  return g_strconcat ("org.postern.", names[server].name, NULL);
}
