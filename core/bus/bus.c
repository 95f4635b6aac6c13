/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/bus/bus.h"

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

GDBusConnection *
bus_connect (const char *where, GError **error)
{
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
