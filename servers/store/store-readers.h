/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/store/store.h"

/**
 * SECTION: store-readers
 *
 * Read-only transactions that are kept for the next use. store_read() takes a row in LMDB's table
 * of readers, under a lock that all processes share; one that is used again has its row already,
 * and waits for nobody: no process that is slow, or stopped, can hold up a look-up.
 */
typedef struct _StoreReaders StoreReaders;

/** Free it before the store is closed. */
StoreReaders *store_readers_new (Store *store);
void store_readers_free (StoreReaders *readers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreReaders, store_readers_free)

/** Begins to read what has been committed by now. Any thread. */
MDB_txn *store_readers_begin (StoreReaders *readers, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Ends what store_readers_begin() gave. */
void store_readers_end (StoreReaders *readers, MDB_txn *txn);
