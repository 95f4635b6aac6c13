/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/store/store.h"

/**
 * SECTION: store-writer
 *
 * Group commit: one thread writes, and all work that has come in while a commit was under way goes
 * into the next transaction together, for the price of one flush.
 */

typedef struct _StoreWriter StoreWriter;

/** Done inside the transaction, in the writer's thread. May be run again, in a new transaction,
 * when another's work failed. */
typedef gboolean (*StoreWork) (MDB_txn *txn, gpointer item, GError **error);

/** Called in the writer's thread when the work is on the disk (@error is %NULL), or was given up.
 */
typedef void (*StoreDone) (gpointer item, const GError *error);

StoreWriter *store_writer_new (Store *store);

/** Commits what is waiting, calls every StoreDone, then ends the thread. */
void store_writer_free (StoreWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreWriter, store_writer_free)

/** Hands work in, from any thread; never waits. Works of one thread are done in their order. @done
 * may be %NULL. */
void store_writer_submit (StoreWriter *writer, StoreWork work, StoreDone done, gpointer item);

/**
 * store_writer_submit_visible:
 *
 * The same for work that has to be seen at once, and that a power loss may take back: in a store
 * that commits early, @done is called when every reader sees it and no process that is killed can
 * undo it. It is on the disk with the next flush, which comes at once where nothing else waits.
 */
void
store_writer_submit_visible (StoreWriter *writer, StoreWork work, StoreDone done, gpointer item);

/** How long patient work waits for company, at most. */
#define STORE_WRITER_PATIENCE_MS 20

/** The same for work that nobody waits for: it may wait for other work that shares its flush, so
 * that it takes fewer of them from those that are waited for. */
void
store_writer_submit_patient (StoreWriter *writer, StoreWork work, StoreDone done, gpointer item);

/** Hands work in and waits for it. Not from an event loop, nor from the writer's thread. */
gboolean store_writer_run (StoreWriter *writer, StoreWork work, gpointer item, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
