/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: latencies
 *
 * How long each of many things took. Every one is kept, so that percentiles are exact: a million
 * of them are 4 MB, which is taken at the beginning.
 */
typedef struct
{
  GArray *us; /* (owned) guint32 each */
  gboolean is_sorted;
} Latencies;

void latencies_set_up (Latencies *latencies, guint expected);
void latencies_tear_down (Latencies *latencies);

/** Longer than an hour counts as an hour. */
void latencies_add (Latencies *latencies, gint64 us);

/** The least one that @percent of all do not exceed (nearest rank), in ms; 100 is the greatest. 0
 * when there are none. */
double latencies_percentile_ms (Latencies *latencies, double percent);
