/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: schedule
 *
 * When a delivery is tried again: first after minutes, then hours, for five days in all (RFC 5321,
 * section 4.5.4.1), counted in attempts. A time in which no attempt could be made, as the system
 * was off, thus doesn't use up a message's chances.
 */

/**
 * schedule_next:
 * @attempts: how many attempts were made, 1 and up
 * @now: seconds since 1970
 * @next: gets when the next one is due
 *
 * Returns: FALSE when there is to be none: the delivery has failed for good
 */
gboolean schedule_next (guint attempts, gint64 now, gint64 *next) G_GNUC_WARN_UNUSED_RESULT;

/** From the first attempt to the last, in seconds. */
gint64 schedule_length_s (void);
