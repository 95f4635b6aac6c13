/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: activity-series
 *
 * How much each of some counters has grown in each span of time: a row for every span in which
 * something happened, and none for the others. Spans are numbered by the time since 1970, so the
 * number of a span times its length is when it began. At most so many rows are kept; then the
 * oldest goes, whatever the clock says.
 */
typedef struct
{
  guint span_s;     /* the length of a span */
  guint max;        /* rows */
  guint n_counters; /* values in a row */
  GArray *numbers;  /* (owned) of gint64, rising */
  GArray *values;   /* (owned) of guint64, n_counters for each number */
} ActivitySeries;

void activity_series_init (ActivitySeries *series, guint span_s, guint max, guint n_counters);
void activity_series_clear (ActivitySeries *series);

/** Adds @growth to the row of the span @number, which is now. Where the clock was put back, rows that
 * lie in the future now are moved back, to end now: nothing is lost, and the order stays. */
void activity_series_add (ActivitySeries *series, gint64 number, const guint64 *growth);

/** Adds a row behind the others. Returns FALSE, and does nothing, if @number is not behind them, or
 * there is no room. */
gboolean activity_series_append (ActivitySeries *series, gint64 number, const guint64 *values);

/** Returns: (transfer none): the values of the row @index */
const guint64 *activity_series_row (const ActivitySeries *series, guint index);
gint64 activity_series_number (const ActivitySeries *series, guint index);
