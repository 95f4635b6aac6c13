/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/attempt.h"

static void
result_free (AttemptResult *result)
{
  g_free (result->place);
  g_free (result->reason);
  g_free (result->tls);
  g_free (result);
}

Attempt *
attempt_new (
    const Envelope *envelope, Route *route, Policy *policy, GBytes *content, gboolean eight_bit)
{
  Attempt *attempt = g_new0 (Attempt, 1);
  attempt->envelope = envelope;
  attempt->route = route;
  attempt->policy = policy_ref (policy);
  attempt->content = g_bytes_ref (content);
  attempt->eight_bit = eight_bit;
  attempt->results = g_ptr_array_new_with_free_func ((GDestroyNotify) result_free);
  return attempt;
}

void
attempt_free (Attempt *attempt)
{
  if (attempt == NULL)
    return;
  route_free (attempt->route);
  policy_unref (attempt->policy);
  g_bytes_unref (attempt->content);
  g_ptr_array_unref (attempt->results);
  g_free (attempt);
}

void
attempt_add (Attempt *attempt, guint recipient)
{
  AttemptResult *result = g_new (AttemptResult, 1);
  *result = (AttemptResult){ .recipient = recipient,
                             .outcome = ATTEMPT_UNTRIED,
                             .place = g_strdup (""),
                             .reason = g_strdup (""),
                             .tls = g_strdup ("") };
  g_ptr_array_add (attempt->results, result);
}

AttemptResult *
attempt_result (const Attempt *attempt, guint index)
{
  return g_ptr_array_index (attempt->results, index);
}

const char *
attempt_address (const Attempt *attempt, guint index)
{
  return envelope_recipient (attempt->envelope, attempt_result (attempt, index)->recipient)
      ->address;
}

void
attempt_settle (
    Attempt *attempt, guint index, AttemptOutcome outcome, const char *place, const char *reason)
{
  AttemptResult *result = attempt_result (attempt, index);
  result->outcome = outcome;
  g_free (result->reason);
  result->reason = g_strdup (reason);
  if (place == NULL)
    return;
  g_free (result->place);
  result->place = g_strdup (place);
}

void
attempt_note_way (Attempt *attempt, guint index, const char *tls, gboolean dsn_passed)
{
  AttemptResult *result = attempt_result (attempt, index);
  g_free (result->tls);
  result->tls = g_strdup (tls);
  result->dsn_passed = dsn_passed;
}

void
attempt_settle_rest (Attempt *attempt,
                     AttemptOutcome outcome,
                     const char *place,
                     const char *reason)
{
  for (guint i = 0; i < attempt->results->len; i++)
    if (attempt_result (attempt, i)->outcome == ATTEMPT_UNTRIED)
      attempt_settle (attempt, i, outcome, place, reason);
}

guint
attempt_count (const Attempt *attempt, AttemptOutcome outcome)
{
  guint count = 0;
  for (guint i = 0; i < attempt->results->len; i++)
    count += attempt_result (attempt, i)->outcome == outcome;
  return count;
}
