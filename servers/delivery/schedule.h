/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"

/**
 * SECTION: schedule
 *
 * When a delivery is tried again: as smtp.retries says, first so many times after minutes, then
 * after hours, then after days; counted in attempts. A time in which no attempt could be made, as
 * the system was off, thus doesn't use up a message's chances; nor do attempts that an administrator
 * asked for before their time: nothing is given up before the time that all the intervals take
 * together has passed. The settings of the moment decide, also over messages that wait already. An
 * interval of 0 is one minute: nobody is asked without pause.
 */

/** What there was of a message. Times are seconds since 1970. */
typedef struct
{
  guint attempts; /* how many were made, 1 and up */
  gint64 arrived;
  gint64 now; /* when the last one was made */
} ScheduleMoment;

/**
 * schedule_next:
 * @next: gets when the next attempt is due
 *
 * Returns: FALSE when there is to be none: the delivery has failed for good
 */
gboolean schedule_next (const RetrySettings *retries,
                        const ScheduleMoment *moment,
                        gint64 *next) G_GNUC_WARN_UNUSED_RESULT;

/** When the last attempt will be made, if nobody asks for one before its time. */
gint64 schedule_last (const RetrySettings *retries, const ScheduleMoment *moment);
