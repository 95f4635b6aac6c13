/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/bus/gatekeeper.h"
#include "server-bus.h"

/**
 * SECTION: daemon-bus
 *
 * A server's place on the bus: it connects, owns the server's name, follows the authority there,
 * and comes back when the bus was gone, with pauses of 1 s to 30 s between the tries. The server
 * goes on meanwhile. Main thread.
 */

typedef struct _DaemonBus DaemonBus;

typedef struct
{
  /** A new connection stands: export on it, before the name is owned. @gatekeeper lives until the
   * next call of this, or the end. */
  void (*connected) (gpointer user, GDBusConnection *connection, Gatekeeper *gatekeeper);

  /** The authority has saved @revision, or has appeared or gone (then it is 0): the settings file
   * may be a new one. */
  void (*settings_changed) (gpointer user, guint64 revision);

  /** The bus has ended, or, with a @reason, there is no place for us: the process is to end. Not
   * called for a bus to come back to. */
  void (*ended) (gpointer user, const char *reason);
} DaemonBusEvents;

/**
 * daemon_bus_new:
 * @where: as for bus_connect()
 * @exit_with_bus: the end of the bus is ours, and a bus that can't be reached at the start an error
 */
DaemonBus *daemon_bus_new (const char *where,
                           const char *name,
                           gboolean exit_with_bus,
                           const DaemonBusEvents *events,
                           gpointer user,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Sends what is to be sent, gives the name back and closes the connection. */
void daemon_bus_free (DaemonBus *bus);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DaemonBus, daemon_bus_free)
