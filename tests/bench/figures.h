/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/bench/latencies.h"

/**
 * SECTION: figures
 *
 * What a tool has measured: one JSON object in one line, on standard output. Names are written as
 * they are, so they are plain words.
 */
typedef struct
{
  GString *text; /* (owned) */
} Figures;

void figures_set_up (Figures *figures);
void figures_count (Figures *figures, const char *name, guint64 value);
void figures_real (Figures *figures, const char *name, double value);

/** A moment of g_get_monotonic_time (), in seconds, to the microsecond: for other tools of the same
 * system. */
void figures_moment (Figures *figures, const char *name, gint64 us);

/** A file name and the like; its quotation marks and backslashes are escaped. */
void figures_string (Figures *figures, const char *name, const char *value);

/** "NAME": {"p50", "p99", "max"}, in ms. */
void figures_latencies (Figures *figures, const char *name, Latencies *latencies);

/** A list of objects: figures_row() begins each, figures_rows_end() ends the list. */
void figures_rows (Figures *figures, const char *name);
void figures_row (Figures *figures);
void figures_row_end (Figures *figures);
void figures_rows_end (Figures *figures);

/** Returns: (transfer full): the whole object; @figures is empty after it */
char *figures_finish (Figures *figures);

/** Prints the whole object. */
void figures_print (Figures *figures);
