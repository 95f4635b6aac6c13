/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/deadlines.h"

typedef struct
{
  Deadlines deadlines;
  uv_loop_t loop;
  GString *passed;
  guint again; /* sets deadline 0 so many times more when it passes */
} Fixture;

static void
on_closed (uv_handle_t *handle)
{
}

static void
on_passed (gpointer data, guint which)
{
  Fixture *fixture = data;

  g_string_append_printf (fixture->passed, "%u", which);
  if (which == 0 && fixture->again > 0)
    {
      fixture->again--;
      deadlines_set (&fixture->deadlines, 0, 1);
    }
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_assert_cmpint (uv_loop_init (&fixture->loop), ==, 0);
  fixture->passed = g_string_new (NULL);
  deadlines_init (&fixture->deadlines, &fixture->loop, on_passed, fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  deadlines_close (&fixture->deadlines, on_closed);
  uv_run (&fixture->loop, UV_RUN_DEFAULT);
  g_assert_cmpint (uv_loop_close (&fixture->loop), ==, 0);
  g_string_free (fixture->passed, TRUE);
}

static void
test_order (Fixture *fixture, gconstpointer unused)
{
  deadlines_set (&fixture->deadlines, 0, 20);
  deadlines_set (&fixture->deadlines, 1, 5);
  uv_run (&fixture->loop, UV_RUN_DEFAULT);
  g_assert_cmpstr (fixture->passed->str, ==, "10");
  g_assert_false (deadlines_is_set (&fixture->deadlines, 0));
}

/* Put off: the timer fires at the former time, and nothing passes before the new one. */
static void
test_put_off (Fixture *fixture, gconstpointer unused)
{
  deadlines_set (&fixture->deadlines, 0, 5);
  deadlines_set (&fixture->deadlines, 0, 40);
  deadlines_set (&fixture->deadlines, 1, 20);
  uv_run (&fixture->loop, UV_RUN_DEFAULT);
  g_assert_cmpstr (fixture->passed->str, ==, "10");
}

static void
test_none (Fixture *fixture, gconstpointer unused)
{
  deadlines_set (&fixture->deadlines, 0, 5);
  deadlines_set (&fixture->deadlines, 0, 0);
  uv_run (&fixture->loop, UV_RUN_DEFAULT);
  g_assert_cmpstr (fixture->passed->str, ==, "");
}

static void
test_again (Fixture *fixture, gconstpointer unused)
{
  fixture->again = 3;
  deadlines_set (&fixture->deadlines, 0, 1);
  uv_run (&fixture->loop, UV_RUN_DEFAULT);
  g_assert_cmpstr (fixture->passed->str, ==, "0000");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/deadlines/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("order", test_order);
  ADD ("put-off", test_put_off);
  ADD ("none", test_none);
  ADD ("again", test_again);
  return g_test_run ();
}
