/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/store/store-readers.h"

#include <string.h>

#include "tests/core/temporary-folder.h"

typedef struct
{
  char *top;    /* (owned) */
  Store *store; /* (owned) */
  MDB_dbi table;
  StoreReaders *readers; /* (owned) */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL;

  fixture->top = temporary_folder_new ();
  folder = g_build_filename (fixture->top, "store", NULL);
  fixture->store = store_open (folder, STORE_READ_WRITE, 1024 * 1024, 1, &error);
  g_assert_no_error (error);
  g_assert_true (store_table (fixture->store, "rows", 0, &fixture->table, &error));
  fixture->readers = store_readers_new (fixture->store);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  store_readers_free (fixture->readers);
  store_close (fixture->store);
  temporary_folder_remove (fixture->top);
  g_free (fixture->top);
}

static void
put (Fixture *fixture, guint number)
{
  MDB_val key = { .mv_size = 1, .mv_data = "n" };
  MDB_val value = { .mv_size = sizeof number, .mv_data = &number };
  MDB_txn *txn;

  g_assert_cmpint (mdb_txn_begin (store_env (fixture->store), NULL, 0, &txn), ==, 0);
  g_assert_cmpint (mdb_put (txn, fixture->table, &key, &value, 0), ==, 0);
  g_assert_cmpint (mdb_txn_commit (txn), ==, 0);
}

static guint
get (Fixture *fixture, MDB_txn *txn)
{
  MDB_val key = { .mv_size = 1, .mv_data = "n" };
  MDB_val value;
  guint number;

  g_assert_cmpint (mdb_get (txn, fixture->table, &key, &value), ==, 0);
  memcpy (&number, value.mv_data, sizeof number);
  return number;
}

static MDB_txn *
begin (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  MDB_txn *txn = store_readers_begin (fixture->readers, &error);

  g_assert_no_error (error);
  return txn;
}

/* Each begins with what is committed then, whether it is a new one or not; an open one stays. */
static void
test_what_is_seen (Fixture *fixture, gconstpointer unused)
{
  for (guint i = 1; i < 10; i++)
    {
      put (fixture, i);
      MDB_txn *txn = begin (fixture);
      g_assert_cmpuint (get (fixture, txn), ==, i);
      put (fixture, 100 + i);
      g_assert_cmpuint (get (fixture, txn), ==, i);
      store_readers_end (fixture->readers, txn);
    }
}

static guint
readers_in_use (Fixture *fixture)
{
  MDB_envinfo info;

  g_assert_cmpint (mdb_env_info (store_env (fixture->store), &info), ==, 0);
  return info.me_numreaders;
}

/* One look-up after the other needs one row of LMDB's table of readers; many at once are served,
 * too, and what is too many is not kept. */
static void
test_rows (Fixture *fixture, gconstpointer unused)
{
  MDB_txn *open[40];

  put (fixture, 1);
  for (guint i = 0; i < 100; i++)
    store_readers_end (fixture->readers, begin (fixture));
  g_assert_cmpuint (readers_in_use (fixture), ==, 1);

  for (guint round = 0; round < 3; round++)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (open); i++)
        open[i] = begin (fixture);
      for (gsize i = 0; i < G_N_ELEMENTS (open); i++)
        {
          g_assert_cmpuint (get (fixture, open[i]), ==, 1);
          store_readers_end (fixture->readers, open[i]);
        }
    }
  g_assert_cmpuint (readers_in_use (fixture), <=, G_N_ELEMENTS (open));
}

/* A reader that is kept keeps no old pages: the store does not grow. */
static void
test_pages (Fixture *fixture, gconstpointer unused)
{
  MDB_envinfo before, after;

  put (fixture, 1);
  store_readers_end (fixture->readers, begin (fixture));
  for (guint i = 0; i < 50; i++)
    put (fixture, i);
  mdb_env_info (store_env (fixture->store), &before);
  for (guint i = 0; i < 1000; i++)
    put (fixture, i);
  mdb_env_info (store_env (fixture->store), &after);
  g_assert_cmpuint (after.me_last_pgno, ==, before.me_last_pgno);
}

static gpointer
read_much (gpointer data)
{
  Fixture *fixture = data;
  guint last = 0;

  for (guint i = 0; i < 5000; i++)
    {
      MDB_txn *txn = begin (fixture);
      guint number = get (fixture, txn);

      store_readers_end (fixture->readers, txn);
      g_assert_cmpuint (number, >=, last);
      last = number;
    }
  return NULL;
}

static void
test_threads (Fixture *fixture, gconstpointer unused)
{
  GThread *threads[8];

  put (fixture, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("reader", read_much, fixture);
  for (guint i = 2; i < 50; i++)
    put (fixture, i);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/store-readers/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("what-is-seen", test_what_is_seen);
  ADD ("rows", test_rows);
  ADD ("pages", test_pages);
  ADD ("threads", test_threads);
  return g_test_run ();
}
