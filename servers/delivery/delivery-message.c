/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/delivery-message.h"

#include "servers/delivery/delivery-log.h"
#include "servers/delivery/delivery-run.h"
#include "servers/delivery/outcome.h"
#include "servers/delivery/plan.h"
#include "servers/delivery/report-message.h"
#include "servers/delivery/schedule.h"

#include <gio/gio.h>

/* After a failure of our own, of the disk for example, a message rests so long. */
#define REST_MS 30000

struct _DeliveryMessage
{
  const DeliveryMeans *means; /* (unowned) */
  guint64 id;
  char id_text[ENVELOPE_ID_TEXT_MAX];
  DeliveryMessageDone done;
  gpointer user_data;

  DueMessage due;
  GPtrArray *attempts; /* (owned) (nullable) (element-type Attempt) */
  GPtrArray *runs;     /* (owned) (element-type DeliveryRun) one for each attempt */
  guint running;       /* how many of them are not at their end */
  GArray *rows;        /* (owned) (nullable) (element-type ReportRow) what the sender is to know */
  Envelope *report;    /* (owned) (nullable) that tells the sender, until it is handed over */
  QueueBody *report_body; /* (owned) (nullable) the same: its content */
  guint64 report_id;
  GError *error;    /* (owned) (nullable) what went wrong in another thread */
  uv_timer_t *rest; /* (nullable) while it rests; the loop owns it */
  WorkerTask after_rest;
  gboolean is_cancelled;
  char *crowded;     /* (owned) (nullable) the destination that it gives way at */
  char *destination; /* (owned) (nullable) one that is known to be in trouble */
  char *trouble;     /* (owned) (nullable) */
};

static void
message_free (DeliveryMessage *message)
{
  g_ptr_array_unref (message->runs);
  g_clear_pointer (&message->attempts, g_ptr_array_unref);
  due_message_clear (&message->due);
  g_clear_pointer (&message->rows, g_array_unref);
  envelope_free (message->report);
  queue_body_free (message->report_body);
  g_clear_error (&message->error);
  g_free (message->crowded);
  g_free (message->destination);
  g_free (message->trouble);
  g_free (message);
}

static void
finish (gpointer data)
{
  DeliveryMessage *message = data;
  DeliveryMessageDone done = message->done;
  gpointer user_data = message->user_data;
  guint64 id = message->id;
  g_autofree char *crowded = g_steal_pointer (&message->crowded);
  message_free (message);
  done (user_data, id, crowded);
}

static void
finish_soon (DeliveryMessage *message)
{
  worker_post (message->means->worker, finish, message);
}

/* --- Rest --- */

static void
free_handle (uv_handle_t *handle)
{
  g_free (handle);
}

static void
end_rest (DeliveryMessage *message)
{
  uv_close ((uv_handle_t *) g_steal_pointer (&message->rest), free_handle);
}

static void
on_rested (uv_timer_t *timer)
{
  DeliveryMessage *message = timer->data;
  end_rest (message);
  message->after_rest (message);
}

/* Tells what went wrong and goes on, with @after_rest, a little later; at once when all is to end.
 */
static void
rest (DeliveryMessage *message, const char *what, WorkerTask after_rest)
{
  g_warning ("%s: cannot %s: %s", message->id_text, what, message->error->message);
  g_clear_error (&message->error);
  if (message->is_cancelled)
    {
      finish_soon (message);
      return;
    }
  message->after_rest = after_rest;
  message->rest = g_new0 (uv_timer_t, 1);
  uv_timer_init (worker_loop (message->means->worker), message->rest);
  message->rest->data = message;
  uv_timer_start (message->rest, on_rested, REST_MS, 0);
}

/* --- Writing down --- */

static gint64
now_s (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static void
count (DeliveryCounters *counters, const Attempt *attempt)
{
  guint delivered = attempt_count (attempt, ATTEMPT_DELIVERED);
  if (attempt->route->kind == ROUTE_LOCAL)
    counters->delivered_local += delivered;
  else
    counters->delivered_remote += delivered;
  counters->deferred += attempt_count (attempt, ATTEMPT_DEFERRED);
  counters->failed += attempt_count (attempt, ATTEMPT_FAILED);
}

static void settle (gpointer data);

/* RFC 5321, section 4.5.5: never for the null sender, whose messages are such reports themselves.
 */
static gboolean
is_report_due (const DeliveryMessage *message)
{
  return message->rows->len > 0 && *message->due.envelope->sender != '\0';
}

/* In the thread pool: a report may be as large as the message. */
static void
make_report (gpointer data)
{
  DeliveryMessage *message = data;
  const Envelope *envelope = message->due.envelope;
  g_autoptr (Policy) policy = policy_holder_get (message->means->policy);
  const Settings *settings = policy->settings;
  g_autoptr (GPtrArray) recipients = report_recipients_find (
      message->means->report_recipients, policy, envelope->sender, &message->error);
  if (recipients == NULL)
    return;
  ScheduleMoment next = { envelope->attempts + 1, envelope->arrived, envelope->next_attempt };
  ReportFacts facts = { .host_name = settings->general.host_name,
                        .envelope = envelope,
                        .rows = message->rows,
                        .content = message->due.content,
                        .time = now_s (),
                        .retried_until = schedule_last (&settings->smtp.retries, &next) };
  message->report = report_message_new (message->means->queue, &facts, recipients,
                                        &message->report_body, &message->error);
}

static void
after_settle (gpointer data)
{
  DeliveryMessage *message = data;
  if (message->error != NULL)
    rest (message, "write down how far its delivery has come", settle);
  else
    finish (message);
}

static void
on_settled (gpointer user_data, gboolean gone, const GError *error)
{
  DeliveryMessage *message = user_data;
  if (error != NULL)
    message->error = g_error_copy (error);
  else if (gone)
    g_message ("%s: was removed while it was being delivered", message->id_text);
  else if (is_report_due (message))
    {
      ReportAction kind = report_kind (message->rows);
      delivery_log_report (message->due.envelope, message->report_id, kind);
      message->means->counters->bounces += kind == REPORT_FAILED;
    }
  worker_post (message->means->worker, after_settle, message);
}

static void
write_down (DeliveryMessage *message)
{
  queue_settle (message->means->queue, message->due.envelope, g_steal_pointer (&message->report),
                g_steal_pointer (&message->report_body), on_settled, message);
}

static void
after_report (gpointer data)
{
  DeliveryMessage *message = data;
  if (message->report == NULL)
    {
      rest (message, "write a report", settle);
      return;
    }
  message->report_id = message->report->id;
  write_down (message);
}

static void
settle (gpointer data)
{
  DeliveryMessage *message = data;
  if (is_report_due (message))
    worker_block (message->means->worker, make_report, after_report, message);
  else
    write_down (message);
}

static void
conclude (DeliveryMessage *message)
{
  if (!outcome_is_any (message->attempts) && message->is_cancelled)
    {
      finish_soon (message);
      return;
    }
  Envelope *envelope = message->due.envelope;
  g_autoptr (Policy) policy = policy_holder_get (message->means->policy);
  g_autoptr (GArray) given_up = g_array_new (FALSE, FALSE, sizeof (guint));
  OutcomeRules rules = { &policy->settings->smtp.retries, now_s () };
  message->rows = outcome_apply (envelope, message->attempts, &rules, given_up);
  delivery_log_given_up (envelope, given_up);
  message->means->counters->failed += given_up->len;
  if (*envelope->sender == '\0')
    delivery_log_unreturned (envelope, message->rows);
  settle (message);
}

/* --- Attempts --- */

static void
on_written_in_between (gpointer user_data, gboolean gone, const GError *error)
{
  /* No harm yet: the end of the round writes it again. */
  if (error != NULL)
    g_warning ("cannot write down what was delivered: %s", error->message);
}

/* Whether all that is left to do is to stand in crowded lines. */
static gboolean
is_held_up (const DeliveryMessage *message)
{
  guint held_up = 0;
  for (guint i = 0; i < message->runs->len; i++)
    held_up += delivery_run_is_held_up (g_ptr_array_index (message->runs, i));
  return held_up == message->running;
}

/* The message stays due, and is parked: no look at the queue comes past it a second time. */
static void
give_way (DeliveryMessage *message)
{
  for (guint i = 0; i < message->runs->len; i++)
    {
      DeliveryRun *run = g_ptr_array_index (message->runs, i);
      if (!delivery_run_is_held_up (run))
        continue;
      if (message->crowded == NULL)
        message->crowded = g_strdup (delivery_run_destination (run));
      delivery_run_withdraw (run);
    }
  message->running = 0;
  conclude (message);
}

static void
on_run_done (gpointer user_data, const Attempt *attempt)
{
  DeliveryMessage *message = user_data;
  const RetrySettings *retries = &attempt->policy->settings->smtp.retries;
  delivery_log_attempt (attempt, retries, now_s ());
  count (message->means->counters, attempt);
  message->running--;
  if (message->running == 0)
    conclude (message);
  else if (is_held_up (message))
    give_way (message);
  else if (outcome_note_delivered (message->due.envelope, attempt))
    queue_settle (message->means->queue, message->due.envelope, NULL, NULL, on_written_in_between,
                  NULL);
}

/* --- From the queue --- */

static void
start_run (DeliveryMessage *message, DeliveryRun *run)
{
  if (g_strcmp0 (delivery_run_destination (run), message->destination) == 0)
    delivery_run_start_in_trouble (run, message->trouble);
  else
    delivery_run_start (run);
}

/* Returns: (nullable): the first destination, if there is none but with a crowded line */
static const char *
find_crowded (const DeliveryMessage *message)
{
  for (guint i = 0; i < message->runs->len; i++)
    {
      const char *destination = delivery_run_destination (g_ptr_array_index (message->runs, i));
      if (g_strcmp0 (destination, message->destination) == 0
          || !destinations_is_crowded (message->means->remote.destinations, destination))
        return NULL;
    }
  return message->runs->len > 0 ? delivery_run_destination (g_ptr_array_index (message->runs, 0))
                                : NULL;
}

static void
start_runs (DeliveryMessage *message)
{
  g_autoptr (Policy) policy = policy_holder_get (message->means->policy);
  message->attempts
      = plan_make (message->due.envelope, policy, message->due.content, message->due.eight_bit);
  for (guint i = 0; i < message->attempts->len; i++)
    g_ptr_array_add (message->runs,
                     delivery_run_new (message->means, g_ptr_array_index (message->attempts, i),
                                       on_run_done, message));
  message->crowded = g_strdup (find_crowded (message));
  if (message->crowded != NULL)
    {
      finish (message);
      return;
    }
  /* All of them are counted first: a run may be at its end before the next one starts. */
  guint n_runs = message->running = message->runs->len;
  if (n_runs == 0)
    conclude (message);
  for (guint i = 0; i < n_runs; i++)
    start_run (message, g_ptr_array_index (message->runs, i));
}

static void
after_load (gpointer data)
{
  DeliveryMessage *message = data;
  message->error = g_steal_pointer (&message->due.error);
  if (message->error != NULL)
    rest (message, "read it from the queue", finish);
  else if (message->due.content == NULL || message->is_cancelled)
    finish (message);
  else
    start_runs (message);
}

DeliveryMessage *
delivery_message_start (const DeliveryMeans *means,
                        const DeliveryMessageFacts *facts,
                        DeliveryMessageDone done,
                        gpointer user_data)
{
  DeliveryMessage *message = g_new0 (DeliveryMessage, 1);
  message->means = means;
  message->id = facts->id;
  message->destination = g_strdup (facts->destination);
  message->trouble = g_strdup (facts->trouble);
  envelope_id_to_string (facts->id, message->id_text);
  message->done = done;
  message->user_data = user_data;
  message->runs = g_ptr_array_new_with_free_func ((GDestroyNotify) delivery_run_free);
  message->due.id = facts->id;
  due_reader_read (means->reader, &message->due, after_load, message);
  return message;
}

void
delivery_message_cancel (DeliveryMessage *message)
{
  message->is_cancelled = TRUE;
  if (message->rest != NULL)
    {
      end_rest (message);
      finish_soon (message);
      return;
    }
  for (guint i = 0; i < message->runs->len; i++)
    delivery_run_cancel (g_ptr_array_index (message->runs, i));
}
