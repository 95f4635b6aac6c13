/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/turnstile.h"

#include <string.h>

/* More than a few processors need, since PAM may wait for a directory far away. */
#define THREADS_MIN 4
#define THREADS_MAX 16

/* Those who wait with a client's address. */
typedef struct
{
  IpAddress address; /* the key: of the client's link */
  GQueue waiting;    /* (element-type Passage) (owned) */
  guint running;
  gboolean is_in_turn; /* it stands in Turnstile.turns */
} Line;

typedef struct
{
  TurnstileJob job;
  Worker *worker; /* (unowned) */
} Passage;

struct _Turnstile
{
  GPtrArray *threads; /* (owned) (element-type GThread) */
  guint line_max;     /* so many of a line run at once */
  GMutex lock;        /* of all below */
  GCond changed;
  GHashTable *lines; /* (owned) (element-type Line) a set: those with anybody in them */
  GQueue turns;      /* (element-type Line) those that may send somebody through, in their order */
  guint idle;        /* threads that wait */
  gboolean is_ending;
};

static guint
line_hash (gconstpointer data)
{
  guint64 halves[2];

  memcpy (halves, ((const Line *) data)->address.bytes, sizeof halves);
  return g_int64_hash (&halves[0]) * 31 + g_int64_hash (&halves[1]);
}

static gboolean
line_equal (gconstpointer a, gconstpointer b)
{
  return ip_address_equal (&((const Line *) a)->address, &((const Line *) b)->address);
}

/* --- With the lock held --- */

static Line *
find_line (Turnstile *turnstile, const IpAddress *address)
{
  Line key = { .address = ip_address_link (address) };
  Line *line = g_hash_table_lookup (turnstile->lines, &key);

  if (line != NULL)
    return line;
  line = g_new0 (Line, 1);
  line->address = key.address;
  g_hash_table_add (turnstile->lines, line);
  return line;
}

/* Puts the line where it belongs, after something about it has changed. */
static void
arrange (Turnstile *turnstile, Line *line)
{
  gboolean is_empty = g_queue_is_empty (&line->waiting);

  if (is_empty && line->running == 0)
    g_hash_table_remove (turnstile->lines, line);
  else if (!is_empty && !line->is_in_turn && line->running < turnstile->line_max)
    {
      line->is_in_turn = TRUE;
      g_queue_push_tail (&turnstile->turns, line);
      if (turnstile->idle > 0) /* a signal to nobody is a system call all the same */
        g_cond_signal (&turnstile->changed);
    }
}

/* Returns: (transfer full) (nullable): whoever is next; %NULL when nobody comes any more */
static Passage *
take (Turnstile *turnstile, Line **line)
{
  Passage *passage;

  while (g_queue_is_empty (&turnstile->turns))
    {
      /* Of a line that has its share, one who leaves calls the next. */
      if (turnstile->is_ending && g_hash_table_size (turnstile->lines) == 0)
        return NULL;
      turnstile->idle++;
      g_cond_wait (&turnstile->changed, &turnstile->lock);
      turnstile->idle--;
    }
  *line = g_queue_pop_head (&turnstile->turns);
  (*line)->is_in_turn = FALSE;
  (*line)->running++;
  passage = g_queue_pop_head (&(*line)->waiting);
  arrange (turnstile, *line);
  return passage;
}

static void
leave (Turnstile *turnstile, Line *line)
{
  line->running--;
  arrange (turnstile, line);
  if (turnstile->is_ending)
    g_cond_broadcast (&turnstile->changed);
}

/* --- The threads --- */

static gpointer
run (gpointer data)
{
  Turnstile *turnstile = data;
  Passage *passage;
  Line *line;

  g_mutex_lock (&turnstile->lock);
  while ((passage = take (turnstile, &line)) != NULL)
    {
      g_mutex_unlock (&turnstile->lock);
      passage->job.work (passage->job.data);
      if (passage->job.done != NULL)
        worker_post (passage->worker, passage->job.done, passage->job.data);
      g_free (passage);
      g_mutex_lock (&turnstile->lock);
      leave (turnstile, line);
    }
  g_mutex_unlock (&turnstile->lock);
  return NULL;
}

/* --- What others call --- */

Turnstile *
turnstile_new (const char *name, guint n_threads)
{
  Turnstile *turnstile = g_new0 (Turnstile, 1);

  if (n_threads == 0)
    n_threads = CLAMP (g_get_num_processors (), THREADS_MIN, THREADS_MAX);
  g_mutex_init (&turnstile->lock);
  g_cond_init (&turnstile->changed);
  g_queue_init (&turnstile->turns);
  turnstile->lines = g_hash_table_new_full (line_hash, line_equal, g_free, NULL);
  turnstile->line_max = MAX (n_threads / 2, 1);
  turnstile->threads = g_ptr_array_new ();
  for (guint i = 0; i < n_threads; i++)
    g_ptr_array_add (turnstile->threads, g_thread_new (name, run, turnstile));
  return turnstile;
}

void
turnstile_free (Turnstile *turnstile)
{
  if (turnstile == NULL)
    return;

  g_mutex_lock (&turnstile->lock);
  turnstile->is_ending = TRUE;
  g_cond_broadcast (&turnstile->changed);
  g_mutex_unlock (&turnstile->lock);
  for (guint i = 0; i < turnstile->threads->len; i++)
    g_thread_join (g_ptr_array_index (turnstile->threads, i));

  g_ptr_array_unref (turnstile->threads);
  g_hash_table_unref (turnstile->lines);
  g_cond_clear (&turnstile->changed);
  g_mutex_clear (&turnstile->lock);
  g_free (turnstile);
}

void
turnstile_pass (Turnstile *turnstile,
                Worker *worker,
                const IpAddress *address,
                const TurnstileJob *job)
{
  Passage *passage = g_new (Passage, 1);
  Line *line;

  *passage = (Passage){ *job, worker };
  g_mutex_lock (&turnstile->lock);
  line = find_line (turnstile, address);
  g_queue_push_tail (&line->waiting, passage);
  arrange (turnstile, line);
  g_mutex_unlock (&turnstile->lock);
}
