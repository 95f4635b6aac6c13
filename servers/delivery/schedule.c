/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/schedule.h"

/* So many attempts, each so long after the one before it. */
static const struct
{
  guint attempts;
  guint interval_s;
} rows[] = {
  { 2, 60 },       /* a next hop that is just starting again */
  { 6, 5 * 60 },   /* a greylist */
  { 11, 30 * 60 }, /* six hours are over after these */
  { 114, 60 * 60 },
};

gboolean
schedule_next (guint attempts, gint64 now, gint64 *next)
{
  guint end = 0;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
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
schedule_length_s (void)
{
  gint64 length = 0;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    length += (gint64) rows[i].attempts * rows[i].interval_s;
  return length;
}
