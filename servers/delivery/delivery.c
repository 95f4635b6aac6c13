/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/delivery.h"

#include "core/settings/host-credential.h"
#include "servers/delivery/delivery-message.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* So many messages are under way at the same time. */
#define MESSAGES_MAX 500

/* The queue is looked at by the clock so often at least: a nudge may be lost. */
#define SCAN_INTERVAL_MS (30 * 1000)

/* A whole look at the queue passes over all that are parked: it may take one part of so many of the
 * time, so that a long line costs each message in it the same as a short one. */
#define WHOLE_LOOK_SHARE 10

struct _Delivery
{
  DeliveryMeans means;
  DeliveryCounters counters;
  char *state_dir; /* (owned) */

  /* The worker's thread only. */
  uv_poll_t wake;
  uv_timer_t clock;
  guint open_handles;
  GHashTable *active;      /* (owned) id -> DeliveryMessage; changed under the lock */
  GHashTable *parked;      /* (owned) ids of those that gave way at a crowded destination */
  QueuePlace place;        /* those in front of it have been looked at */
  gboolean owes_whole;     /* somebody may have come in front of the place */
  gint64 whole_after_us;   /* a whole look is not taken before, */
  gint64 take_up_after_us; /* nor one for what a dead server left */
  gboolean is_scanning;
  gboolean is_nudged; /* since the scan began */
  gboolean has_more;  /* due messages than could be taken */
  gboolean is_ending;

  GMutex lock;
  GCond ended;
  gboolean has_ended; /* (lock) */
  _Atomic guint n_active;
};

/* A look at the queue, in the thread pool. */
typedef struct
{
  Delivery *delivery;
  gboolean is_whole;
  gboolean takes_up;
  QueuePlace after;
  guint limit;
  gint64 now;
  gint64 began_us, ended_us;
  GArray *due; /* (owned) (nullable) (element-type QueuePlace) */
  gint64 next_due;
} Scan;

static void start_scan (Delivery *delivery);

static void
tell_end (Delivery *delivery)
{
  if (!delivery->is_ending || g_hash_table_size (delivery->active) > 0 || delivery->is_scanning
      || delivery->open_handles > 0)
    return;
  g_mutex_lock (&delivery->lock);
  delivery->has_ended = TRUE;
  g_cond_signal (&delivery->ended);
  g_mutex_unlock (&delivery->lock);
}

/* There may be places for others. */
static void
look_further (Delivery *delivery)
{
  destinations_tend (delivery->means.remote.destinations);
  /* Taking the next ones in groups saves looks at the queue. */
  if (delivery->has_more && g_hash_table_size (delivery->active) <= MESSAGES_MAX / 2)
    start_scan (delivery);
}

static void
on_message_done (gpointer user_data, guint64 id, const char *crowded)
{
  Delivery *delivery = user_data;
  g_mutex_lock (&delivery->lock);
  g_hash_table_remove (delivery->active, &id);
  g_mutex_unlock (&delivery->lock);
  delivery->n_active = g_hash_table_size (delivery->active);
  if (crowded != NULL && !delivery->is_ending)
    {
      g_hash_table_add (delivery->parked, g_memdup2 (&id, sizeof id));
      destinations_park (delivery->means.remote.destinations, crowded, id);
    }
  if (!delivery->is_ending)
    look_further (delivery);
  tell_end (delivery);
}

static void
start_message (Delivery *delivery, const DeliveryMessageFacts *facts)
{
  guint64 id = facts->id;
  DeliveryMessage *message
      = delivery_message_start (&delivery->means, facts, on_message_done, delivery);
  g_mutex_lock (&delivery->lock);
  g_hash_table_insert (delivery->active, g_memdup2 (&id, sizeof id), message);
  g_mutex_unlock (&delivery->lock);
  delivery->n_active = g_hash_table_size (delivery->active);
}

/* A message that gave way may come. */
static gboolean
on_call (gpointer user_data, guint64 id, const char *name, const char *trouble)
{
  Delivery *delivery = user_data;
  DeliveryMessageFacts facts = { id, trouble != NULL ? name : NULL, trouble };
  if (g_hash_table_size (delivery->active) >= MESSAGES_MAX || delivery->is_ending)
    return FALSE;
  g_hash_table_remove (delivery->parked, &id);
  start_message (delivery, &facts);
  return TRUE;
}

static void
scan (gpointer data)
{
  Scan *scan = data;
  Queue *queue = scan->delivery->means.queue;
  g_autoptr (GError) error = NULL;
  scan->began_us = g_get_monotonic_time ();
  scan->now = g_get_real_time () / G_USEC_PER_SEC;
  if (scan->takes_up && !queue_take_up (queue, &error))
    {
      g_warning ("%s", error->message);
      g_clear_error (&error);
    }
  scan->due = queue_due (queue, scan->after, scan->now, scan->limit, &error);
  if (error != NULL)
    g_warning ("%s", error->message);
  scan->next_due = queue_next_due (queue, scan->now);
  scan->ended_us = g_get_monotonic_time ();
}

static void
on_clock (uv_timer_t *clock)
{
  Delivery *delivery = clock->data;
  delivery->owes_whole = TRUE;
  start_scan (delivery);
}

static void
set_clock (Delivery *delivery, const Scan *scan)
{
  gint64 wait_ms = CLAMP (scan->next_due - scan->now, 1, SCAN_INTERVAL_MS / 1000) * 1000;
  if (delivery->owes_whole)
    wait_ms = MIN (wait_ms, (delivery->whole_after_us - scan->ended_us) / 1000);
  uv_timer_start (&delivery->clock, on_clock, (guint64) MAX (wait_ms, 1), 0);
}

/* Takes those that are due and not known yet, as long as there are places for them. */
static void
take (Delivery *delivery, const GArray *due)
{
  for (guint i = 0; i < due->len; i++)
    {
      QueuePlace place = g_array_index (due, QueuePlace, i);
      DeliveryMessageFacts facts = { .id = place.id };
      if (!g_hash_table_contains (delivery->active, &place.id)
          && !g_hash_table_contains (delivery->parked, &place.id))
        {
          if (g_hash_table_size (delivery->active) >= MESSAGES_MAX)
            {
              delivery->has_more = TRUE;
              return;
            }
          start_message (delivery, &facts);
        }
      delivery->place = place;
    }
}

static void
after_scan (gpointer data)
{
  g_autofree Scan *scan = data;
  g_autoptr (GArray) due = scan->due;
  Delivery *delivery = scan->delivery;
  delivery->is_scanning = FALSE;
  if (delivery->is_ending)
    {
      tell_end (delivery);
      return;
    }

  if (scan->is_whole)
    delivery->whole_after_us
        = scan->ended_us + WHOLE_LOOK_SHARE * (scan->ended_us - scan->began_us);
  delivery->place = scan->after;
  delivery->has_more = due != NULL && due->len == scan->limit;
  if (due != NULL)
    take (delivery, due);
  set_clock (delivery, scan);
  if (delivery->is_nudged)
    start_scan (delivery);
}

static void
start_scan (Delivery *delivery)
{
  if (delivery->is_ending)
    return;
  if (delivery->is_scanning)
    {
      delivery->is_nudged = TRUE;
      return;
    }
  delivery->is_scanning = TRUE;
  delivery->is_nudged = FALSE;
  Scan *look = g_new0 (Scan, 1);
  look->delivery = delivery;
  gint64 now_us = g_get_monotonic_time ();
  look->takes_up = now_us >= delivery->take_up_after_us;
  if (look->takes_up)
    delivery->take_up_after_us = now_us + SCAN_INTERVAL_MS * G_TIME_SPAN_MILLISECOND;
  look->is_whole = delivery->owes_whole && now_us >= delivery->whole_after_us;
  look->limit = MESSAGES_MAX + 1; /* one more tells that there are more */
  if (look->is_whole)
    {
      /* Those under way, and those that are parked, are due, too. */
      look->limit += g_hash_table_size (delivery->active) + g_hash_table_size (delivery->parked);
      delivery->owes_whole = FALSE;
    }
  else
    look->after = delivery->place;
  worker_block (delivery->means.worker, scan, after_scan, look);
}

static void
on_wake (uv_poll_t *wake, int status, int events)
{
  Delivery *delivery = wake->data;
  queue_wake_clear (delivery->means.queue);
  delivery->owes_whole = TRUE;
  /* While all places are taken, a look would find nothing to do: has_more is looked after when one
   * becomes free. */
  if (g_hash_table_size (delivery->active) < MESSAGES_MAX)
    start_scan (delivery);
  else
    delivery->has_more = TRUE;
}

/* --- Beginning and end --- */

typedef struct
{
  Delivery *delivery;
  const char *resolver;
  int wake_fd;
  GError *error; /* (owned) */
} Beginning;

static void
begin (gpointer data)
{
  Beginning *beginning = data;
  Delivery *delivery = beginning->delivery;
  uv_loop_t *loop = worker_loop (delivery->means.worker);
  delivery->means.remote.dns
      = dns_new (delivery->means.worker, beginning->resolver, &beginning->error);
  if (delivery->means.remote.dns == NULL)
    return;
  uv_timer_init (loop, &delivery->clock);
  delivery->clock.data = delivery;
  delivery->open_handles = 1;
  if (uv_poll_init (loop, &delivery->wake, beginning->wake_fd) == 0)
    {
      delivery->wake.data = delivery;
      delivery->open_handles = 2;
      uv_poll_start (&delivery->wake, UV_READABLE, on_wake);
    }
  start_scan (delivery);
}

static gboolean
start (Delivery *delivery, const char *resolver, GError **error)
{
  DeliveryMeans *means = &delivery->means;
  Beginning beginning = { .delivery = delivery, .resolver = resolver };
  beginning.wake_fd = queue_wake_fd (means->queue, error);
  if (beginning.wake_fd < 0 || !queue_clean (means->queue, error))
    return FALSE;
  means->worker = worker_new ("delivery", error);
  if (means->worker == NULL)
    return FALSE;
  means->reader = due_reader_new (means->worker, means->queue);
  means->remote.sessions.worker = means->worker;
  means->remote.sessions.secrets = host_secrets_new (means->worker, means->counters);
  worker_call (means->worker, begin, &beginning);
  if (beginning.error != NULL)
    g_propagate_error (error, beginning.error);
  return beginning.error == NULL;
}

static void
delivery_clear (Delivery *delivery)
{
  DeliveryMeans *means = &delivery->means;
  worker_free (means->worker);
  due_reader_free (means->reader);
  report_recipients_free (means->report_recipients);
  users_free (means->users);
  quota_free (means->quota);
  policy_holder_free (means->policy);
  destinations_free (means->remote.destinations);
  session_pool_free (means->remote.pool);
  host_secrets_free (means->remote.sessions.secrets);
  trust_free (means->remote.sessions.trust);
  g_hash_table_unref (delivery->active);
  g_hash_table_unref (delivery->parked);
  g_mutex_clear (&delivery->lock);
  g_cond_clear (&delivery->ended);
  g_free (delivery->state_dir);
  g_free (delivery);
}

Delivery *
delivery_new (Queue *queue,
              const DeliveryOptions *options,
              const Settings *settings,
              GError **error)
{
  Delivery *delivery = g_new0 (Delivery, 1);
  delivery->state_dir = g_strdup (options->state_dir);
  delivery->active = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  delivery->parked = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_mutex_init (&delivery->lock);
  g_cond_init (&delivery->ended);
  delivery->means = (DeliveryMeans){ .queue = queue,
                                     .policy = policy_holder_new (settings),
                                     .users = users_new (),
                                     .quota = quota_new (),
                                     .state_dir = delivery->state_dir,
                                     .counters = &delivery->counters };
  delivery->means.report_recipients = report_recipients_new (delivery->means.users);
  delivery->means.remote
      = (DeliverRemoteMeans){ .port = options->exchanger_port,
                              .pool = session_pool_new (),
                              .destinations = destinations_new (on_call, delivery) };
  delivery->means.remote.sessions
      = (RemoteSessionMeans){ .trust = trust_new (), .counters = &delivery->counters };
  trust_apply (delivery->means.remote.sessions.trust, settings->smtp.delivery.ca_file);
  if (start (delivery, options->resolver, error))
    return delivery;
  delivery_clear (delivery);
  return NULL;
}

static void
on_handle_closed (uv_handle_t *handle)
{
  Delivery *delivery = handle->data;
  delivery->open_handles--;
  tell_end (delivery);
}

static void
end (gpointer data)
{
  Delivery *delivery = data;
  GHashTableIter iter;
  gpointer message;
  delivery->is_ending = TRUE;
  if (delivery->open_handles == 2)
    uv_close ((uv_handle_t *) &delivery->wake, on_handle_closed);
  uv_close ((uv_handle_t *) &delivery->clock, on_handle_closed);
  g_hash_table_iter_init (&iter, delivery->active);
  while (g_hash_table_iter_next (&iter, NULL, &message))
    delivery_message_cancel (message);
  destinations_send_home (delivery->means.remote.destinations,
                          "451 4.3.2 interrupted: this server is ending");
  session_pool_close (delivery->means.remote.pool);
  host_secrets_stop (delivery->means.remote.sessions.secrets);
  dns_free (delivery->means.remote.dns);
}

void
delivery_free (Delivery *delivery)
{
  if (delivery == NULL)
    return;
  worker_call (delivery->means.worker, end, delivery);
  g_mutex_lock (&delivery->lock);
  while (!delivery->has_ended)
    g_cond_wait (&delivery->ended, &delivery->lock);
  g_mutex_unlock (&delivery->lock);
  delivery_clear (delivery);
}

void
delivery_apply (Delivery *delivery, const Settings *settings)
{
  trust_apply (delivery->means.remote.sessions.trust, settings->smtp.delivery.ca_file);
  policy_holder_publish (delivery->means.policy, settings);
}

guint
delivery_count_active (Delivery *delivery)
{
  return delivery->n_active;
}

gboolean
delivery_is_active (Delivery *delivery, guint64 id)
{
  g_mutex_lock (&delivery->lock);
  gboolean is_active = g_hash_table_contains (delivery->active, &id);
  g_mutex_unlock (&delivery->lock);
  return is_active;
}

static void
add_secret_trouble (const char *row, GStrvBuilder *troubles)
{
  g_auto (HostCredential) credential = { 0 };

  if (!host_credential_parse (row, &credential) || g_access (credential.secret_file, R_OK) == 0)
    return;
  const char *reason = g_strerror (errno);
  g_autofree char *host = g_strndup (row, strcspn (row, " "));
  g_autofree char *trouble
      = g_strdup_printf ("there is no log-on to %s: %s: %s", host, credential.secret_file, reason);
  g_strv_builder_add (troubles, trouble);
}

void
delivery_troubles (Delivery *delivery, GStrvBuilder *troubles)
{
  g_autoptr (Policy) policy = policy_holder_get (delivery->means.policy);
  char **rows = policy->settings->smtp.delivery.credentials;

  trust_troubles (delivery->means.remote.sessions.trust, troubles);
  for (guint i = 0; rows[i] != NULL; i++)
    add_secret_trouble (rows[i], troubles);
}

const DeliveryCounters *
delivery_counters (Delivery *delivery)
{
  return &delivery->counters;
}
