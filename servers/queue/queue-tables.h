/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/queue/envelope.h"
#include "servers/queue/queue-entry.h"
#include "servers/queue/queue-filter.h"
#include "servers/queue/queue-place.h"
#include "servers/store/store.h"

/**
 * SECTION: queue-tables
 *
 * The queue's tables, and what can be done to them within one transaction. A message is a row in
 * "envelopes", unless it is held one in "due", and, while its content is small, one in "bodies".
 *
 *   envelopes  id                   -> record (envelope_to_bytes())
 *   due        next attempt, id     -> nothing
 *   bodies     id                   -> content
 *   damaged    id                   -> record that can't be read
 *   counters   "openings"           -> how often the queue was opened
 *              "salt"               -> a random number, of the journal
 *              "journal"            -> the last generation of the journal that is in the tables
 *
 * Numbers in keys are big-endian, so that LMDB's order is theirs.
 */
typedef struct
{
  MDB_dbi envelopes, due, bodies, damaged, counters;
} QueueTables;

#define QUEUE_TABLES_COUNT 5

gboolean
queue_tables_open (QueueTables *tables, Store *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** What an opening of the queue has. */
typedef struct
{
  guint32 number; /* of its own */
  guint64 salt;   /* the queue's, drawn when it was made */
} QueueOpening;

/** Counts up "openings", and gives the new one. */
gboolean queue_tables_count_opening (const QueueTables *tables,
                                     MDB_txn *txn,
                                     QueueOpening *opening,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean queue_tables_get_journal (const QueueTables *tables,
                                   MDB_txn *txn,
                                   guint64 *generation,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean queue_tables_set_journal (const QueueTables *tables,
                                   MDB_txn *txn,
                                   guint64 generation,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Fails where there is a message of that id. */
gboolean queue_tables_insert (const QueueTables *tables,
                              MDB_txn *txn,
                              const QueueEntry *entry,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The same for a message that is promised already: where there is another of its id, which should
 * never be, it gets the next one. */
gboolean queue_tables_insert_anyhow (const QueueTables *tables,
                                     MDB_txn *txn,
                                     const QueueEntry *entry,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * queue_tables_get:
 *
 * Returns: (transfer full): the envelope with its id; %NULL with STORE_ERROR_DAMAGED or another
 * error, or without one where there is no such message
 */
Envelope *queue_tables_get (const QueueTables *tables, MDB_txn *txn, guint64 id, GError **error);

/** What became of a row that was to be changed. */
typedef enum
{
  QUEUE_ROW_FAILED, /* with @error */
  QUEUE_ROW_GONE,   /* there is no such message */
  QUEUE_ROW_DONE
} QueueRow;

/** Writes @envelope in place of the one with its id, whose hold it gets: an administrator may have
 * held the message meanwhile. */
QueueRow queue_tables_settle (const QueueTables *tables,
                              MDB_txn *txn,
                              Envelope *envelope,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Changes an envelope; FALSE: it is to stay as it is. */
typedef gboolean (*QueueEdit) (Envelope *envelope, gpointer user_data);

/** Lets @edit change the message's envelope; QUEUE_ROW_GONE also for a damaged one, and for one that
 * is to stay as it is. */
QueueRow queue_tables_edit (const QueueTables *tables,
                            MDB_txn *txn,
                            guint64 id,
                            QueueEdit edit,
                            gpointer user_data,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Takes the message out. @has_file: gets whether the content is in a file of its own, which the
 * caller deletes afterwards */
QueueRow queue_tables_delete (const QueueTables *tables,
                              MDB_txn *txn,
                              guint64 id,
                              gboolean *has_file,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Moves the message's record to "damaged", and deletes every row of it in "due". */
gboolean queue_tables_set_aside (const QueueTables *tables,
                                 MDB_txn *txn,
                                 guint64 id,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Whether a message has that @id, a damaged one that was set aside included; TRUE also when that
 * can't be read. */
gboolean queue_tables_has (const QueueTables *tables, MDB_txn *txn, guint64 id);

/** Returns: (transfer full): the content of a small message; %NULL with @error, or without for one
 * that has a file */
GBytes *queue_tables_content (const QueueTables *tables, MDB_txn *txn, guint64 id, GError **error);

/** Returns: (transfer full) (element-type QueuePlace): up to @limit of those behind @after that are due
 * at or before @now */
GArray *queue_tables_due (const QueueTables *tables,
                          MDB_txn *txn,
                          QueuePlace after,
                          gint64 now,
                          guint limit,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The earliest next attempt that is later than @after; G_MAXINT64 for none. */
gint64 queue_tables_next_due (const QueueTables *tables, MDB_txn *txn, gint64 after);

/** What queue_tables_list() is to do, and has done. */
typedef struct
{
  guint64 last; /* look at those with a higher id; moves on */
  guint looks;  /* at so many */
  guint limit;  /* add no more than so many */
  QueueFilter filter;
} QueueListing;

/**
 * Adds those that are meant to @envelopes. Returns FALSE at the end of the table. What is damaged is
 * passed over.
 */
gboolean queue_tables_list (const QueueTables *tables,
                            MDB_txn *txn,
                            QueueListing *listing,
                            GPtrArray *envelopes);
