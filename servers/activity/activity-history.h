/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/**
 * SECTION: activity-history
 *
 * How much a server's counters have grown, in each minute of a day and in each quarter of an hour of
 * eight days. Memory and file are bounded: spans in which nothing happened take no room, and only so
 * many others are kept. Gauges ("sessions") are left out. The clock may be put forward and back:
 * what was counted stays, in its order, and never lies in the future.
 */
typedef struct _ActivityHistory ActivityHistory;

typedef enum
{
  ACTIVITY_MINUTE,
  ACTIVITY_QUARTER,
  ACTIVITY_N_SPANS
} ActivitySpan;

#define ACTIVITY_MINUTES_MAX (24 * 60)
#define ACTIVITY_QUARTERS_MAX (8 * 24 * 4)

/** At most so many counters, each with a name of at most so many bytes: a-z, digits, "-". */
#define ACTIVITY_COUNTERS_MAX 64
#define ACTIVITY_NAME_MAX 40

/** @counters: an a{st}, as org.postern.Server1.Counters gives it: what is followed from now on, and
 * what it has counted already. */
ActivityHistory *activity_history_new (GVariant *counters);
void activity_history_free (ActivityHistory *history);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ActivityHistory, activity_history_free)

/** Adds what @counters have grown since the last time to the span that is now, @now_s, in seconds
 * since 1970. Returns whether they have. */
gboolean activity_history_note (ActivityHistory *history, gint64 now_s, GVariant *counters);

/** Returns: (transfer none): the word of a span on the bus: "minute" */
const char *activity_span_word (ActivitySpan span);
gboolean activity_span_parse (const char *word, ActivitySpan *span);

/** Returns: (transfer none): names of the counters; NULL-terminated */
const char *const *activity_history_names (ActivityHistory *history);

/** Returns: (transfer floating): the spans that end after @since_s, oldest first, an a(xau): when the
 * span began, in seconds since 1970, and the growth of each counter */
GVariant *activity_history_samples (ActivityHistory *history, ActivitySpan span, gint64 since_s);

/** Returns: (transfer full): all of it, as lines, for activity_history_read() */
char *activity_history_to_text (ActivityHistory *history);

/**
 * activity_history_read:
 * @text: what activity_history_to_text() gave some time, perhaps that of another version of the server
 *
 * Puts what was written down in front of a new history, in which nothing is noted yet. Counters that
 * there are no more are left out. Returns FALSE, and changes nothing, for a text that is not whole;
 * @error tells the line.
 */
gboolean activity_history_read (ActivityHistory *history,
                                const char *text,
                                gsize length,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
