/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/delivery-message.h"

#include "servers/delivery/deliver-local.h"
#include "servers/delivery/delivery-log.h"
#include "servers/delivery/due-message.h"
#include "servers/delivery/outcome.h"
#include "servers/delivery/plan.h"
#include "servers/delivery/report-message.h"
#include "servers/delivery/schedule.h"

#include <gio/gio.h>

/* After a failure of our own, of the disk for example, a message rests so long. */
#define REST_MS 30000

struct _DeliveryMessage
{
  DeliveryMeans *means; /* (unowned) */
  guint64 id;
  char id_text[ENVELOPE_ID_TEXT_MAX];
  DeliveryMessageDone done;
  gpointer user_data;

  DueMessage due;
  GPtrArray *attempts; /* (owned) (nullable) (element-type Attempt) */
  GPtrArray *runs;     /* (owned) (element-type Run) one for each attempt */
  guint running;       /* how many of them are not at their end */
  GArray *rows;        /* (owned) (nullable) (element-type ReportRow) what the sender is to know */
  Envelope *report;    /* (owned) (nullable) that tells the sender, until it is handed over */
  QueueBody *report_body; /* (owned) (nullable) the same: its content */
  guint64 report_id;
  GError *error;    /* (owned) (nullable) what went wrong in another thread */
  uv_timer_t *rest; /* (nullable) while it rests; the loop owns it */
  WorkerTask after_rest;
  gboolean is_cancelled;
};

/* An attempt under way. */
typedef struct
{
  DeliveryMessage *message; /* (unowned) */
  Attempt *attempt;         /* (unowned) */
  DeliverRemote *remote;    /* while one is under way */
  char *destination;        /* (owned) (nullable) its name, of a remote one */
} Run;

static void
run_free (Run *run)
{
  g_free (run->destination);
  g_free (run);
}

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
  g_free (message);
}

static void
finish (gpointer data)
{
  DeliveryMessage *message = data;
  DeliveryMessageDone done = message->done;
  gpointer user_data = message->user_data;
  guint64 id = message->id;
  message_free (message);
  done (user_data, id);
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
  gint64 further_s = schedule_remaining_s (&settings->smtp.retries, envelope->attempts + 1);
  ReportFacts facts = { .host_name = settings->general.host_name,
                        .envelope = envelope,
                        .rows = message->rows,
                        .content = message->due.content,
                        .time = now_s (),
                        .retried_until = envelope->next_attempt + further_s };
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

static void
run_end (Run *run)
{
  DeliveryMessage *message = run->message;
  delivery_log_attempt (run->attempt, &run->attempt->policy->settings->smtp.retries, now_s ());
  count (message->means->counters, run->attempt);
  message->running--;
  if (message->running == 0)
    {
      conclude (message);
      return;
    }
  if (outcome_note_delivered (message->due.envelope, run->attempt))
    queue_settle (message->means->queue, message->due.envelope, NULL, NULL, on_written_in_between,
                  NULL);
}

static void
run_local (gpointer data)
{
  Run *run = data;
  const DeliveryMeans *means = run->message->means;
  g_autoptr (Credentials) credentials = users_get (means->users, run->attempt->policy->settings);
  const DeliverLocalMeans local = { means->state_dir, credentials };
  deliver_local (&local, run->attempt);
}

static void
run_local_end (gpointer data)
{
  run_end (data);
}

static void
run_remote_end (gpointer data)
{
  Run *run = data;
  /* The turn is given back last: who gets it must not find this one half done. */
  Destinations *destinations = run->message->means->remote.destinations;
  g_autofree char *destination = g_strdup (run->destination);
  g_autofree char *trouble
      = run->attempt->is_unreachable ? g_strdup (attempt_result (run->attempt, 0)->reason) : NULL;
  run_end (run);
  destinations_leave (destinations, destination, trouble);
}

static void
run_remote_turn (gpointer data, const char *trouble)
{
  Run *run = data;
  DeliveryMessage *message = run->message;
  if (trouble != NULL)
    {
      if (!message->is_cancelled)
        attempt_settle_rest (run->attempt, ATTEMPT_DEFERRED, NULL, trouble);
      run_end (run);
    }
  else if (message->is_cancelled)
    run_remote_end (run);
  else
    deliver_remote_start (&message->means->remote, run->attempt, &run->remote, run_remote_end, run);
}

static void
enter_line (Run *run)
{
  Destinations *destinations = run->message->means->remote.destinations;
  const Settings *settings = run->attempt->policy->settings;
  destinations_set_limit (destinations, settings->smtp.delivery.connections_per_destination);
  destinations_enter (destinations, run->destination, run_remote_turn, run);
}

static void
run_start (Run *run)
{
  DeliveryMessage *message = run->message;
  switch (run->attempt->route->kind)
    {
    case ROUTE_LOCAL:
      worker_block (message->means->worker, run_local, run_local_end, run);
      return;
    case ROUTE_ROUTER:
    case ROUTE_LITERAL:
    case ROUTE_EXCHANGERS:
      enter_line (run);
      return;
    case ROUTE_NOWHERE:
    default:
      attempt_settle_rest (run->attempt, ATTEMPT_FAILED, NULL,
                           "553 5.1.3 mail can't be sent to that address");
      run_end (run);
      return;
    }
}

/* --- From the queue --- */

static void
start_runs (DeliveryMessage *message)
{
  g_autoptr (Policy) policy = policy_holder_get (message->means->policy);
  message->attempts
      = plan_make (message->due.envelope, policy, message->due.content, message->due.eight_bit);
  for (guint i = 0; i < message->attempts->len; i++)
    {
      Run *run = g_new0 (Run, 1);
      run->message = message;
      run->attempt = g_ptr_array_index (message->attempts, i);
      run->destination = route_to_string (run->attempt->route);
      g_ptr_array_add (message->runs, run);
    }
  /* All of them are counted first: a run may be at its end before the next one starts. */
  guint n_runs = message->running = message->runs->len;
  if (n_runs == 0)
    conclude (message);
  for (guint i = 0; i < n_runs; i++)
    run_start (g_ptr_array_index (message->runs, i));
}

static void
load (gpointer data)
{
  DeliveryMessage *message = data;
  /* What comes of it is told by the error. */
  (void) !due_message_read (&message->due, message->means->queue, message->id, &message->error);
}

static void
after_load (gpointer data)
{
  DeliveryMessage *message = data;
  if (message->error != NULL)
    rest (message, "read it from the queue", finish);
  else if (message->due.content == NULL || message->is_cancelled)
    finish (message);
  else
    {
      start_runs (message);
    }
}

DeliveryMessage *
delivery_message_start (DeliveryMeans *means,
                        guint64 id,
                        DeliveryMessageDone done,
                        gpointer user_data)
{
  DeliveryMessage *message = g_new0 (DeliveryMessage, 1);
  message->means = means;
  message->id = id;
  envelope_id_to_string (id, message->id_text);
  message->done = done;
  message->user_data = user_data;
  message->runs = g_ptr_array_new_with_free_func ((GDestroyNotify) run_free);
  worker_block (means->worker, load, after_load, message);
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
    {
      Run *run = g_ptr_array_index (message->runs, i);
      if (run->remote != NULL)
        deliver_remote_cancel (run->remote);
    }
}
