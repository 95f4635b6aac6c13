/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: change-time
 *
 * Points in time, in seconds since 1970, in the words of the language and in the time zone here.
 */

/** Returns: (transfer full): "18:00" for today, else "24 November 2026, 18:00" */
char *change_time_words (gint64 time_s);

/** Returns: (transfer full): "23 November 2026, 18:00:05", for a list of what happened */
char *change_time_stamp (gint64 time_s);

/** Returns: (transfer full): how long that is: "2 days", "3 hours", "59 minutes", "7 seconds" */
char *change_time_span (gint64 span_s);
