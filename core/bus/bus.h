/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/**
 * SECTION: bus
 *
 * The way onto the bus, the same for each process, and the errors that travel on it.
 */

/**
 * bus_connect:
 * @where: "system", "session", or a D-Bus address such as "unix:path=/run/postern/bus"; or "stdio":
 * no bus, but one peer at the other end of standard input and output, who started this process and
 * may do all that it may. Its calls wait for g_dbus_connection_start_message_processing()
 *
 * Returns: (transfer full): a connection that does not end the process when the bus goes; %NULL
 * with a G_IO_ERROR or G_DBUS_ERROR
 */
GDBusConnection *bus_connect (const char *where, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Whether a single peer is at the other end of @connection, and no bus. */
gboolean bus_is_peer (GDBusConnection *connection);

/** Errors as they appear on the wire: org.postern.Error.NotAuthorized and so on; the interface file
 * says when. */
#define BUS_ERROR (bus_error_quark ())
GQuark bus_error_quark (void);

typedef enum
{
  BUS_ERROR_NOT_AUTHORIZED,
  BUS_ERROR_INVALID,
  BUS_ERROR_STALE,
  BUS_ERROR_NO_SUCH_REVISION,
  BUS_ERROR_NO_SUCH_SERVER,
  BUS_ERROR_FAILED
} BusError;
