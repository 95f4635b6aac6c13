/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: bus-place
 *
 * Where on the bus the authority and the servers answer.
 */

#define BUS_PLACE_AUTHORITY_NAME "org.postern.ServerProperties1"
#define BUS_PLACE_AUTHORITY_PATH "/org/postern/ServerProperties1"

typedef struct
{
  const char *server, *name, *path;
} BusPlace;

/** The servers, in the order in which they are shown. */
#define BUS_PLACE_SERVERS 3
extern const BusPlace BUS_PLACE_SERVER[BUS_PLACE_SERVERS];

/** Returns: (transfer none): the place of smtp, pop3 or delivery; %NULL for anything else */
const BusPlace *bus_place_find (const char *server);
