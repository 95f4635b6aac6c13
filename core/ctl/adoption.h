/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ctl/client.h"

/**
 * SECTION: adoption
 *
 * The end of a change: it is saved, and the servers take it over. What only a server can find out,
 * a port that another program has, or a key that can't be read, is said at once to who made the
 * change.
 */

/** Prints which revision is the newest now, after a change that was made on @before; and as a
 * warning, which running server does not have it in force, and why. Waits for them, but not long. */
void adoption_report (Client *client, guint64 before, guint64 revision);
