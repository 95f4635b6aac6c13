/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ctl/client.h"

/**
 * SECTION: ending
 *
 * The options --until and --trial: when a change is to be taken back by itself.
 */

/** --until and --trial, and --expect beside them; ends with { NULL }. */
extern const GOptionEntry ENDING_OPTIONS[];

/** How long a trial lasts. */
#define ENDING_TRIAL_S 60

/**
 * ending_parse:
 * @text: +MINUTES, HH:MM (the next time that the local clock shows it), or "YYYY-MM-DD HH:MM" in
 * local time
 *
 * Returns FALSE for anything else, and for a time that is not after @now_s. Both times are in
 * seconds since 1970, UTC.
 */
gboolean ending_parse (const char *text, gint64 now_s, gint64 *end_s) G_GNUC_WARN_UNUSED_RESULT;

/** Whether the change is to have an end. */
gboolean ending_is_given (void);

/** Whether it is a trial. */
gboolean ending_is_trial (void);

/** Returns: STATUS_OK, or another one after having said what is wrong with the options */
Status ending_check (void);

/** Returns: the end of a change that is made now, in seconds since 1970, UTC */
gint64 ending_time (void);

/**
 * ending_ask:
 * @id: the temporary change
 *
 * Asks on the terminal whether the settings of a trial are to be kept, until @end_s; keeps them, or
 * takes them back at once.
 *
 * Returns: STATUS_NO when they were not kept
 */
Status ending_ask (BusServerProperties1 *authority, guint64 id, gint64 end_s);
