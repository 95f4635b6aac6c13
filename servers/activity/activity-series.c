/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/activity/activity-series.h"

void
activity_series_init (ActivitySeries *series, guint span_s, guint max, guint n_counters)
{
  *series = (ActivitySeries){
    .span_s = span_s,
    .max = max,
    .n_counters = n_counters,
    .numbers = g_array_new (FALSE, FALSE, sizeof (gint64)),
    .values = g_array_new (FALSE, FALSE, sizeof (guint64)),
  };
}

void
activity_series_clear (ActivitySeries *series)
{
  g_clear_pointer (&series->numbers, g_array_unref);
  g_clear_pointer (&series->values, g_array_unref);
}

gint64
activity_series_number (const ActivitySeries *series, guint index)
{
  return g_array_index (series->numbers, gint64, index);
}

static guint64 *
row_at (const ActivitySeries *series, guint index)
{
  return (guint64 *) (gpointer) series->values->data + (gsize) index * series->n_counters;
}

const guint64 *
activity_series_row (const ActivitySeries *series, guint index)
{
  return row_at (series, index);
}

static void
put_last (ActivitySeries *series, gint64 number, const guint64 *values)
{
  g_array_append_val (series->numbers, number);
  g_array_append_vals (series->values, values, series->n_counters);
}

static void
remove_first (ActivitySeries *series)
{
  g_array_remove_range (series->numbers, 0, 1);
  g_array_remove_range (series->values, 0, series->n_counters);
}

static void
add_to_row (ActivitySeries *series, guint index, const guint64 *growth)
{
  guint64 *row = row_at (series, index);

  for (guint i = 0; i < series->n_counters; i++)
    row[i] += MIN (growth[i], G_MAXUINT64 - row[i]);
}

/* Rows that were moved onto one that is there already are added to it. */
static void
leave_future (ActivitySeries *series, gint64 now)
{
  guint n = series->numbers->len, kept = 0;
  gint64 ahead = n > 0 ? activity_series_number (series, n - 1) - now : 0;

  if (ahead <= 0)
    return;
  while (activity_series_number (series, kept) <= now)
    kept++;

  g_autoptr (GArray) numbers = series->numbers;
  g_autoptr (GArray) values = series->values;
  series->numbers = g_array_new (FALSE, FALSE, sizeof (gint64));
  series->values = g_array_new (FALSE, FALSE, sizeof (guint64));
  for (guint i = 0; i < n; i++)
    {
      guint last = series->numbers->len;
      gint64 number = MAX (g_array_index (numbers, gint64, i) - (i < kept ? 0 : ahead), 0);
      const guint64 *row = &g_array_index (values, guint64, (gsize) i * series->n_counters);
      if (last > 0 && number <= activity_series_number (series, last - 1))
        add_to_row (series, last - 1, row);
      else
        put_last (series, number, row);
    }
}

void
activity_series_add (ActivitySeries *series, gint64 number, const guint64 *growth)
{
  leave_future (series, number);

  guint n = series->numbers->len;
  if (n > 0 && activity_series_number (series, n - 1) == number)
    {
      add_to_row (series, n - 1, growth);
      return;
    }
  put_last (series, number, growth);
  if (n >= series->max)
    remove_first (series);
}

gboolean
activity_series_append (ActivitySeries *series, gint64 number, const guint64 *values)
{
  guint n = series->numbers->len;

  if (n >= series->max || (n > 0 && number <= activity_series_number (series, n - 1)))
    return FALSE;
  put_last (series, number, values);
  return TRUE;
}
