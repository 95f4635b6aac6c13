/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: activity-file
 *
 * A file that is replaced as a whole, again and again, by a thread of its own: what it held stays
 * until the new text is on the disk. What can't be read or written is said in the log, a lasting
 * trouble once.
 */
typedef struct _ActivityFile ActivityFile;

/** @folder: made, with mode 0770, where it is missing */
ActivityFile *activity_file_new (const char *folder, const char *name);

/** Ends when everything is written. */
void activity_file_free (ActivityFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ActivityFile, activity_file_free)

const char *activity_file_path (ActivityFile *file);

/** Returns: (transfer full) (nullable): what it holds; %NULL where there is none, or it can't be
 * read */
char *activity_file_read (ActivityFile *file, gsize *length);

/** @text: (transfer full): is to be what it holds. Does not wait. */
void activity_file_write (ActivityFile *file, char *text);
