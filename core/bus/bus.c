/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/bus/bus.h"

#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <unistd.h>

static const GDBusErrorEntry ERRORS[] = {
  { BUS_ERROR_NOT_AUTHORIZED, "org.postern.Error.NotAuthorized" },
  { BUS_ERROR_INVALID, "org.postern.Error.Invalid" },
  { BUS_ERROR_STALE, "org.postern.Error.Stale" },
  { BUS_ERROR_NO_SUCH_REVISION, "org.postern.Error.NoSuchRevision" },
  { BUS_ERROR_NO_SUCH_SERVER, "org.postern.Error.NoSuchServer" },
  { BUS_ERROR_FAILED, "org.postern.Error.Failed" },
};

GQuark
bus_error_quark (void)
{
  static gsize quark;

  g_dbus_error_register_error_domain ("postern-bus-error", &quark, ERRORS, G_N_ELEMENTS (ERRORS));
  return (GQuark) quark;
}

static char *
address_of (const char *where, GError **error)
{
  if (g_str_equal (where, "system"))
    return g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SYSTEM, NULL, error);
  if (g_str_equal (where, "session"))
    return g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, error);
  return g_strdup (where);
}

/* Nobody shows credentials in a pipe, and nobody has to: only who made it is at its other end. */
static gboolean
allow_mechanism (GDBusAuthObserver *observer, const char *mechanism, gpointer data)
{
  return g_str_equal (mechanism, "ANONYMOUS");
}

static GDBusConnection *
serve_stdio (GError **error)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GOutputStream) output = g_unix_output_stream_new (STDOUT_FILENO, FALSE);
  g_autoptr (GIOStream) stream = g_simple_io_stream_new (input, output);
  g_autoptr (GDBusAuthObserver) observer = g_dbus_auth_observer_new ();
  g_autofree char *guid = g_dbus_generate_guid ();

  g_signal_connect (observer, "allow-mechanism", G_CALLBACK (allow_mechanism), NULL);
  return g_dbus_connection_new_sync (stream, guid,
                                     G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER
                                         | G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_ALLOW_ANONYMOUS
                                         | G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                                     observer, NULL, error);
}

gboolean
bus_is_peer (GDBusConnection *connection)
{
  return g_dbus_connection_get_unique_name (connection) == NULL;
}

GDBusConnection *
bus_connect (const char *where, GError **error)
{
  if (g_str_equal (where, "stdio"))
    return serve_stdio (error);

  g_autofree char *address = address_of (where, error);
  if (address == NULL)
    return NULL;

  /* Without this, an error of ours would arrive in this process as an unknown remote error. */
  (void) BUS_ERROR;

  /* A connection of our own, not the shared one of g_bus_get(): that one ends the process when the
   * bus goes. */
  return g_dbus_connection_new_for_address_sync (
      address,
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, error);
}
