/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"
#include "servers/delivery/attempt.h"

/**
 * SECTION: outcome
 *
 * What the attempts of one round mean for the message, and what its sender is to be told. Pure
 * functions of envelopes.
 */

/** The rules of the moment. */
typedef struct
{
  const RetrySettings *retries;
  gint64 now; /* seconds since 1970 */
} OutcomeRules;

/**
 * outcome_apply:
 * @attempts: (element-type Attempt): of this round, each at its end
 * @given_up: (element-type guint): gets the recipients that fail as there is no further attempt
 *
 * Writes the results into @envelope. Unless the round was interrupted (somebody is untried), it
 * counts as an attempt, and the next one is set, or, where there is to be none, the recipients that
 * still wait fail. Once, from smtp.retries.delay-notice-hours after the arrival on, the sender is to
 * be told that the message is late.
 *
 * Returns: (transfer full) (element-type ReportRow, which owns its text): what the sender wishes to be told (RFC 3461,
 * section 4.1), as all of this round that was not told before; may be empty. Of a message of the
 * null sender, it is what nobody can be told: failures.
 */
GArray *outcome_apply (Envelope *envelope,
                       GPtrArray *attempts,
                       const OutcomeRules *rules,
                       GArray *given_up);

/** Whether the attempts have decided anything. */
gboolean outcome_is_any (GPtrArray *attempts);

/**
 * Writes into @envelope what @attempt has delivered, as it may be kept while other attempts are
 * under way; but no failure, as that needs its bounce. (That a delivery has to be reported is part of
 * the recipient's state.) Returns whether there was anything to write.
 */
gboolean outcome_note_delivered (Envelope *envelope, const Attempt *attempt);
