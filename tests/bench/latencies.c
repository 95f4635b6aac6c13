/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/latencies.h"

#include <math.h>

#define MOST_US ((gint64) 3600 * G_USEC_PER_SEC)

void
latencies_set_up (Latencies *latencies, guint expected)
{
  latencies->us = g_array_sized_new (FALSE, FALSE, sizeof (guint32), expected);
  latencies->is_sorted = FALSE;
}

void
latencies_tear_down (Latencies *latencies)
{
  g_clear_pointer (&latencies->us, g_array_unref);
}

void
latencies_add (Latencies *latencies, gint64 us)
{
  guint32 value = CLAMP (us, 0, MOST_US);
  g_array_append_val (latencies->us, value);
  latencies->is_sorted = FALSE;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  guint32 left = *(const guint32 *) a, right = *(const guint32 *) b;
  return (left > right) - (left < right);
}

double
latencies_percentile_ms (Latencies *latencies, double percent)
{
  guint n = latencies->us->len;
  if (n == 0)
    return 0;
  if (!latencies->is_sorted)
    g_array_sort (latencies->us, compare);
  latencies->is_sorted = TRUE;
  guint rank = CLAMP ((guint) ceil (percent / 100 * n), 1, n);
  return g_array_index (latencies->us, guint32, rank - 1) / 1000.0;
}
