/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/**
 * SECTION: bus-link
 *
 * Keeps a connection to one bus, or to an authority of its own: one that is not there, or goes
 * away, is tried again, of this system each second, of others after growing pauses.
 */

typedef struct _BusLink BusLink;

/** @connection: the new connection, %NULL when the bus is lost (said once for each failed attempt,
 * too); @problem: (nullable): then, why, in words */
typedef void (*BusLinkChanged) (GDBusConnection *connection,
                                const char *problem,
                                gpointer user_data);

/**
 * bus_link_new:
 * @where: "system", "session", or a D-Bus address; "ssh:HOST" or "ssh:USER@HOST": the bus of that
 * system, see ssh-pipe; "file:PATH": an authority over that file alone, see private-authority
 * @changed: first called from the main loop
 */
BusLink *bus_link_new (const char *where, BusLinkChanged changed, gpointer user_data);

/** Tries at once, if there is no connection; a person wants it, and may be asked for a password. */
void bus_link_retry (BusLink *self);

void bus_link_free (BusLink *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BusLink, bus_link_free)
