/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ctl/client.h"

/**
 * SECTION: output
 *
 * What posternctl prints for people: lines and tables. Text that comes from outside, a sender's
 * address for one, is printed with its control characters and its marks of direction replaced, so
 * that nobody can play with the administrator's terminal.
 */

typedef struct _OutputTable OutputTable;

/** @headings: NULL-terminated, one for each column */
OutputTable *output_table_new (const char *const *headings);
void output_table_free (OutputTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OutputTable, output_table_free)

/** Adds a row. @...: a string for each column. */
void output_table_add (OutputTable *table, ...);

/** Prints the table, columns aligned; only the headings when it has no row. */
void output_table_print (const OutputTable *table);

/** Prints a line. */
void output_line (const char *format, ...) G_GNUC_PRINTF (1, 2);

/** Prints a text as it is. */
void output_text (const char *text);

/** Prints bytes as they are; to a terminal, without control characters. */
void output_bytes (const char *bytes, gsize length);

/** Writes a text to a file, whole or not at all. What is no regular file, a terminal for one, is
 * written to instead of being replaced. */
gboolean output_file (const char *path, const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Whether all that was printed has been written. To be asked at the end, once. */
gboolean output_is_written (void);

/** Prints "warning: " and a line on stderr. */
void output_warning (const char *format, ...) G_GNUC_PRINTF (1, 2);

/** Prints which revision is the newest now, after a change that was made on @before. */
void output_revision (const Client *client, guint64 before, guint64 revision);

/** Returns: (transfer full): a time, in seconds since 1970, as the local clock shows it */
char *output_time (gint64 time_s);
