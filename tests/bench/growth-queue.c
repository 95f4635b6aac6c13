/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/growth.h"

#include "servers/queue/queue.h"

#include <gio/gio.h>
#include <string.h>

/* Of each operation. */
#define ROUNDS 200

/* So many are due, and settled. */
#define TOGETHER 2000

/* So many messages may be on their way in. */
#define FLIGHT_MAX 1000

/* None is due before that, so that the next one is always to be looked for. */
#define DUE_IN_SECONDS 3600

/* Short: it is their number that matters here. */
static const char CONTENT[] = "Subject: one of many\r\n\r\nNothing.\r\n";

typedef struct
{
  Queue *queue;
  GrowthCalls calls;
  gint64 now; /* seconds since 1970 */
} Probe;

static void
added (gpointer user_data, guint64 id, const GError *error)
{
  growth_calls_add (user_data, error);
}

static void
settled (gpointer user_data, gboolean gone, const GError *error)
{
  growth_calls_add (user_data, error);
}

static guint64
add (Probe *probe, gint64 next_attempt)
{
  guint64 id = queue_reserve_id (probe->queue);
  Envelope *envelope = envelope_new ("bench@bench.example");
  QueueBody *body = queue_body_new (probe->queue);
  envelope->id = id;
  envelope->next_attempt = next_attempt;
  envelope_add_recipient (envelope, "ann@elsewhere.example");
  if (!queue_body_append (body, CONTENT, strlen (CONTENT), NULL))
    g_error ("a body can't be made");
  queue_add (probe->queue, envelope, body, added, &probe->calls);
  return id;
}

static void
fill (Probe *probe, guint n)
{
  guint before = probe->calls.n;
  for (guint i = 0; i < n; i++)
    {
      add (probe, probe->now + DUE_IN_SECONDS + growth_scatter (i) % DUE_IN_SECONDS);
      if (i >= FLIGHT_MAX)
        growth_calls_wait (&probe->calls, before + i - FLIGHT_MAX);
    }
  growth_calls_wait (&probe->calls, before + n);
  queue_await_journal (probe->queue);
}

static double
next_due_ns (Probe *probe)
{
  gint64 begun = g_get_monotonic_time ();
  for (guint i = 0; i < ROUNDS; i++)
    queue_next_due (probe->queue, probe->now);
  return (g_get_monotonic_time () - begun) * 1000.0 / ROUNDS;
}

static void
measure_adding (Probe *probe, Figures *figures)
{
  guint before = probe->calls.n;
  gint64 begun = g_get_monotonic_time ();
  for (guint i = 0; i < ROUNDS; i++)
    {
      add (probe, probe->now);
      growth_calls_wait (&probe->calls, before + i + 1);
    }
  figures_real (figures, "add_ns", (g_get_monotonic_time () - begun) * 1000.0 / ROUNDS);
  for (guint i = ROUNDS; i < TOGETHER; i++)
    add (probe, probe->now);
  growth_calls_wait (&probe->calls, before + TOGETHER);
  queue_await_journal (probe->queue);
}

/* Finds what is due, and settles it, so that the queue is as long as before. Together, as the queue
 * lets a settling wait for company. */
static gboolean
measure_settling (Probe *probe, Figures *figures, GError **error)
{
  guint before = probe->calls.n;
  gint64 begun = g_get_monotonic_time ();
  g_autoptr (GArray) due = queue_due (probe->queue, (QueuePlace){ 0 }, probe->now, TOGETHER, error);
  gint64 found = g_get_monotonic_time ();
  if (!due)
    return FALSE;
  g_assert (due->len == TOGETHER);
  for (guint i = 0; i < due->len; i++)
    {
      guint64 id = g_array_index (due, QueuePlace, i).id;
      g_autoptr (Envelope) envelope = queue_envelope (probe->queue, id, error);
      if (!envelope)
        return FALSE;
      recipient_settle (envelope_recipient (envelope, 0), RECIPIENT_DELIVERED, NULL);
      queue_settle (probe->queue, envelope, NULL, NULL, settled, &probe->calls);
    }
  growth_calls_wait (&probe->calls, before + due->len);
  gint64 ended = g_get_monotonic_time ();
  figures_real (figures, "due_ns", (found - begun) * 1000.0 / TOGETHER);
  figures_real (figures, "settle_ns", (ended - found) * 1000.0 / TOGETHER);
  return TRUE;
}

gboolean
growth_queue (const Growth *growth, GError **error)
{
  Probe probe = { .now = g_get_real_time () / G_USEC_PER_SEC };
  guint there = 0;
  g_autofree char *folder = g_build_filename (growth->folder, "queue", NULL);
  g_autoptr (Queue) queue = queue_open (folder, error);
  if (!queue || !queue_use_journal (queue, error))
    return FALSE;
  probe.queue = queue;
  for (guint n = 0; n <= growth->most; n = growth_next (n))
    {
      gint64 begun = g_get_monotonic_time ();
      fill (&probe, n - there);
      there = n;
      figures_row (growth->figures);
      figures_count (growth->figures, "n", queue_count (queue));
      figures_real (growth->figures, "fill_ms", (g_get_monotonic_time () - begun) / 1e3);
      figures_real (growth->figures, "next_due_ns", next_due_ns (&probe));
      measure_adding (&probe, growth->figures);
      if (!measure_settling (&probe, growth->figures, error))
        return FALSE;
      figures_count (growth->figures, "bytes", growth_folder_bytes (folder));
      figures_row_end (growth->figures);
    }
  if (probe.calls.n_failed > 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the queue has failed %u times",
                 probe.calls.n_failed);
  return probe.calls.n_failed == 0;
}
