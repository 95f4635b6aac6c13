/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/outcome.h"

#include "servers/delivery/schedule.h"

/* What each outcome is called in the log, and makes of a recipient. */
static const struct
{
  const char *word;
  RecipientState state;
} outcomes[] = {
  [ATTEMPT_UNTRIED] = { "interrupted", RECIPIENT_WAITING },
  [ATTEMPT_DELIVERED] = { "delivered", RECIPIENT_DELIVERED },
  [ATTEMPT_DEFERRED] = { "deferred", RECIPIENT_WAITING },
  [ATTEMPT_FAILED] = { "failed", RECIPIENT_FAILED },
};

gboolean
outcome_is_any (GPtrArray *attempts)
{
  for (guint i = 0; i < attempts->len; i++)
    {
      const Attempt *attempt = g_ptr_array_index (attempts, i);
      if (attempt_count (attempt, ATTEMPT_UNTRIED) < attempt->results->len)
        return TRUE;
    }
  return FALSE;
}

/* Returns whether somebody was left untried. */
static gboolean
apply_attempt (Envelope *envelope, const Attempt *attempt, GArray *failed)
{
  for (guint i = 0; i < attempt->results->len; i++)
    {
      const AttemptResult *result = attempt_result (attempt, i);
      if (result->outcome == ATTEMPT_UNTRIED)
        continue;
      recipient_settle (envelope_recipient (envelope, result->recipient),
                        outcomes[result->outcome].state, result->reason);
      if (result->outcome == ATTEMPT_FAILED)
        g_array_append_val (failed, result->recipient);
    }
  return attempt_count (attempt, ATTEMPT_UNTRIED) > 0;
}

static void
give_up (Envelope *envelope, GArray *failed)
{
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      Recipient *recipient = envelope_recipient (envelope, i);
      if (recipient->state != RECIPIENT_WAITING)
        continue;
      g_autofree char *reason
          = g_strdup_printf ("554 5.4.7 given up after %u attempts; the last one: %s",
                             envelope->attempts, recipient->reason);
      recipient_settle (recipient, RECIPIENT_FAILED, reason);
      g_array_append_val (failed, i);
    }
}

GArray *
outcome_apply (Envelope *envelope, GPtrArray *attempts, gint64 now)
{
  GArray *failed = g_array_new (FALSE, FALSE, sizeof (guint));
  gboolean interrupted = FALSE;
  for (guint i = 0; i < attempts->len; i++)
    interrupted |= apply_attempt (envelope, g_ptr_array_index (attempts, i), failed);
  if (interrupted)
    return failed;

  envelope->attempts++;
  if (!schedule_next (envelope->attempts, now, &envelope->next_attempt))
    give_up (envelope, failed);
  return failed;
}

gboolean
outcome_note_delivered (Envelope *envelope, const Attempt *attempt)
{
  for (guint i = 0; i < attempt->results->len; i++)
    {
      const AttemptResult *result = attempt_result (attempt, i);
      if (result->outcome == ATTEMPT_DELIVERED)
        recipient_settle (envelope_recipient (envelope, result->recipient), RECIPIENT_DELIVERED,
                          result->reason);
    }
  return attempt_count (attempt, ATTEMPT_DELIVERED) > 0;
}

void
outcome_log (const Attempt *attempt, gint64 now)
{
  char id[ENVELOPE_ID_TEXT_MAX];
  envelope_id_to_string (attempt->envelope->id, id);
  for (guint i = 0; i < attempt->results->len; i++)
    {
      const AttemptResult *result = attempt_result (attempt, i);
      const char *place = *result->place != '\0' ? result->place : attempt->route->host;
      g_message ("%s: to=<%s> %s at %s: %s (attempt %u, %" G_GINT64_FORMAT " s after its arrival)",
                 id, attempt_address (attempt, i), outcomes[result->outcome].word, place,
                 result->reason, attempt->envelope->attempts + 1,
                 MAX (now - attempt->envelope->arrived, 0));
    }
}
