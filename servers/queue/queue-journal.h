/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/queue/queue-tables.h"
#include "servers/store/store-writer.h"

/**
 * SECTION: queue-journal
 *
 * Where small messages go first: a transaction of the store needs two flushes and many writes, an
 * entry in the journal one of each. What is there is promised. A moment later it goes into the
 * tables, all together in one transaction, and only from then on others see it. There are two files
 * (journal-file), which change turns: one is filled while the other goes into the tables.
 *
 * A process that dies leaves its journal behind, and the next one that takes it up puts the rest
 * into the tables: those generations whose number is above the one that the tables have written
 * down, in the same transaction. So no message is ever there twice.
 *
 * One process has the journal at a time. For the queue alone.
 */
typedef struct _QueueJournal QueueJournal;

/** What the journal works with; all of it outlives the journal. */
typedef struct
{
  int folder_fd;
  StoreWriter *writer;
  const QueueTables *tables;
  QueueOpening opening;              /* of the queue; counted anew once the journal is ours */
  void (*seen) (gpointer user_data); /* in any thread: messages are in the tables */
  gpointer user_data;
} QueueJournalPlace;

/** Takes the journal, makes it where it is missing, and puts what it holds into the tables. Waits,
 * a few seconds at most, for another process that has it. */
QueueJournal *queue_journal_new (const QueueJournalPlace *where,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Waits until what is promised is in the tables, or can't be: then it stays in the journal. */
void queue_journal_free (QueueJournal *journal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QueueJournal, queue_journal_free)

/** Whether the entry is small enough. */
gboolean queue_journal_fits (const QueueEntry *entry);

/** @entry: lives until @done, which is called in the journal's thread: it is on the disk, or @error
 * says why not. From any thread; never waits. */
void
queue_journal_add (QueueJournal *journal, const QueueEntry *entry, StoreDone done, gpointer item);

/** Puts into the tables what a dead process has left in the journal; does nothing while a living one
 * has it. Blocks. */
gboolean queue_journal_take_up (const QueueJournalPlace *where,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Waits until all that has been promised by now, by any process, is in the tables; half a second at
 * most. */
void queue_journal_await (int folder_fd);
