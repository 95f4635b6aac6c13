/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/bench/figures.h"

/**
 * SECTION: growth
 *
 * What our own modules cost, in this process, as what they keep grows: a row of figures each for 0,
 * 10, 100... of it. "ns" is one operation, waited for; "bytes" all of it.
 */
typedef struct
{
  Figures *figures;   /* (unowned) */
  const char *folder; /* (unowned) an empty one, on the disk in question */
  guint most;         /* the last row */
} Growth;

/** Networks in the settings: from the file to the snapshot, to the policy, and a look-up. */
gboolean growth_networks (const Growth *growth, GError **error);

/** Log-ons: one more recorded, and a look-up. */
gboolean growth_grants (const Growth *growth, GError **error);

/** Messages: one more added, the next one found, and one settled. */
gboolean growth_queue (const Growth *growth, GError **error);

/** What follows on @n. */
guint growth_next (guint n);

/** The same numbers in the same order in each run, and spread over all 32 bits; none of them twice. */
guint32 growth_scatter (guint n);

/** Bytes on the disk of the files in @folder. */
guint64 growth_folder_bytes (const char *folder);

/**
 * GrowthCalls:
 *
 * Counts the calls back of work that other threads do, and waits for them. Zero but for its lock
 * and condition, which need no setting up in static memory.
 */
typedef struct
{
  GMutex lock;
  GCond changed;
  guint n;
  guint n_failed;
} GrowthCalls;

void growth_calls_add (GrowthCalls *calls, const GError *error);

/** Waits until there have been @n calls in all. Returns: whether none of them failed */
gboolean growth_calls_wait (GrowthCalls *calls, guint n);
