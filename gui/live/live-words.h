/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: live-words
 *
 * Times as people say them. All returned texts are (transfer full).
 */

/** @time_s: in seconds since 1970: "just now", "5 minutes ago" */
char *live_words_ago (gint64 time_s);

/** A span that gets shorter: "3:59:12", "4:05" */
char *live_words_countdown (gint64 seconds);

/** @time_s: in seconds since 1970: as the local clock and language say it, to the second */
char *live_words_time (gint64 time_s);

/** What addresses are sorted by: text that is in order where they are. */
char *live_words_address_key (const char *address);
