/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/schedule.h"

#define NOW 1700000000
#define LONG_AGO 1600000000

static const RetrySettings usual = { .minutes_count = 2,
                                     .minutes_interval = 5,
                                     .hours_count = 3,
                                     .hours_interval = 2,
                                     .days_count = 1,
                                     .days_interval = 4 };

#define SPAN_S (2 * 300 + 3 * 7200 + 4 * 86400)

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
      ScheduleMoment moment = { rows[i].attempts, LONG_AGO, NOW };
      gint64 next = 0;
      g_assert_cmpint (schedule_next (&usual, &moment, &next), ==, rows[i].wait_s >= 0);
      if (rows[i].wait_s >= 0)
        g_assert_cmpint (next - NOW, ==, rows[i].wait_s);
    }
}

static void
test_none (void)
{
  const RetrySettings none = { .minutes_interval = 5, .hours_interval = 1, .days_interval = 1 };
  ScheduleMoment moment = { 1, NOW, NOW };
  gint64 next;
  g_assert_false (schedule_next (&none, &moment, &next));
  g_assert_cmpint (schedule_last (&none, &moment), ==, NOW);
}

/* An interval of 0 does not ask a host without pause. */
static void
test_no_interval (void)
{
  const RetrySettings quick = { .minutes_count = 1, .hours_count = 1, .days_count = 1 };
  for (guint attempts = 1; attempts <= 3; attempts++)
    {
      ScheduleMoment moment = { attempts, LONG_AGO, NOW };
      gint64 next = 0;
      g_assert_true (schedule_next (&quick, &moment, &next));
      g_assert_cmpint (next - NOW, ==, 60);
    }
}

static gint64
remaining_s (const RetrySettings *retries, guint attempts, gint64 age_s)
{
  return schedule_last (retries, &(ScheduleMoment){ attempts, NOW - age_s, NOW }) - NOW;
}

static void
test_last (void)
{
  g_assert_cmpint (remaining_s (&usual, 1, 0), ==, SPAN_S);
  g_assert_cmpint (remaining_s (&usual, 6, SPAN_S), ==, 4 * 86400);
  g_assert_cmpint (remaining_s (&usual, 7, SPAN_S), ==, 0);

  /* RFC 5321, section 4.5.4.1: the give-up time of whoever changes nothing is four days or more. */
  g_autoptr (Settings) settings = settings_new_default ();
  g_assert_cmpint (remaining_s (&settings->smtp.retries, 1, 0), >=, 4 * 86400);
}

/* An administrator has asked for one attempt after the other: a message that has had more than its
 * share lives on until its time has come. */
static void
test_hastened (void)
{
  const struct
  {
    gint64 age_s;
    gint64 wait_s; /* -1: no further attempt */
  } rows[] = {
    { 600, 4 * 86400 },      { SPAN_S - 4 * 86400 + 1, 4 * 86400 - 1 },
    { SPAN_S - 3600, 3600 }, { SPAN_S - 1, 60 },
    { SPAN_S, -1 },          { SPAN_S + 1, -1 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      ScheduleMoment moment = { 70, NOW - rows[i].age_s, NOW };
      gint64 next = NOW - 1;
      g_assert_cmpint (schedule_next (&usual, &moment, &next), ==, rows[i].wait_s >= 0);
      g_assert_cmpint (next - NOW, ==, rows[i].wait_s);
    }
  g_assert_cmpint (remaining_s (&usual, 70, 600), ==, SPAN_S - 600);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/rows", test_rows);
  g_test_add_func ("/schedule/none", test_none);
  g_test_add_func ("/schedule/no-interval", test_no_interval);
  g_test_add_func ("/schedule/last", test_last);
  g_test_add_func ("/schedule/hastened", test_hastened);
  return g_test_run ();
}
