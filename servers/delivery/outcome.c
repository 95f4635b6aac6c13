/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/outcome.h"

#include "servers/delivery/report.h"
#include "servers/delivery/schedule.h"

#include <string.h>

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

static void
tell (GArray *rows, guint recipient, ReportAction action)
{
  ReportRow row = { recipient, action };
  g_array_append_val (rows, row);
}

/* RFC 3461, sections 5.2.2 and 5.2.3: a delivery is reported by who makes it, a hand-over by us only
 * where the next host knows nothing of reports. */
static RecipientState
delivered_state (const Attempt *attempt, const AttemptResult *result)
{
  const Recipient *recipient = envelope_recipient (attempt->envelope, result->recipient);
  if (!recipient_is_told_of (recipient, NOTIFY_SUCCESS) || *attempt->envelope->sender == '\0')
    return RECIPIENT_DELIVERED;
  if (attempt->route->kind == ROUTE_LOCAL)
    return RECIPIENT_DELIVERED_UNTOLD;
  return result->dsn_passed ? RECIPIENT_DELIVERED : RECIPIENT_RELAYED_UNTOLD;
}

static void
apply_result (Envelope *envelope, const Attempt *attempt, const AttemptResult *result, GArray *rows)
{
  Recipient *recipient = envelope_recipient (envelope, result->recipient);
  switch (result->outcome)
    {
    case ATTEMPT_DELIVERED:
      recipient_settle (recipient, delivered_state (attempt, result), result->reason);
      return;
    case ATTEMPT_DEFERRED:
      recipient_settle (recipient, RECIPIENT_WAITING, result->reason);
      return;
    case ATTEMPT_FAILED:
      recipient_settle (recipient, RECIPIENT_FAILED, result->reason);
      if (recipient_is_told_of (recipient, NOTIFY_FAILURE))
        tell (rows, result->recipient, REPORT_FAILED);
      return;
    case ATTEMPT_UNTRIED:
    default:
      return;
    }
}

/* Returns whether somebody was left untried. */
static gboolean
apply_attempt (Envelope *envelope, const Attempt *attempt, GArray *rows)
{
  for (guint i = 0; i < attempt->results->len; i++)
    apply_result (envelope, attempt, attempt_result (attempt, i), rows);
  return attempt_count (attempt, ATTEMPT_UNTRIED) > 0;
}

/* Deliveries of this round, and of one that was cut short after it had noted them. */
static void
tell_deliveries (Envelope *envelope, GArray *rows)
{
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      Recipient *recipient = envelope_recipient (envelope, i);
      if (recipient->state == RECIPIENT_DELIVERED_UNTOLD)
        tell (rows, i, REPORT_DELIVERED);
      else if (recipient->state == RECIPIENT_RELAYED_UNTOLD)
        tell (rows, i, REPORT_RELAYED);
      else
        continue;
      recipient->state = RECIPIENT_DELIVERED;
    }
}

static void
give_up (Envelope *envelope, GArray *rows, GArray *given_up)
{
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      Recipient *recipient = envelope_recipient (envelope, i);
      if (recipient->state != RECIPIENT_WAITING)
        continue;
      g_autofree char *reason = g_strdup_printf (
          "554 5.4.7 given up after %u attempt%s; the last one: %s", envelope->attempts,
          envelope->attempts == 1 ? "" : "s", recipient->reason);
      recipient_settle (recipient, RECIPIENT_FAILED, reason);
      g_array_append_val (given_up, i);
      if (recipient_is_told_of (recipient, NOTIFY_FAILURE))
        tell (rows, i, REPORT_FAILED);
    }
}

static void
tell_delay (Envelope *envelope, const OutcomeRules *rules, GArray *rows)
{
  gint64 patience_s = (gint64) rules->retries->delay_notice_hours * 3600;
  if (patience_s == 0 || envelope->delay_told || *envelope->sender == '\0'
      || rules->now - envelope->arrived < patience_s)
    return;
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const Recipient *recipient = envelope_recipient (envelope, i);
      if (recipient->state != RECIPIENT_WAITING || !recipient_is_told_of (recipient, NOTIFY_DELAY))
        continue;
      tell (rows, i, REPORT_DELAYED);
      envelope->delay_told = TRUE;
    }
}

static void
count_attempt (Envelope *envelope, const OutcomeRules *rules, GArray *rows, GArray *given_up)
{
  envelope->attempts++;
  ScheduleMoment moment = { envelope->attempts, envelope->arrived, rules->now };
  if (schedule_next (rules->retries, &moment, &envelope->next_attempt))
    tell_delay (envelope, rules, rows);
  else
    give_up (envelope, rows, given_up);
}

/* "mx.example.org[192.0.2.1]:25": its address stands for a host that has no name. */
static char *
host_of (const char *place)
{
  const char *address = strchr (place, '[');
  const char *end = address != NULL ? strchr (address, ']') : NULL;
  if (end == NULL)
    return NULL;
  return g_strndup (place, (gsize) ((address > place ? address : end + 1) - place));
}

/* RFC 3464, section 2.3.5: only where another host was involved. */
static void
name_hosts (GArray *rows, const Attempt *attempt)
{
  for (guint i = 0; i < rows->len && attempt->route->kind != ROUTE_LOCAL; i++)
    {
      ReportRow *row = &g_array_index (rows, ReportRow, i);
      for (guint j = 0; j < attempt->results->len && row->host == NULL; j++)
        if (attempt_result (attempt, j)->recipient == row->recipient)
          row->host = host_of (attempt_result (attempt, j)->place);
    }
}

static void
row_clear (gpointer row)
{
  g_free (((ReportRow *) row)->host);
}

GArray *
outcome_apply (Envelope *envelope, GPtrArray *attempts, const OutcomeRules *rules, GArray *given_up)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (ReportRow));
  gboolean interrupted = FALSE;
  g_array_set_clear_func (rows, row_clear);
  for (guint i = 0; i < attempts->len; i++)
    interrupted |= apply_attempt (envelope, g_ptr_array_index (attempts, i), rows);
  tell_deliveries (envelope, rows);
  if (!interrupted)
    count_attempt (envelope, rules, rows, given_up);
  for (guint i = 0; i < attempts->len; i++)
    name_hosts (rows, g_ptr_array_index (attempts, i));
  return rows;
}

gboolean
outcome_note_delivered (Envelope *envelope, const Attempt *attempt)
{
  for (guint i = 0; i < attempt->results->len; i++)
    {
      const AttemptResult *result = attempt_result (attempt, i);
      if (result->outcome == ATTEMPT_DELIVERED)
        apply_result (envelope, attempt, result, NULL);
    }
  return attempt_count (attempt, ATTEMPT_DELIVERED) > 0;
}
