/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/worker.h"

#define POSTS 10000
#define THREADS 4

typedef struct
{
  Worker *worker;
  GArray *seen; /* (element-type guint) */
  guint last[THREADS];
  guint count;
} Record;

typedef struct
{
  Record *record;
  guint thread;
  guint number;
} Post;

static Worker *
new_worker (void)
{
  g_autoptr (GError) error = NULL;
  Worker *worker = worker_new ("test", &error);
  g_assert_no_error (error);
  return worker;
}

static void
see_post (gpointer data)
{
  g_autofree Post *post = data;

  g_assert_true (worker_is_current (post->record->worker));
  g_assert_cmpuint (post->number, ==, post->record->last[post->thread] + 1);
  post->record->last[post->thread] = post->number;
  post->record->count++;
}

static gpointer
post_many (gpointer data)
{
  g_autofree Post *first = data;

  for (guint number = 1; number <= POSTS; number++)
    {
      Post *post = g_new (Post, 1);
      *post = (Post){ first->record, first->thread, number };
      worker_post (first->record->worker, see_post, post);
    }

  return NULL;
}

/* Each thread's tasks run in their order, and none is lost, also not at the end. */
static void
test_post (void)
{
  Record record = { .worker = new_worker () };
  GThread *threads[THREADS];

  for (guint i = 0; i < THREADS; i++)
    {
      Post *first = g_new0 (Post, 1);
      *first = (Post){ &record, i, 0 };
      threads[i] = g_thread_new ("poster", post_many, first);
    }
  for (guint i = 0; i < THREADS; i++)
    g_thread_join (threads[i]);
  worker_free (record.worker);

  g_assert_cmpuint (record.count, ==, THREADS * POSTS);
}

static void
note_call (gpointer data)
{
  Record *record = data;
  g_assert_true (worker_is_current (record->worker));
  record->count++;
}

static void
test_call (void)
{
  Record record = { .worker = new_worker () };

  g_assert_false (worker_is_current (record.worker));
  for (guint i = 1; i <= 100; i++)
    {
      worker_call (record.worker, note_call, &record);
      g_assert_cmpuint (record.count, ==, i);
    }
  worker_free (record.worker);
}

static void
block (gpointer data)
{
  Record *record = data;
  g_assert_false (worker_is_current (record->worker));
  record->last[0] = 7;
}

static void
block_done (gpointer data)
{
  Record *record = data;
  g_assert_true (worker_is_current (record->worker));
  g_assert_cmpuint (record->last[0], ==, 7);
  record->count++;
}

static void
begin_blocking (gpointer data)
{
  Record *record = data;
  worker_block (record->worker, block, block_done, record);
}

/* The end waits for work in the thread pool. */
static void
test_block (void)
{
  Record record = { .worker = new_worker () };

  worker_call (record.worker, begin_blocking, &record);
  worker_free (record.worker);
  g_assert_cmpuint (record.count, ==, 1);
}

static void
count_down (gpointer data)
{
  Record *record = data;
  if (++record->count < 100)
    worker_at_turn_end (record->worker, count_down, record);
}

static void
begin_turns (gpointer data)
{
  Record *record = data;
  worker_at_turn_end (record->worker, count_down, record);
  g_assert_cmpuint (record->count, ==, 0);
}

/* What is to be done at the end of a turn is done without anything else happening. */
static void
test_turn_end (void)
{
  Record record = { .worker = new_worker () };

  worker_call (record.worker, begin_turns, &record);
  worker_free (record.worker);
  g_assert_cmpuint (record.count, ==, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/worker/post", test_post);
  g_test_add_func ("/worker/call", test_call);
  g_test_add_func ("/worker/block", test_block);
  g_test_add_func ("/worker/turn-end", test_turn_end);
  return g_test_run ();
}
