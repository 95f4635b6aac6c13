/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"

/**
 * SECTION: schedule
 *
 * When a delivery is tried again: as smtp.retries says, first so many times after minutes, then
 * after hours, then after days; counted in attempts. A time in which no attempt could be made, as
 * the system was off, thus doesn't use up a message's chances. The settings of the moment decide,
 * also over messages that wait already. An interval of 0 is one minute: nobody is asked without
 * pause.
 */

/**
 * schedule_next:
 * @attempts: how many attempts were made, 1 and up
 * @now: seconds since 1970
 * @next: gets when the next one is due
 *
 * Returns: FALSE when there is to be none: the delivery has failed for good
 */
gboolean schedule_next (const RetrySettings *retries, guint attempts, gint64 now, gint64 *next)
    G_GNUC_WARN_UNUSED_RESULT;

/** From attempt number @attempts to the last one, in seconds. */
gint64 schedule_remaining_s (const RetrySettings *retries, guint attempts);
