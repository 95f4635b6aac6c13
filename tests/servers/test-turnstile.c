/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/turnstile.h"

#include <string.h>

#define THREADS 4
#define JOBS 50

/* Work that stands still until it is let go, and what is known of it. */
typedef struct
{
  Worker *worker;
  Turnstile *turnstile;
  GMutex lock;
  GCond changed;
  GString *begun; /* the letters of the jobs, in the order in which they began */
  guint may_end;  /* so many of them */
  guint ended;
  guint done; /* those whose end the worker knows */
} Fixture;

typedef struct
{
  Fixture *fixture;
  char letter;
} Job;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_mutex_init (&fixture->lock);
  g_cond_init (&fixture->changed);
  fixture->begun = g_string_new (NULL);
  fixture->worker = worker_new ("test", &error);
  g_assert_no_error (error);
  fixture->turnstile = turnstile_new ("test-turn", THREADS);
}

static void
let_end (Fixture *fixture, guint jobs)
{
  g_mutex_lock (&fixture->lock);
  fixture->may_end += jobs;
  g_cond_broadcast (&fixture->changed);
  g_mutex_unlock (&fixture->lock);
}

/* @jobs: so many have passed in all */
static void
tear_down (Fixture *fixture, guint jobs)
{
  let_end (fixture, jobs);
  turnstile_free (fixture->turnstile);
  worker_free (fixture->worker);
  g_assert_cmpuint (fixture->done, ==, jobs);
  g_string_free (fixture->begun, TRUE);
  g_cond_clear (&fixture->changed);
  g_mutex_clear (&fixture->lock);
}

static void
stand_still (gpointer data)
{
  Job *job = data;
  Fixture *fixture = job->fixture;

  g_assert_false (worker_is_current (fixture->worker));
  g_mutex_lock (&fixture->lock);
  g_string_append_c (fixture->begun, job->letter);
  g_cond_broadcast (&fixture->changed);
  while (fixture->ended >= fixture->may_end)
    g_cond_wait (&fixture->changed, &fixture->lock);
  fixture->ended++;
  g_mutex_unlock (&fixture->lock);
}

static void
note_done (gpointer data)
{
  g_autofree Job *job = data;

  g_assert_true (worker_is_current (job->fixture->worker));
  job->fixture->done++;
}

static void
pass (Fixture *fixture, const char *client, char letter)
{
  Job *data = g_new (Job, 1);
  IpAddress address;
  TurnstileJob job = { stand_still, note_done, data };

  *data = (Job){ fixture, letter };
  g_assert_true (ip_address_parse (client, &address));
  turnstile_pass (fixture->turnstile, fixture->worker, &address, &job);
}

static void
wait_for_begun (Fixture *fixture, const char *letters)
{
  g_mutex_lock (&fixture->lock);
  while (fixture->begun->len < strlen (letters))
    g_cond_wait (&fixture->changed, &fixture->lock);
  g_assert_cmpstr (fixture->begun->str, ==, letters);
  g_mutex_unlock (&fixture->lock);
}

/* One client's work never takes more than half of the threads; so another's begins at once. */
static void
test_share (Fixture *fixture, gconstpointer unused)
{
  for (guint i = 0; i < JOBS; i++)
    pass (fixture, i % 2 == 0 ? "2001:db8::1" : "2001:db8::2:2", 'a');
  wait_for_begun (fixture, "aa");
  pass (fixture, "2001:db8:0:1::1", 'b');
  wait_for_begun (fixture, "aab");
  pass (fixture, "192.0.2.1", 'c');
  wait_for_begun (fixture, "aabc");
  tear_down (fixture, JOBS + 2);
}

/* Clients take turns, however long the line of one of them is. */
static void
test_turns (Fixture *fixture, gconstpointer unused)
{
  for (guint i = 0; i < THREADS; i++)
    pass (fixture, i % 2 == 0 ? "192.0.2.1" : "192.0.2.2", 'x');
  wait_for_begun (fixture, "xxxx");
  for (guint i = 0; i < 3; i++)
    pass (fixture, "192.0.2.8", 'a');
  pass (fixture, "192.0.2.9", 'b');
  pass (fixture, "192.0.2.10", 'c');

  let_end (fixture, 1);
  wait_for_begun (fixture, "xxxxa");
  let_end (fixture, 1);
  wait_for_begun (fixture, "xxxxab");
  let_end (fixture, 1);
  wait_for_begun (fixture, "xxxxabc");
  let_end (fixture, 1);
  wait_for_begun (fixture, "xxxxabca");
  tear_down (fixture, THREADS + 5);
}

/* What waits at the end is done, too. */
static void
test_end (Fixture *fixture, gconstpointer unused)
{
  for (guint i = 0; i < JOBS; i++)
    pass (fixture, "192.0.2.1", 'a');
  tear_down (fixture, JOBS);
}

static void
leave (Fixture *fixture, gconstpointer unused)
{
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/turnstile/share", Fixture, NULL, set_up, test_share, leave);
  g_test_add ("/turnstile/turns", Fixture, NULL, set_up, test_turns, leave);
  g_test_add ("/turnstile/end", Fixture, NULL, set_up, test_end, leave);
  return g_test_run ();
}
