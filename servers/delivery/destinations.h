/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: destinations
 *
 * Keeps the deliveries to one destination to a number that it can bear: those beyond it stand in
 * line. A destination begins with few deliveries at a time, and has more with each one that
 * succeeds. When it turns out to be down, all in the line learn it at once, and don't wait for it
 * one after another.
 *
 * A line is short, as who stands in it holds a message in memory. Who finds it crowded leaves the
 * message's id, and is called when there is room again, or when the destination turned out to be
 * down meanwhile: so however many messages wait for one destination, the others have their places.
 * One thread.
 */
typedef struct _Destinations Destinations;

/** So many may stand in a line before it is crowded. */
#define DESTINATIONS_LINE_MAX 10

/** It is your turn. @trouble: (nullable): why you need not try. May come before the return of
 * destinations_enter(). */
typedef void (*DestinationsTurn) (gpointer user_data, const char *trouble);

/** The message @id, which was parked, may come to the destination @name now. @trouble: (nullable):
 * why it need not. Returns FALSE when there is no place for it: then it stays parked. Must not enter
 * or leave before it returns. */
typedef gboolean (*DestinationsCall) (gpointer user_data,
                                      guint64 id,
                                      const char *name,
                                      const char *trouble);

/** @call: for those that are parked */
Destinations *destinations_new (DestinationsCall call, gpointer user_data);

/** Nobody stands in a line any more. */
void destinations_free (Destinations *destinations);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Destinations, destinations_free)

/**
 * How many deliveries to one destination are under way at the same time, from now on. Those that
 * are under way go on; who stands in a line where there is room now gets its turn when another one
 * leaves.
 */
void destinations_set_limit (Destinations *destinations, guint limit);

/** Asks for a turn at the destination @name; each turn without trouble ends with
 * destinations_leave(). */
void destinations_enter (Destinations *destinations,
                         const char *name,
                         DestinationsTurn turn,
                         gpointer user_data);

/** Leaves the line: the turn does not come any more. */
void destinations_withdraw (Destinations *destinations, const char *name, gpointer user_data);

/** How many more deliveries to the destination @name could be under way, by the limit. */
guint destinations_room (Destinations *destinations, const char *name);

/** A turn has ended. @trouble: (nullable): why the destination can't be reached. Others have their
 * turn, or are called. */
void destinations_leave (Destinations *destinations, const char *name, const char *trouble);

/** Whether the line for the destination @name is so long that a message should be parked. */
gboolean destinations_is_crowded (Destinations *destinations, const char *name);

/** Parks a message at the crowded destination @name. It is called when others
 * have left, or by destinations_tend(). */
void destinations_park (Destinations *destinations, const char *name, guint64 id);

/** Calls some of those that are parked, at each destination. To be used each time that a message has
 * been dealt with, so that nobody is forgotten. */
void destinations_tend (Destinations *destinations);

/** Gives all who stand in a line their turn with @trouble, and forgets those that are parked. */
void destinations_send_home (Destinations *destinations, const char *trouble);
