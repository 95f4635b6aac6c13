/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/**
 * SECTION: bus-link
 *
 * Keeps a connection to one bus: a bus that is not there, or goes away, is tried again each second.
 */

typedef struct _BusLink BusLink;

/** @connection: the new connection, %NULL when the bus is lost (said once for each failed attempt,
 * too) */
typedef void (*BusLinkChanged) (GDBusConnection *connection, gpointer user_data);

/** @where: "system", "session", or a D-Bus address. @changed is first called from the main loop. */
BusLink *bus_link_new (const char *where, BusLinkChanged changed, gpointer user_data);

void bus_link_free (BusLink *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BusLink, bus_link_free)
