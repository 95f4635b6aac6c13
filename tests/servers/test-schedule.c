/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/schedule.h"

#define NOW 1700000000

static const RetrySettings usual = { .minutes_count = 2,
                                     .minutes_interval = 5,
                                     .hours_count = 3,
                                     .hours_interval = 2,
                                     .days_count = 1,
                                     .days_interval = 4 };

static void
test_rows (void)
{
  const struct
  {
    guint attempts;
    gint64 wait_s; /* -1: no further attempt */
  } rows[] = {
    { 1, 300 },  { 2, 300 },       { 3, 7200 }, { 4, 7200 },
    { 5, 7200 }, { 6, 4 * 86400 }, { 7, -1 },   { G_MAXUINT, -1 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gint64 next = 0;
      g_assert_cmpint (schedule_next (&usual, rows[i].attempts, NOW, &next), ==,
                       rows[i].wait_s >= 0);
      if (rows[i].wait_s >= 0)
        g_assert_cmpint (next - NOW, ==, rows[i].wait_s);
    }
}

static void
test_none (void)
{
  const RetrySettings none = { .minutes_interval = 5, .hours_interval = 1, .days_interval = 1 };
  gint64 next;
  g_assert_false (schedule_next (&none, 1, NOW, &next));
  g_assert_cmpint (schedule_remaining_s (&none, 1), ==, 0);
}

/* An interval of 0 does not ask a host without pause. */
static void
test_no_interval (void)
{
  const RetrySettings quick = { .minutes_count = 1, .hours_count = 1, .days_count = 1 };
  for (guint attempts = 1; attempts <= 3; attempts++)
    {
      gint64 next = 0;
      g_assert_true (schedule_next (&quick, attempts, NOW, &next));
      g_assert_cmpint (next - NOW, ==, 60);
    }
}

static void
test_remaining (void)
{
  g_assert_cmpint (schedule_remaining_s (&usual, 1), ==, 2 * 300 + 3 * 7200 + 4 * 86400);
  g_assert_cmpint (schedule_remaining_s (&usual, 6), ==, 4 * 86400);
  g_assert_cmpint (schedule_remaining_s (&usual, 7), ==, 0);

  /* RFC 5321, section 4.5.4.1: the give-up time of whoever changes nothing is four days or more. */
  g_autoptr (Settings) settings = settings_new_default ();
  g_assert_cmpint (schedule_remaining_s (&settings->smtp.retries, 1), >=, 4 * 86400);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/rows", test_rows);
  g_test_add_func ("/schedule/none", test_none);
  g_test_add_func ("/schedule/no-interval", test_no_interval);
  g_test_add_func ("/schedule/remaining", test_remaining);
  return g_test_run ();
}
