/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <lmdb.h>

/**
 * SECTION: store
 *
 * An LMDB environment in a folder of its own: opened, and its errors turned into #GError, in one
 * place. Several processes may have it open; a process opens it once. A process that dies, at any
 * instant, leaves it usable. One whose disk fails at the root of a store can't go on with it, and ends
 * itself, with a word in the log and a status of failure, so that it is started again.
 */

#define STORE_ERROR (store_error_quark ())
GQuark store_error_quark (void);

typedef enum
{
  STORE_ERROR_FAILED,
  STORE_ERROR_FULL, /* the map or the disk is full */
  STORE_ERROR_DAMAGED,
  STORE_ERROR_ABSENT /* opened for reading, and nobody has made it yet */
} StoreError;

typedef struct _Store Store;

typedef enum
{
  STORE_READ_WRITE,
  STORE_READ_WRITE_EARLY, /* a commit flushes the new pages and the root before, not the new root: a
                             power loss may take back the last transaction, whole */
  STORE_READ_ONLY         /* waits for nobody: no lock that a writer holds can stop a reader */
} StoreMode;

/**
 * store_open:
 * @folder: made, with mode 0770, where it is missing
 * @map_size: the most bytes that it can ever hold; costs address space, not disk
 * @tables: how many named tables it will have
 */
Store *store_open (const char *folder, StoreMode mode, gsize map_size, guint tables, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void store_close (Store *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Store, store_close)

MDB_env *store_env (Store *store);

/** Whether a commit is early: see the mode. mdb_env_sync() brings the rest to the disk. */
gboolean store_is_early (Store *store);

/** Opens the named table, making it where it is missing and the store may be written. To be called
 * once a table, at the start. */
gboolean store_table (Store *store,
                      const char *name,
                      guint mdb_flags,
                      MDB_dbi *table,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Begins a read-only transaction, to be ended soon with mdb_txn_abort(). Any thread. */
MDB_txn *store_read (Store *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Turns what an mdb_ function gave into @error: "cannot WHAT: reason". Returns TRUE when @result
 * is MDB_SUCCESS. Does not return after a failure at the root. */
gboolean store_check (int result, const char *what, GError **error);
