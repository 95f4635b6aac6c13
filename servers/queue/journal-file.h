/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/queue/queue-entry.h"

/**
 * SECTION: journal-file
 *
 * A file of queue entries, one after the other, in room that was made before: so appending is one
 * write, and flushing it one flush. It is used over and over; each time is a generation, whose
 * number stands in each entry. What a former generation has left behind, and an entry that a power
 * cut has torn or a disk has damaged (told by its check sum), is never taken for one. For the queue
 * alone.
 *
 * Locks (fcntl, of the open file) say who is at work: byte 0 is held by the process that has the
 * journal, byte 1 + generation as long as entries of that generation are promised, but not yet in the
 * tables.
 */
typedef struct _JournalFile JournalFile;

/** The most that a file takes, and the largest entry that should go into one. */
#define JOURNAL_FILE_SIZE (8 * 1024 * 1024)
#define JOURNAL_ENTRY_MAX (256 * 1024)

/** Where a file is. */
typedef struct
{
  int folder_fd;
  const char *name;
  guint64 salt; /* of the entries' sums: queue_entry_sum() */
} JournalPlace;

/** @create: whether it is to be made where it is missing, on the disk then. Returns: (nullable):
 * %NULL with @error, or without where there is no such file, or none of that size */
JournalFile *journal_file_open (const JournalPlace *place, gboolean create, GError **error);
void journal_file_close (JournalFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JournalFile, journal_file_close)

/** How many bytes the entry takes in a file. */
gsize journal_file_length (const QueueEntry *entry);

/** Writes @entries (element-type QueueEntry, no more than JOURNAL_APPEND_MAX) at @offset, where they
 * fit, and flushes them to the disk. Blocks. */
#define JOURNAL_APPEND_MAX 256
gboolean journal_file_append (JournalFile *file,
                              gsize offset,
                              guint64 generation,
                              const GPtrArray *entries,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The highest generation, @limit at most, that has an entry in the file; 0 where there is none. */
guint64 journal_file_generation (const JournalFile *file, guint64 limit);

/**
 * journal_file_next:
 * @end: where to stop
 *
 * Reads the next entry of @generation that begins at @offset, or behind what is none. @offset moves
 * behind it; @entry points into the file. @skipped: counts the bytes that were none, without those
 * behind the last entry. FALSE where there are no more.
 */
gboolean journal_file_next (const JournalFile *file,
                            guint64 generation,
                            gsize end,
                            gsize *offset,
                            gsize *skipped,
                            QueueEntry *entry);

/** Keeps a copy of the file under @name, for whoever wants to look into damage. */
gboolean journal_file_copy (const JournalFile *file,
                            int folder_fd,
                            const char *name,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Locks a byte, FALSE when another holds it; unlocks it. */
gboolean journal_file_lock (JournalFile *file, guint64 byte);
void journal_file_unlock (JournalFile *file, guint64 byte);

/** Returns a byte from @from to @to that somebody else has locked; 0 for none, which is not told from
 * byte 0 */
guint64 journal_file_locked (JournalFile *file, guint64 from, guint64 to);
