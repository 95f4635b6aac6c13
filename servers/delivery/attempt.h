/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/route.h"
#include "servers/policy/policy.h"
#include "servers/queue/envelope.h"

/**
 * SECTION: attempt
 *
 * One try at delivering a message to those of its recipients that share a route, and what came of
 * it for each of them.
 */

typedef enum
{
  ATTEMPT_UNTRIED,
  ATTEMPT_DELIVERED,
  ATTEMPT_DEFERRED, /* to be tried again later */
  ATTEMPT_FAILED    /* for good */
} AttemptOutcome;

typedef struct
{
  guint recipient; /* its index in the envelope */
  AttemptOutcome outcome;
  char *place; /* (owned) where it was tried: "mx.example.org[192.0.2.1]:25", "mailbox joe"; ""
                  before that */
  char *
      reason; /* (owned) an SMTP reply, the other host's or one of ours: "550 5.1.1 no such user" */
  char *tls; /* (owned) how the way there was secured, "TLSv1.3 TLS_AES_256_GCM_SHA384 verified", or
                 "... unverified"; "" in clear */
  gboolean dsn_passed; /* the next hop was told what reports the sender wishes (RFC 3461) */
} AttemptResult;

typedef struct
{
  const Envelope *envelope; /* (unowned) */
  Route *route;             /* (owned) */
  Policy *policy;           /* (owned) the settings that hold for all of this attempt */
  GBytes *content;          /* (owned) */
  gboolean eight_bit;       /* handed in as 8BITMIME, and the content has such bytes */
  gboolean
      is_unreachable; /* no host could be reached: others on this route need not try just now */
  GPtrArray *results; /* (owned) (element-type AttemptResult) one for each of its recipients */
} Attempt;

/** @route: (transfer full). The attempt has no recipients yet; @envelope outlives it. */
Attempt *attempt_new (
    const Envelope *envelope, Route *route, Policy *policy, GBytes *content, gboolean eight_bit);
void attempt_free (Attempt *attempt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Attempt, attempt_free)

/** @recipient: an index in the envelope */
void attempt_add (Attempt *attempt, guint recipient);

/** Returns: (transfer none): the result at @index, which is below attempt->results->len */
AttemptResult *attempt_result (const Attempt *attempt, guint index);

/** Returns: (transfer none): the address of the recipient at @index */
const char *attempt_address (const Attempt *attempt, guint index);

/** Writes down what came of it for the recipient at @index. @place: (nullable): %NULL leaves it as
 * it is */
void attempt_settle (
    Attempt *attempt, guint index, AttemptOutcome outcome, const char *place, const char *reason);

/** Writes down how the connection was secured over which the recipient at @index was tried. */
void attempt_note_way (Attempt *attempt, guint index, const char *tls, gboolean dsn_passed);

/** Gives all recipients that are untried this result. */
void attempt_settle_rest (Attempt *attempt,
                          AttemptOutcome outcome,
                          const char *place,
                          const char *reason);

/** How many recipients have that outcome. */
guint attempt_count (const Attempt *attempt, AttemptOutcome outcome);
