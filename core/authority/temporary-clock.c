/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/temporary-clock.h"

#include <time.h>

#define MS_PER_S 1000

/* A wall clock that is set is noticed after so long. */
#define LOOK_MS (10 * MS_PER_S)

TemporaryTime
temporary_clock_read (void)
{
  struct timespec boot;

  clock_gettime (CLOCK_BOOTTIME, &boot);
  return (TemporaryTime){
    .wall_ms = g_get_real_time () / (G_USEC_PER_SEC / MS_PER_S),
    .boot_ms = (gint64) boot.tv_sec * MS_PER_S + boot.tv_nsec / 1000000,
  };
}

TemporarySpan
temporary_clock_span (TemporaryTime now, gint64 end_s)
{
  return (TemporarySpan){ now.wall_ms / MS_PER_S, end_s, now.boot_ms };
}

/* What has passed by the clock that can't be set. After a restart of the system this is less than
 * the truth, never more. */
static gint64
left_by_boot_ms (const TemporarySpan *span, TemporaryTime now)
{
  return (span->end_s - span->made_s) * MS_PER_S - (now.boot_ms - span->made_boot_ms);
}

static gint64
left_by_wall_ms (const TemporarySpan *span, TemporaryTime now)
{
  return span->end_s * MS_PER_S - now.wall_ms;
}

gboolean
temporary_clock_is_over (const TemporarySpan *span, TemporaryTime now)
{
  gboolean started_anew = now.boot_ms < span->made_boot_ms;

  if (started_anew && now.wall_ms < span->made_s * MS_PER_S)
    return TRUE;
  return left_by_wall_ms (span, now) <= 0 || left_by_boot_ms (span, now) <= 0;
}

guint
temporary_clock_next_ms (const TemporarySpan *span, TemporaryTime now)
{
  gint64 left_ms = MIN (left_by_wall_ms (span, now), left_by_boot_ms (span, now));

  return (guint) CLAMP (left_ms, 0, LOOK_MS);
}
