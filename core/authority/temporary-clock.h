/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: temporary-clock
 *
 * When a time is over, though clocks jump. Two clocks are asked: the one on the wall, which people
 * mean, and the one that counts since the system was started and can't be set. A span is over when
 * either says so: a clock that is set back makes nothing last longer.
 */

typedef struct
{
  gint64 wall_ms; /* since 1970, UTC */
  gint64 boot_ms; /* since the system was started, sleep included */
} TemporaryTime;

/** From when to when something holds. */
typedef struct
{
  gint64 made_s, end_s; /* seconds since 1970, UTC */
  gint64 made_boot_ms;
} TemporarySpan;

/** The largest end_s: the end of the year 9999. */
#define TEMPORARY_END_MAX_S G_GINT64_CONSTANT (253402300799)

/** Returns: what the clocks say now */
TemporaryTime temporary_clock_read (void);

/** Returns: a span that begins now */
TemporarySpan temporary_clock_span (TemporaryTime now, gint64 end_s);

/**
 * Whether the span is over. After the system was started anew, a wall clock that says a time before
 * the span began is wrong, and the span counts as over.
 */
gboolean temporary_clock_is_over (const TemporarySpan *span, TemporaryTime now);

/** Returns: after how many milliseconds to ask again: at the end, or earlier, since clocks may be
 * set */
guint temporary_clock_next_ms (const TemporarySpan *span, TemporaryTime now);
