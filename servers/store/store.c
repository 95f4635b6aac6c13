/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The size of LMDB's table of readers: each open read transaction of each process has a row. */
#define READERS 1024

#define FOLDER_MODE 0770
#define FILE_MODE 0660

struct _Store
{
  MDB_env *env;
  StoreMode mode;
};

G_DEFINE_QUARK (store - error - quark, store_error)

static StoreError
code_of (int result)
{
  switch (result)
    {
    case MDB_MAP_FULL:
    case MDB_TXN_FULL:
    case ENOSPC:
    case EDQUOT:
      return STORE_ERROR_FULL;
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
      return STORE_ERROR_DAMAGED;
    case MDB_NOTFOUND:
    case ENOENT:
      return STORE_ERROR_ABSENT;
    default:
      return STORE_ERROR_FAILED;
    }
}

/* A root page could not be written: which root is on the disk nobody knows, and LMDB does nothing more
 * in this process, not even read. The next process begins with the root that it finds, and with the
 * journal: nothing that was promised is lost. No core dump: it would have secrets in it. */
static void G_GNUC_NORETURN
end_process (const char *what)
{
  g_critical (
      "cannot %s: the disk failed at a store's root: this process ends, to be started again", what);
  _exit (EXIT_FAILURE);
}

gboolean
store_check (int result, const char *what, GError **error)
{
  if (result == MDB_SUCCESS)
    return TRUE;

  if (result == MDB_PANIC)
    end_process (what);
  g_set_error (error, STORE_ERROR, code_of (result), "cannot %s: %s", what, mdb_strerror (result));
  return FALSE;
}

/* A reader comes upon a file that has no content only while its maker is at work, or after that was
 * killed there. */
static gboolean
check_is_made (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "data.mdb", NULL);
  GStatBuf status;

  if (g_stat (path, &status) != 0)
    return store_check (errno, path, error);
  if (status.st_size == 0)
    return store_check (ENOENT, path, error);

  return TRUE;
}

/* A file that was just made is lost with the power, whatever is flushed into it, until its folder
 * is flushed, too. */
static gboolean
flush_folder (const char *folder, GError **error)
{
  g_autofree char *what = g_strdup_printf ("flush the folder %s", folder);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return store_check (errno, what, error);

  int result = fsync (fd) == 0 ? 0 : errno;
  close (fd);
  return store_check (result, what, error);
}

static gboolean
flush_folders (const char *folder, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (folder);
  return flush_folder (folder, error) && flush_folder (parent, error);
}

static gboolean
open_env (Store *store, const char *folder, gsize map_size, guint tables, GError **error)
{
  g_autofree char *what = g_strdup_printf ("open %s", folder);
  static const guint mode_flags[] = {
    [STORE_READ_WRITE] = 0,
    [STORE_READ_WRITE_EARLY] = MDB_NOMETASYNC,
    [STORE_READ_ONLY] = MDB_RDONLY,
  };
  guint flags = MDB_NOTLS | mode_flags[store->mode];
  int dead_readers;

  return store_check (mdb_env_set_mapsize (store->env, map_size), what, error)
         && store_check (mdb_env_set_maxdbs (store->env, tables), what, error)
         && store_check (mdb_env_set_maxreaders (store->env, READERS), what, error)
         && store_check (mdb_env_open (store->env, folder, flags, FILE_MODE), what, error)
         /* Rows of processes that were killed would keep old pages from being used again. */
         && store_check (mdb_reader_check (store->env, &dead_readers), what, error);
}

Store *
store_open (const char *folder, StoreMode mode, gsize map_size, guint tables, GError **error)
{
  if (mode != STORE_READ_ONLY && g_mkdir_with_parents (folder, FOLDER_MODE) != 0)
    {
      g_autofree char *what = g_strdup_printf ("make the folder %s", folder);
      store_check (errno, what, error);
      return NULL;
    }
  if (mode == STORE_READ_ONLY && !check_is_made (folder, error))
    return NULL;

  MDB_env *env;
  if (!store_check (mdb_env_create (&env), "open a store", error))
    return NULL;

  g_autoptr (Store) store = g_new0 (Store, 1);
  store->env = env;
  store->mode = mode;
  if (!open_env (store, folder, map_size, tables, error)
      || (mode != STORE_READ_ONLY && !flush_folders (folder, error)))
    return NULL;

  return g_steal_pointer (&store);
}

void
store_close (Store *store)
{
  if (store == NULL)
    return;

  mdb_env_close (store->env);
  g_free (store);
}

MDB_env *
store_env (Store *store)
{
  return store->env;
}

gboolean
store_is_early (Store *store)
{
  return store->mode == STORE_READ_WRITE_EARLY;
}

gboolean
store_table (Store *store, const char *name, guint mdb_flags, MDB_dbi *table, GError **error)
{
  gboolean can_write = store->mode != STORE_READ_ONLY;
  g_autofree char *what = g_strdup_printf ("open the table %s", name);
  MDB_txn *txn;

  if (!store_check (mdb_txn_begin (store->env, NULL, can_write ? 0 : MDB_RDONLY, &txn), what,
                    error))
    return FALSE;

  if (!store_check (mdb_dbi_open (txn, name, mdb_flags | (can_write ? MDB_CREATE : 0), table), what,
                    error))
    {
      mdb_txn_abort (txn);
      return FALSE;
    }

  return store_check (mdb_txn_commit (txn), what, error);
}

MDB_txn *
store_read (Store *store, GError **error)
{
  MDB_txn *txn;

  if (!store_check (mdb_txn_begin (store->env, NULL, MDB_RDONLY, &txn), "read", error))
    return NULL;

  return txn;
}
