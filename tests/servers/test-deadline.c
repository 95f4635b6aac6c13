/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/deadline.h"

typedef struct
{
  Deadline deadline;
  uv_timer_t earlier; /* to see that a deadline has not passed by then */
  uv_loop_t loop;
  GString *events;
  guint again; /* sets the deadline so many times more when it passes */
} Fixture;

static void
on_closed (uv_handle_t *handle)
{
}

static void
on_passed (gpointer data)
{
  Fixture *fixture = data;

  g_string_append (fixture->events, "passed ");
  if (fixture->again > 0)
    {
      fixture->again--;
      deadline_set (&fixture->deadline, 1);
    }
}

static void
on_earlier (uv_timer_t *timer)
{
  Fixture *fixture = timer->data;
  g_string_append (fixture->events, "earlier ");
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_assert_cmpint (uv_loop_init (&fixture->loop), ==, 0);
  fixture->events = g_string_new (NULL);
  uv_timer_init (&fixture->loop, &fixture->earlier);
  fixture->earlier.data = fixture;
  deadline_init (&fixture->deadline, &fixture->loop, on_passed, fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  uv_close ((uv_handle_t *) &fixture->earlier, on_closed);
  deadline_close (&fixture->deadline, on_closed);
  uv_run (&fixture->loop, UV_RUN_DEFAULT);
  g_assert_cmpint (uv_loop_close (&fixture->loop), ==, 0);
  g_string_free (fixture->events, TRUE);
}

static void
check_events (Fixture *fixture, const char *expected)
{
  uv_run (&fixture->loop, UV_RUN_DEFAULT);
  g_assert_cmpstr (fixture->events->str, ==, expected);
}

static void
test_passes (Fixture *fixture, gconstpointer unused)
{
  uv_timer_start (&fixture->earlier, on_earlier, 5, 0);
  deadline_set (&fixture->deadline, 20);
  check_events (fixture, "earlier passed ");
}

/* The timer fires at the former time, and nothing passes before the new one. */
static void
test_put_off (Fixture *fixture, gconstpointer unused)
{
  uv_timer_start (&fixture->earlier, on_earlier, 20, 0);
  deadline_set (&fixture->deadline, 5);
  deadline_set (&fixture->deadline, 40);
  check_events (fixture, "earlier passed ");
}

static void
test_moved_nearer (Fixture *fixture, gconstpointer unused)
{
  uv_timer_start (&fixture->earlier, on_earlier, 30, 0);
  deadline_set (&fixture->deadline, 100000);
  deadline_set (&fixture->deadline, 5);
  check_events (fixture, "passed earlier ");
}

static void
test_none (Fixture *fixture, gconstpointer unused)
{
  deadline_set (&fixture->deadline, 5);
  deadline_set (&fixture->deadline, 0);
  check_events (fixture, "");
}

static void
test_again (Fixture *fixture, gconstpointer unused)
{
  fixture->again = 3;
  deadline_set (&fixture->deadline, 1);
  check_events (fixture, "passed passed passed passed ");
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
  ADD ("again", test_again);
  return g_test_run ();
}
