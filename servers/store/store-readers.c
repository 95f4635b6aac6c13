/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/store/store-readers.h"

/* As many as threads look things up at the same time, usually. */
#define KEPT_MAX 16

struct _StoreReaders
{
  Store *store;            /* (unowned) */
  MDB_txn *kept[KEPT_MAX]; /* (owned) (nullable) reset; atomic: who takes one out has it alone */
};

StoreReaders *
store_readers_new (Store *store)
{
  StoreReaders *readers = g_new0 (StoreReaders, 1);

  readers->store = store;
  return readers;
}

void
store_readers_free (StoreReaders *readers)
{
  if (readers == NULL)
    return;
  for (gsize i = 0; i < KEPT_MAX; i++)
    if (readers->kept[i] != NULL)
      mdb_txn_abort (readers->kept[i]);
  g_free (readers);
}

/* Returns: (transfer full) (nullable): one of those that are kept */
static MDB_txn *
take (StoreReaders *readers)
{
  for (gsize i = 0; i < KEPT_MAX; i++)
    {
      MDB_txn *txn = g_atomic_pointer_get (&readers->kept[i]);

      if (txn != NULL && g_atomic_pointer_compare_and_exchange (&readers->kept[i], txn, NULL))
        return txn;
    }
  return NULL;
}

MDB_txn *
store_readers_begin (StoreReaders *readers, GError **error)
{
  MDB_txn *txn = take (readers);

  if (txn == NULL)
    return store_read (readers->store, error);
  if (store_check (mdb_txn_renew (txn), "read", error))
    return txn;
  mdb_txn_abort (txn);
  return NULL;
}

void
store_readers_end (StoreReaders *readers, MDB_txn *txn)
{
  mdb_txn_reset (txn);
  for (gsize i = 0; i < KEPT_MAX; i++)
    if (g_atomic_pointer_compare_and_exchange (&readers->kept[i], NULL, txn))
      return;
  mdb_txn_abort (txn);
}
