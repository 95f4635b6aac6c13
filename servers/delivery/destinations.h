/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: destinations
 *
 * Keeps the deliveries to one destination to a number that it can bear: those beyond it stand in
 * line. When the destination turns out to be down, all in the line learn it at once, and don't wait
 * for it one after another. One thread.
 */
typedef struct _Destinations Destinations;

/** It is your turn. @trouble: (nullable): why you need not try. May come before the return of
 * destinations_enter(). */
typedef void (*DestinationsTurn) (gpointer user_data, const char *trouble);

Destinations *destinations_new (void);

/** Nobody stands in a line any more. */
void destinations_free (Destinations *destinations);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Destinations, destinations_free)

/**
 * How many deliveries to one destination are under way at the same time, from now on. Those that
 * are under way go on; who stands in a line where there is room now gets its turn when another one
 * enters or leaves.
 */
void destinations_set_limit (Destinations *destinations, guint limit);

/** Asks for a turn at the destination @name; each turn without trouble ends with
 * destinations_leave(). */
void destinations_enter (Destinations *destinations,
                         const char *name,
                         DestinationsTurn turn,
                         gpointer user_data);

/** How many more deliveries to the destination @name could be under way. */
guint destinations_room (Destinations *destinations, const char *name);

/** A turn has ended. @trouble: (nullable): why the destination can't be reached */
void destinations_leave (Destinations *destinations, const char *name, const char *trouble);

/** Gives all who stand in a line their turn with @trouble. */
void destinations_send_home (Destinations *destinations, const char *trouble);
