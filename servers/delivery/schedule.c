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

gboolean
schedule_next (const RetrySettings *retries, guint attempts, gint64 now, gint64 *next)
{
  Row rows[N_ROWS];
  guint end = 0;
  read_rows (retries, rows);
  for (guint i = 0; i < N_ROWS; i++)
    {
      end += rows[i].attempts;
      if (attempts > end)
        continue;
      *next = now + rows[i].interval_s;
      return TRUE;
    }
  return FALSE;
}

gint64
schedule_remaining_s (const RetrySettings *retries, guint attempts)
{
  gint64 end = 0;
  while (schedule_next (retries, attempts, end, &end))
    attempts++;
  return end;
}
