/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/daemon/daemon-bus.h"

#include "core/bus/bus-place.h"
#include "core/bus/bus.h"

#define FIRST_PAUSE_S 1
#define LAST_PAUSE_S 30

struct _DaemonBus
{
  char *where; /* (owned) */
  char *name;  /* (owned) */
  gboolean exit_with_bus;
  const DaemonBusEvents *events;
  gpointer user;

  GDBusConnection *connection; /* (owned) (nullable) NULL while the bus is away */
  Gatekeeper *gatekeeper;      /* (owned) (nullable) of the newest connection, which may be gone */
  gulong closed_handler;
  guint changed_subscription;
  guint name_owner_id;
  guint authority_watch;
  gboolean had_name; /* once, on any connection */
  guint pause_s;
  guint retry_source;
};

static void wait_for_bus (DaemonBus *bus);

static void
on_changed (GDBusConnection *connection,
            const char *sender,
            const char *path,
            const char *interface,
            const char *signal,
            GVariant *parameters,
            gpointer data)
{
  DaemonBus *bus = data;
  guint64 revision;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(tas)")))
    return;

  g_variant_get (parameters, "(tas)", &revision, NULL);
  bus->events->settings_changed (bus->user, revision);
}

static void
on_authority_appeared (GDBusConnection *connection,
                       const char *name,
                       const char *owner,
                       gpointer data)
{
  DaemonBus *bus = data;
  bus->events->settings_changed (bus->user, 0);
}

/* It may have died between saving and telling. */
static void
on_authority_vanished (GDBusConnection *connection, const char *name, gpointer data)
{
  DaemonBus *bus = data;
  bus->events->settings_changed (bus->user, 0);
}

static void
on_name_acquired (GDBusConnection *connection, const char *name, gpointer data)
{
  DaemonBus *bus = data;

  bus->had_name = TRUE;
  bus->pause_s = FIRST_PAUSE_S;
  g_message ("bus: answering as %s", name);
}

static void
leave (DaemonBus *bus)
{
  if (bus->connection == NULL)
    return;

  g_signal_handler_disconnect (bus->connection, bus->closed_handler);
  g_dbus_connection_signal_unsubscribe (bus->connection, bus->changed_subscription);
  g_bus_unwatch_name (bus->authority_watch);
  g_bus_unown_name (bus->name_owner_id);
  g_clear_object (&bus->connection);
}

/* Also called when the connection is gone: then on_closed() has the matter. */
static void
on_name_lost (GDBusConnection *connection, const char *name, gpointer data)
{
  DaemonBus *bus = data;

  if (bus->connection == NULL || g_dbus_connection_is_closed (bus->connection))
    return;

  g_autofree char *reason = g_strdup_printf (
      "%s belongs to another process on the bus, or may not be owned by this user", name);
  if (!bus->had_name)
    {
      bus->events->ended (bus->user, reason);
      return;
    }

  g_warning ("bus: %s", reason);
  leave (bus);
  wait_for_bus (bus);
}

static void
on_closed (GDBusConnection *connection, gboolean vanished, GError *error, gpointer data)
{
  DaemonBus *bus = data;

  leave (bus);
  if (bus->exit_with_bus)
    {
      bus->events->ended (bus->user, NULL);
      return;
    }

  g_warning ("bus: the connection is lost; the server goes on, and tries again");
  wait_for_bus (bus);
}

static gboolean
join (DaemonBus *bus, GError **error)
{
  bus->connection = bus_connect (bus->where, error);
  if (bus->connection == NULL)
    return FALSE;

  /* The former gatekeeper goes only after nobody has it any more. */
  g_autoptr (Gatekeeper) former = g_steal_pointer (&bus->gatekeeper);
  bus->gatekeeper = gatekeeper_new (bus->connection);
  bus->events->connected (bus->user, bus->connection, bus->gatekeeper);

  bus->closed_handler = g_signal_connect (bus->connection, "closed", G_CALLBACK (on_closed), bus);
  bus->changed_subscription = g_dbus_connection_signal_subscribe (
      bus->connection, BUS_PLACE_AUTHORITY_NAME, BUS_PLACE_AUTHORITY_NAME, "Changed",
      BUS_PLACE_AUTHORITY_PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_changed, bus, NULL);
  bus->authority_watch = g_bus_watch_name_on_connection (
      bus->connection, BUS_PLACE_AUTHORITY_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
      on_authority_appeared, on_authority_vanished, bus, NULL);
  bus->name_owner_id = g_bus_own_name_on_connection (bus->connection, bus->name,
                                                     G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE,
                                                     on_name_acquired, on_name_lost, bus, NULL);

  return TRUE;
}

static gboolean
on_retry (gpointer data)
{
  DaemonBus *bus = data;

  bus->retry_source = 0;
  if (!join (bus, NULL))
    wait_for_bus (bus);

  return G_SOURCE_REMOVE;
}

static void
wait_for_bus (DaemonBus *bus)
{
  bus->retry_source = g_timeout_add_seconds (bus->pause_s, on_retry, bus);
  bus->pause_s = MIN (bus->pause_s * 2, LAST_PAUSE_S);
}

DaemonBus *
daemon_bus_new (const char *where,
                const char *name,
                gboolean exit_with_bus,
                const DaemonBusEvents *events,
                gpointer user,
                GError **error)
{
  g_autoptr (DaemonBus) bus = g_new0 (DaemonBus, 1);
  g_autoptr (GError) problem = NULL;

  bus->where = g_strdup (where);
  bus->name = g_strdup (name);
  bus->exit_with_bus = exit_with_bus;
  bus->events = events;
  bus->user = user;
  bus->pause_s = FIRST_PAUSE_S;

  if (join (bus, &problem))
    return g_steal_pointer (&bus);

  if (exit_with_bus)
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&problem), "cannot reach the bus: ");
      return NULL;
    }

  g_warning ("bus: cannot be reached, the server goes on without: %s", problem->message);
  wait_for_bus (bus);
  return g_steal_pointer (&bus);
}

void
daemon_bus_free (DaemonBus *bus)
{
  if (bus == NULL)
    return;

  g_clear_handle_id (&bus->retry_source, g_source_remove);
  if (bus->connection != NULL)
    {
      g_autoptr (GDBusConnection) connection = g_object_ref (bus->connection);
      leave (bus);
      /* The process ends after this: whether the last words arrive is seen by who waits for them.
       */
      g_dbus_connection_flush_sync (connection, NULL, NULL);
      g_dbus_connection_close_sync (connection, NULL, NULL);
    }
  g_clear_pointer (&bus->gatekeeper, gatekeeper_free);
  g_free (bus->where);
  g_free (bus->name);
  g_free (bus);
}
