/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/activity/activity-series.h"

/**
 * SECTION: activity-text
 *
 * A history as lines of text:
 *
 *     postern-activity 1
 *     counters messages-accepted refused-relay
 *     minute 29660000 3 0
 *     quarter 1977333 3 1
 *     sha256 ...
 *
 * A row has the number of its span, then the growth of each counter. The last line is the digest of
 * those before it, so a text that was cut or changed is known.
 */

/** Returns: (transfer full): the first lines */
GString *activity_text_begin (const char *const *counters);

/** Adds all rows of @series, each with @word in front. */
void activity_text_add (GString *text, const char *word, const ActivitySeries *series);

/** @text: (transfer full). Returns: (transfer full): the whole text */
char *activity_text_end (GString *text);

typedef struct
{
  const char *word;
  gint64 number; /* not negative */
  guint n_values;
  const guint64 *values;
} ActivityTextRow;

/** What is done with what is read. */
typedef struct
{
  void (*columns) (gpointer user, char **counters);
  gboolean (*row) (gpointer user, const ActivityTextRow *row); /* FALSE: it can't be */
} ActivityTextReader;

/** Reads a text: its columns, then each row. FALSE, with a G_IO_ERROR_INVALID_DATA that tells the
 * line, for one that is damaged; some rows may have been read then. */
gboolean activity_text_read (const char *text,
                             gsize length,
                             const ActivityTextReader *reader,
                             gpointer user,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
