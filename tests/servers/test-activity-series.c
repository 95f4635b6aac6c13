/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/activity/activity-series.h"

typedef struct
{
  gint64 number;
  guint64 a, b;
} Row;

static void
assert_rows (const ActivitySeries *series, const Row *rows, guint n)
{
  g_assert_cmpuint (series->numbers->len, ==, n);
  for (guint i = 0; i < n; i++)
    {
      const guint64 *values = activity_series_row (series, i);
      g_assert_cmpint (activity_series_number (series, i), ==, rows[i].number);
      g_assert_cmpuint (values[0], ==, rows[i].a);
      g_assert_cmpuint (values[1], ==, rows[i].b);
    }
}

static void
add (ActivitySeries *series, gint64 number, guint64 a, guint64 b)
{
  const guint64 growth[] = { a, b };
  activity_series_add (series, number, growth);
}

static void
test_add (void)
{
  ActivitySeries series;
  activity_series_init (&series, 60, 3, 2);
  add (&series, 10, 1, 0);
  add (&series, 10, 2, 5);
  add (&series, 12, 0, 1);
  assert_rows (&series, (Row[]){ { 10, 3, 5 }, { 12, 0, 1 } }, 2);
  activity_series_clear (&series);
}

static void
test_bound (void)
{
  ActivitySeries series;
  activity_series_init (&series, 60, 3, 2);
  for (gint64 number = 1; number <= 5; number++)
    add (&series, number, (guint64) number, 0);
  assert_rows (&series, (Row[]){ { 3, 3, 0 }, { 4, 4, 0 }, { 5, 5, 0 } }, 3);
  activity_series_clear (&series);
}

/* An hour back: what was counted is still there, in its order, and ends now. */
static void
test_clock_back (void)
{
  ActivitySeries series;
  activity_series_init (&series, 60, 10, 2);
  add (&series, 30, 1, 0);
  add (&series, 100, 2, 0);
  add (&series, 103, 3, 0);
  add (&series, 40, 0, 9);
  assert_rows (&series, (Row[]){ { 30, 1, 0 }, { 37, 2, 0 }, { 40, 3, 9 } }, 3);
  activity_series_clear (&series);
}

/* Rows that would come to lie on or before an older one are added to it. */
static void
test_clock_back_onto_rows (void)
{
  ActivitySeries series;
  activity_series_init (&series, 60, 10, 2);
  add (&series, 39, 1, 0);
  add (&series, 40, 1, 0);
  add (&series, 41, 2, 1);
  add (&series, 43, 4, 0);
  add (&series, 40, 8, 0);
  assert_rows (&series, (Row[]){ { 39, 1, 0 }, { 40, 15, 1 } }, 2);
  activity_series_clear (&series);
}

/* Ten years ahead and back again: nothing is gone. */
static void
test_clock_forth_and_back (void)
{
  ActivitySeries series;
  activity_series_init (&series, 60, 10, 2);
  add (&series, 50, 1, 0);
  add (&series, 5000000, 2, 0);
  add (&series, 51, 4, 0);
  assert_rows (&series, (Row[]){ { 50, 1, 0 }, { 51, 6, 0 } }, 2);
  activity_series_clear (&series);
}

static void
test_no_overflow (void)
{
  ActivitySeries series;
  activity_series_init (&series, 60, 10, 2);
  add (&series, 50, G_MAXUINT64 - 1, 0);
  add (&series, 50, 5, 0);
  assert_rows (&series, (Row[]){ { 50, G_MAXUINT64, 0 } }, 1);
  activity_series_clear (&series);
}

static void
test_append (void)
{
  const guint64 values[] = { 7, 8 };
  ActivitySeries series;
  activity_series_init (&series, 60, 2, 2);
  g_assert_true (activity_series_append (&series, 5, values));
  g_assert_false (activity_series_append (&series, 5, values));
  g_assert_false (activity_series_append (&series, 4, values));
  g_assert_true (activity_series_append (&series, 6, values));
  g_assert_false (activity_series_append (&series, 7, values));
  assert_rows (&series, (Row[]){ { 5, 7, 8 }, { 6, 7, 8 } }, 2);
  activity_series_clear (&series);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/activity-series/add", test_add);
  g_test_add_func ("/activity-series/bound", test_bound);
  g_test_add_func ("/activity-series/clock-back", test_clock_back);
  g_test_add_func ("/activity-series/clock-back-onto-rows", test_clock_back_onto_rows);
  g_test_add_func ("/activity-series/clock-forth-and-back", test_clock_forth_and_back);
  g_test_add_func ("/activity-series/no-overflow", test_no_overflow);
  g_test_add_func ("/activity-series/append", test_append);
  return g_test_run ();
}
