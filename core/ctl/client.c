/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/client.h"

#include "core/bus/bus-place.h"
#include "core/bus/bus.h"

#include <glib/gi18n.h>
#include <string.h>

void
client_clear (Client *client)
{
  g_clear_object (&client->connection);
}

static Status
status_of_bus_error (int code)
{
  switch (code)
    {
    case BUS_ERROR_NOT_AUTHORIZED:
      return STATUS_NOT_AUTHORIZED;
    case BUS_ERROR_INVALID:
      return STATUS_INVALID;
    case BUS_ERROR_STALE:
      return STATUS_STALE;
    default:
      return STATUS_FAILED;
    }
}

static gboolean
is_absence (const GError *error)
{
  static const int CODES[]
      = { G_DBUS_ERROR_SERVICE_UNKNOWN, G_DBUS_ERROR_NAME_HAS_NO_OWNER, G_DBUS_ERROR_NO_SERVER,
          G_DBUS_ERROR_NO_REPLY, G_DBUS_ERROR_DISCONNECTED };

  for (gsize i = 0; i < G_N_ELEMENTS (CODES); i++)
    if (g_error_matches (error, G_DBUS_ERROR, CODES[i]))
      return TRUE;
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

Status
client_report (GError *error)
{
  g_dbus_error_strip_remote_error (error);
  g_printerr ("posternctl: %s\n", error->message);
  if (error->domain == BUS_ERROR)
    return status_of_bus_error (error->code);
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED))
    return STATUS_NOT_AUTHORIZED;
  return is_absence (error) ? STATUS_NOT_RUNNING : STATUS_FAILED;
}

GDBusConnection *
client_connection (Client *client, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (client->connection != NULL)
    return client->connection;
  client->connection = bus_connect (client->where, &cause);
  if (client->connection == NULL)
    /* Whatever the reason, a program that can't be reached does not run for us. */
    g_set_error (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_SERVER, _ ("no way onto the bus “%s”: %s"),
                 client->where, cause->message);
  return client->connection;
}

GVariant *
client_call_server (Client *client,
                    const char *server,
                    const char *method,
                    GVariant *arguments,
                    const char *reply_type,
                    GError **error)
{
  g_autoptr (GVariant) owned = arguments ? g_variant_ref_sink (arguments) : NULL;
  GDBusConnection *connection = client_connection (client, error);
  if (connection == NULL)
    return NULL;

  const BusPlace *place = bus_place_find (server);
  const char *member = strrchr (method, '.');
  g_autofree char *interface = g_strndup (method, member - method);
  g_autoptr (GError) cause = NULL;
  int timeout_ms = client->patience_ms > 0 ? client->patience_ms : G_MAXINT;
  GVariant *reply = g_dbus_connection_call_sync (
      connection, place->name, place->path, interface, member + 1, owned,
      G_VARIANT_TYPE (reply_type), G_DBUS_CALL_FLAGS_NO_AUTO_START, timeout_ms, NULL, &cause);
  if (reply == NULL && is_absence (cause))
    g_set_error (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER,
                 _ ("%s does not run; `posternctl start %s` starts it"), server, server);
  else if (reply == NULL)
    {
      g_dbus_error_strip_remote_error (cause);
      g_propagate_error (error, g_steal_pointer (&cause));
    }
  return reply;
}

BusServerProperties1 *
client_authority (Client *client, GError **error)
{
  GDBusConnection *connection = client_connection (client, error);
  if (connection == NULL)
    return NULL;
  BusServerProperties1 *authority = bus_server_properties1_proxy_new_sync (
      connection,
      G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES | G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS,
      BUS_PLACE_AUTHORITY_NAME, BUS_PLACE_AUTHORITY_PATH, NULL, error);

  /* A call waits for as long as polkit asks for a password. */
  if (authority != NULL)
    g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (authority), G_MAXINT);
  return authority;
}
