/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/deadline.h"

#define MANY 1000

typedef struct
{
  DeadlineQueue queue;
  Deadline deadline;
  guint passed; /* how many times */
  guint again;  /* sets the deadline so many times more when it passes */
} Fixture;

static void
on_passed (gpointer data)
{
  Fixture *fixture = data;

  fixture->passed++;
  if (fixture->again > 0)
    {
      fixture->again--;
      deadline_set (&fixture->deadline, 1);
    }
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  fixture->queue.now_ms = 1000;
  deadline_init (&fixture->deadline, &fixture->queue, on_passed, fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  deadline_clear (&fixture->deadline);
  g_assert_cmpint (deadline_queue_wait_ms (&fixture->queue), ==, -1);
  deadline_queue_close (&fixture->queue);
}

/* At @ms after the beginning, it has passed @passed times. */
static void
check_at (Fixture *fixture, guint64 ms, guint passed)
{
  fixture->queue.now_ms = 1000 + ms;
  deadline_queue_run (&fixture->queue);
  g_assert_cmpuint (fixture->passed, ==, passed);
}

static void
test_passes (Fixture *fixture, gconstpointer unused)
{
  deadline_set (&fixture->deadline, 20);
  g_assert_cmpint (deadline_queue_wait_ms (&fixture->queue), ==, 20);
  check_at (fixture, 19, 0);
  g_assert_cmpint (deadline_queue_wait_ms (&fixture->queue), ==, 1);
  check_at (fixture, 20, 1);
  g_assert_cmpint (deadline_queue_wait_ms (&fixture->queue), ==, -1);
  check_at (fixture, 40, 1);
}

/* The queue is looked after at the former time, and nothing passes before the new one. */
static void
test_put_off (Fixture *fixture, gconstpointer unused)
{
  deadline_set (&fixture->deadline, 5);
  deadline_set (&fixture->deadline, 40);
  g_assert_cmpint (deadline_queue_wait_ms (&fixture->queue), ==, 5);
  check_at (fixture, 5, 0);
  g_assert_cmpint (deadline_queue_wait_ms (&fixture->queue), ==, 35);
  check_at (fixture, 40, 1);
}

static void
test_moved_nearer (Fixture *fixture, gconstpointer unused)
{
  deadline_set (&fixture->deadline, 100000);
  deadline_set (&fixture->deadline, 5);
  g_assert_cmpint (deadline_queue_wait_ms (&fixture->queue), ==, 5);
  check_at (fixture, 5, 1);
  check_at (fixture, 100000, 1);
}

static void
test_none (Fixture *fixture, gconstpointer unused)
{
  deadline_set (&fixture->deadline, 5);
  deadline_set (&fixture->deadline, 0);
  check_at (fixture, 100, 0);
}

static void
test_cleared (Fixture *fixture, gconstpointer unused)
{
  deadline_set (&fixture->deadline, 5);
  deadline_clear (&fixture->deadline);
  g_assert_cmpint (deadline_queue_wait_ms (&fixture->queue), ==, -1);
  check_at (fixture, 100, 0);
}

static void
test_again (Fixture *fixture, gconstpointer unused)
{
  fixture->again = 3;
  deadline_set (&fixture->deadline, 1);
  for (guint ms = 1; ms <= 10; ms++)
    check_at (fixture, ms, MIN (ms, 4));
}

/* --- Many of them --- */

typedef struct
{
  Deadline deadline;
  guint64 at; /* 0: it is not to pass */
  gboolean has_passed;
} Member;

static void
on_member_passed (gpointer data)
{
  Member *member = data;

  g_assert_false (member->has_passed);
  g_assert_cmpuint (member->deadline.queue->now_ms, ==, member->at);
  member->has_passed = TRUE;
}

/* Whatever is set, put off, moved nearer or cleared, each one passes at its time and no other. */
static void
test_many (Fixture *fixture, gconstpointer unused)
{
  g_autofree Member *members = g_new0 (Member, MANY);

  for (guint i = 0; i < MANY; i++)
    deadline_init (&members[i].deadline, &fixture->queue, on_member_passed, &members[i]);
  for (guint i = 0; i < 10 * MANY; i++)
    {
      Member *member = &members[g_test_rand_int_range (0, MANY)];
      guint64 after_ms = (guint64) g_test_rand_int_range (0, 500);
      member->at = after_ms == 0 ? 0 : fixture->queue.now_ms + after_ms;
      if (after_ms == 0)
        deadline_clear (&member->deadline);
      else
        deadline_set (&member->deadline, after_ms);
    }
  for (guint64 ms = 1; ms <= 500; ms++)
    check_at (fixture, ms, 0);

  for (guint i = 0; i < MANY; i++)
    g_assert_cmpint (members[i].has_passed, ==, members[i].at > 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/deadline/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("passes", test_passes);
  ADD ("put-off", test_put_off);
  ADD ("moved-nearer", test_moved_nearer);
  ADD ("none", test_none);
  ADD ("cleared", test_cleared);
  ADD ("again", test_again);
  ADD ("many", test_many);
  return g_test_run ();
}
