/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/schedule.h"

#define INTERVAL_MIN_S 60

/* So many attempts, each so long after the one before it. */
typedef struct
{
  guint attempts;
  gint64 interval_s;
} Row;

#define N_ROWS 3

static void
read_rows (const RetrySettings *retries, Row rows[N_ROWS])
{
  rows[0] = (Row){ retries->minutes_count, (gint64) retries->minutes_interval * 60 };
  rows[1] = (Row){ retries->hours_count, (gint64) retries->hours_interval * 3600 };
  rows[2] = (Row){ retries->days_count, (gint64) retries->days_interval * 86400 };
  for (guint i = 0; i < N_ROWS; i++)
    rows[i].interval_s = MAX (rows[i].interval_s, INTERVAL_MIN_S);
}

/* All intervals together: from the first attempt to the last one. */
static gint64
span_s (const Row rows[N_ROWS])
{
  gint64 span = 0;
  for (guint i = 0; i < N_ROWS; i++)
    span += rows[i].attempts * rows[i].interval_s;
  return span;
}

/* The row of the attempt behind so many, or, behind them all, the last that has any; NULL: none. */
static const Row *
find_row (const Row rows[N_ROWS], guint attempts, gboolean *is_behind)
{
  const Row *row = NULL;
  guint end = 0;
  *is_behind = FALSE;
  for (guint i = 0; i < N_ROWS; i++)
    {
      end += rows[i].attempts;
      if (attempts <= end)
        return &rows[i];
      if (rows[i].attempts > 0)
        row = &rows[i];
    }
  *is_behind = TRUE;
  return row;
}

gboolean
schedule_next (const RetrySettings *retries, const ScheduleMoment *moment, gint64 *next)
{
  Row rows[N_ROWS];
  gboolean is_behind;
  read_rows (retries, rows);
  gint64 end = moment->arrived + span_s (rows);
  const Row *row = find_row (rows, moment->attempts, &is_behind);
  if (row == NULL || (is_behind && moment->now >= end))
    return FALSE;
  gint64 wait_s = row->interval_s;
  if (is_behind)
    wait_s = CLAMP (end - moment->now, INTERVAL_MIN_S, wait_s);
  *next = moment->now + wait_s;
  return TRUE;
}

gint64
schedule_last (const RetrySettings *retries, const ScheduleMoment *moment)
{
  ScheduleMoment then = *moment;
  while (schedule_next (retries, &then, &then.now))
    then.attempts++;
  return then.now;
}
