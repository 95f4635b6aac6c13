/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/client/bus-link.h"

#define RETRY_SECONDS 1

struct _BusLink
{
  char *where;
  GDBusConnection *connection; /* (owned) (nullable): no bus */
  GCancellable *cancellable;   /* (owned): of the attempt under way */
  guint source;                /* the next attempt; 0 for none */
  BusLinkChanged changed;
  gpointer user_data;
};

static gboolean attempt (gpointer user_data);

static void
drop (BusLink *self)
{
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
}

static void
lose (BusLink *self)
{
  drop (self);
  if (self->source == 0)
    self->source = g_timeout_add_seconds (RETRY_SECONDS, attempt, self);
  self->changed (NULL, self->user_data);
}

static void
on_connection (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_finish (result, &error);
  BusLink *self = user_data;

  if (connection == NULL)
    {
      /* Cancelled: self is gone. */
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        lose (self);
      return;
    }
  self->connection = connection;
  g_signal_connect_swapped (connection, "closed", G_CALLBACK (lose), self);
  self->changed (connection, self->user_data);
}

static char *
address_of (const char *where)
{
  if (g_str_equal (where, "system"))
    return g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SYSTEM, NULL, NULL);
  if (g_str_equal (where, "session"))
    return g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  return g_strdup (where);
}

/* A connection of our own, never the shared one of g_bus_get(): that one would end the program
 * together with the bus. */
static gboolean
attempt (gpointer user_data)
{
  BusLink *self = user_data;
  g_autofree char *address = address_of (self->where);

  self->source = 0;
  if (address == NULL)
    lose (self);
  else
    g_dbus_connection_new_for_address (address,
                                       G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                                           | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                       NULL, self->cancellable, on_connection, self);
  return G_SOURCE_REMOVE;
}

BusLink *
bus_link_new (const char *where, BusLinkChanged changed, gpointer user_data)
{
  BusLink *self = g_new0 (BusLink, 1);

  self->where = g_strdup (where);
  self->cancellable = g_cancellable_new ();
  self->changed = changed;
  self->user_data = user_data;
  self->source = g_idle_add (attempt, self);
  return self;
}

void
bus_link_free (BusLink *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_clear_handle_id (&self->source, g_source_remove);
  drop (self);
  g_free (self->where);
  g_free (self);
}
