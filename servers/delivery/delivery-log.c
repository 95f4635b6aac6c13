/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/delivery-log.h"

#include "core/log/log-event.h"
#include "servers/delivery/schedule.h"
#include "servers/queue/queue.h"

/* What each outcome is called; NULL where there is nothing to tell. */
static const char *const events[] = {
  [ATTEMPT_UNTRIED] = NULL,
  [ATTEMPT_DELIVERED] = "delivered",
  [ATTEMPT_DEFERRED] = "deferred",
  [ATTEMPT_FAILED] = "failed",
};

/* The texts of fields that are numbers or times. */
typedef struct
{
  char id[ENVELOPE_ID_TEXT_MAX];
  char attempt[16];
  char delay_ms[24];
} Texts;

static void
write_texts (Texts *texts, const Envelope *envelope, guint attempt)
{
  gint64 delay_us = MAX (g_get_real_time () - queue_id_time_us (envelope->id), 0);
  envelope_id_to_string (envelope->id, texts->id);
  g_snprintf (texts->attempt, sizeof texts->attempt, "%u", attempt);
  g_snprintf (texts->delay_ms, sizeof texts->delay_ms, "%" G_GINT64_FORMAT, delay_us / 1000);
}

/* Returns: (transfer full) (nullable) */
static char *
next_text (const Envelope *envelope, const RetrySettings *retries, gint64 now)
{
  ScheduleMoment moment = { envelope->attempts + 1, envelope->arrived, now };
  gint64 next;
  if (!schedule_next (retries, &moment, &next))
    return NULL;
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (next);
  return g_date_time_format_iso8601 (time);
}

static void
log_result (const Attempt *attempt, guint index, const char *next)
{
  const AttemptResult *result = attempt_result (attempt, index);
  const char *host = *result->place != '\0' ? result->place : attempt->route->host;
  Texts texts;
  write_texts (&texts, attempt->envelope, attempt->envelope->attempts + 1);
  log_event (events[result->outcome],
             (LogField[]){
                 { "id", texts.id },
                 { "sender", attempt->envelope->sender },
                 { "recipient", attempt_address (attempt, index) },
                 { "host", *host != '\0' ? host : NULL },
                 { "tls", *result->tls != '\0' ? result->tls : NULL },
                 { "reply", result->reason },
                 { "attempt", texts.attempt },
                 { "delay_ms", texts.delay_ms },
                 { "next", result->outcome == ATTEMPT_DEFERRED ? next : NULL },
                 { NULL },
             });
}

void
delivery_log_attempt (const Attempt *attempt, const RetrySettings *retries, gint64 now)
{
  g_autofree char *next = next_text (attempt->envelope, retries, now);
  for (guint i = 0; i < attempt->results->len; i++)
    if (attempt_result (attempt, i)->outcome != ATTEMPT_UNTRIED)
      log_result (attempt, i, next);
}

void
delivery_log_given_up (const Envelope *envelope, const GArray *given_up)
{
  Texts texts;
  write_texts (&texts, envelope, envelope->attempts);
  for (guint i = 0; i < given_up->len; i++)
    {
      const Recipient *recipient
          = envelope_recipient (envelope, g_array_index (given_up, guint, i));
      log_event ("failed", (LogField[]){ { "id", texts.id },
                                         { "sender", envelope->sender },
                                         { "recipient", recipient->address },
                                         { "reply", recipient->reason },
                                         { "attempt", texts.attempt },
                                         { "delay_ms", texts.delay_ms },
                                         { NULL } });
    }
}

void
delivery_log_unreturned (const Envelope *envelope, const GArray *rows)
{
  char id[ENVELOPE_ID_TEXT_MAX];
  envelope_id_to_string (envelope->id, id);
  for (guint i = 0; i < rows->len; i++)
    {
      const ReportRow *row = &g_array_index (rows, ReportRow, i);
      if (row->action != REPORT_FAILED)
        continue;
      const Recipient *recipient = envelope_recipient (envelope, row->recipient);
      log_event ("unreturned",
                 (LogField[]){ { "id", id },
                               { "recipient", recipient->address },
                               { "reply", recipient->reason },
                               { "reason", "a report itself, which no sender waits for" },
                               { NULL } });
    }
}

void
delivery_log_report (const Envelope *envelope, guint64 report_id, ReportAction kind)
{
  char id[ENVELOPE_ID_TEXT_MAX], original[ENVELOPE_ID_TEXT_MAX];
  log_event ("bounced",
             (LogField[]){ { "id", envelope_id_to_string (report_id, id) },
                           { "original", envelope_id_to_string (envelope->id, original) },
                           { "sender", envelope->sender },
                           { "action", report_action_to_string (kind) },
                           { NULL } });
}

void
delivery_log_deed (const char *deed, guint count, const char *const *ids, const char *by)
{
  g_autofree char *number = g_strdup_printf ("%u", count);
  g_autofree char *list = ids != NULL ? g_strjoinv (" ", (char **) ids) : NULL;
  log_event ("queue-changed",
             (LogField[]){
                 { "deed", deed }, { "count", number }, { "by", by }, { "ids", list }, { NULL } });
}
