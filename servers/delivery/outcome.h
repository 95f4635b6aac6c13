/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/attempt.h"

/**
 * SECTION: outcome
 *
 * What the attempts of one round mean for the message. Pure functions of envelopes.
 */

/**
 * outcome_apply:
 * @attempts: (element-type Attempt): of this round, each at its end
 * @now: seconds since 1970
 *
 * Writes the results into @envelope. Unless the round was interrupted (somebody is untried), it
 * counts as an attempt, and the next one is set, or, where there is to be none, the recipients that
 * still wait fail.
 *
 * Returns: (transfer full) (element-type guint): the recipients that have failed by this
 */
GArray *outcome_apply (Envelope *envelope, GPtrArray *attempts, gint64 now);

/** Whether the attempts have decided anything. */
gboolean outcome_is_any (GPtrArray *attempts);

/**
 * Writes into @envelope what @attempt has delivered, as it may be kept while other attempts are
 * under way; but no failure, as that needs its bounce. Returns whether there was anything to write.
 */
gboolean outcome_note_delivered (Envelope *envelope, const Attempt *attempt);

/** Writes a line for each recipient of @attempt into the log: who, where, what, how long after its
 * arrival. */
void outcome_log (const Attempt *attempt, gint64 now);
