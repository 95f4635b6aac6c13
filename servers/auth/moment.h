/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: moment
 *
 * When something happened, so that its age can be told later, in another process and after a
 * restart of the system, too: the boot-time clock (it counts suspend, and nobody sets it) with the
 * boot's id, and the wall clock for people and for the time after a reboot.
 *
 * Within a boot an age is exact, however the wall clock jumps. After one it is the wall clock's
 * difference, but no less than the time since the boot; what seems to lie in the future has no age.
 * So what is of another boot is as young as whoever sets the wall clock wants: good enough for what
 * is told, or may last too long. What must never last longer than it should is of no worth after a
 * reboot: see moment_is_of_this_boot().
 */
typedef struct
{
  gint64 boot_time_ns; /* since the boot, suspend included */
  gint64 wall_time;    /* seconds since 1970, UTC */
  guint8 boot_id[16];  /* another one after each boot */
} Moment;

typedef void (*MomentClock) (Moment *now, gpointer user_data);

/** What moment_to_bytes() writes. */
#define MOMENT_BYTES 32

/** Whether the system tells its boots apart; without, ages after a reboot would be wrong. */
gboolean moment_is_supported (GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Reads the system's clocks (a MomentClock); the boot's id is read once. */
void moment_read (Moment *now, gpointer unused);

/** Gets the age in nanoseconds, 0 and up. Returns FALSE for a moment that is void: it seems to lie
 * in the future. */
gboolean
moment_age (const Moment *then, const Moment *now, gint64 *age_ns) G_GNUC_WARN_UNUSED_RESULT;

/** Whether no reboot lies between the two: then the age is exact. */
gboolean moment_is_of_this_boot (const Moment *then, const Moment *now) G_GNUC_WARN_UNUSED_RESULT;

/** Any MOMENT_BYTES are a moment; damage can make one that has no age. */
void moment_to_bytes (const Moment *moment, guint8 bytes[MOMENT_BYTES]);
void moment_from_bytes (const guint8 bytes[MOMENT_BYTES], Moment *moment);
