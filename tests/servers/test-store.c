/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/store/store.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAP_SIZE (1024 * 1024)

typedef struct
{
  char *top;    /* (owned) a folder for the test */
  char *folder; /* (owned) below it, not yet there */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  fixture->top = g_dir_make_tmp ("test-store-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->folder = g_build_filename (fixture->top, "store", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  static const char *const names[] = { "data.mdb", "lock.mdb" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, names[i], NULL);
      g_unlink (path);
    }
  g_rmdir (fixture->folder);
  g_assert_no_errno (g_rmdir (fixture->top));
  g_free (fixture->folder);
  g_free (fixture->top);
}

static Store *
open_well (Fixture *fixture, StoreMode mode, MDB_dbi *table)
{
  g_autoptr (GError) error = NULL;
  Store *store = store_open (fixture->folder, mode, MAP_SIZE, 1, &error);
  g_assert_no_error (error);
  gboolean opened = store_table (store, "rows", 0, table, &error);
  g_assert_no_error (error);
  g_assert_true (opened);
  return store;
}

static MDB_val
value_of (const char *text)
{
  return (MDB_val){ .mv_size = strlen (text), .mv_data = (gpointer) text };
}

static void
put (Store *store, MDB_dbi table, const char *key_text, const char *value_text)
{
  MDB_val key = value_of (key_text);
  MDB_val value = value_of (value_text);
  MDB_txn *txn;

  g_assert_cmpint (mdb_txn_begin (store_env (store), NULL, 0, &txn), ==, 0);
  g_assert_cmpint (mdb_put (txn, table, &key, &value, 0), ==, 0);
  g_assert_cmpint (mdb_txn_commit (txn), ==, 0);
}

static gboolean
has (Store *store, MDB_dbi table, const char *key_text)
{
  g_autoptr (GError) error = NULL;
  MDB_val key = value_of (key_text);
  MDB_val value;
  MDB_txn *txn = store_read (store, &error);

  g_assert_no_error (error);
  int result = mdb_get (txn, table, &key, &value);
  mdb_txn_abort (txn);
  return result == MDB_SUCCESS;
}

static void
test_survives_closing (Fixture *fixture, gconstpointer unused)
{
  MDB_dbi table;
  Store *store = open_well (fixture, STORE_READ_WRITE, &table);

  put (store, table, "key", "value");
  store_close (store);
  store = open_well (fixture, STORE_READ_ONLY, &table);
  g_assert_true (has (store, table, "key"));
  g_assert_false (has (store, table, "other"));
  store_close (store);
}

static void
test_modes (Fixture *fixture, gconstpointer unused)
{
  GStatBuf status;
  MDB_dbi table;
  mode_t former = umask (0007);
  g_autoptr (Store) store = open_well (fixture, STORE_READ_WRITE, &table);
  g_autofree char *data = g_build_filename (fixture->folder, "data.mdb", NULL);

  umask (former);
  g_assert_no_errno (g_stat (fixture->folder, &status));
  g_assert_cmpint (status.st_mode & 07777, ==, 0770);
  g_assert_no_errno (g_stat (data, &status));
  g_assert_cmpint (status.st_mode & 07777, ==, 0660);
}

static void
test_absent (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (store_open (fixture->folder, STORE_READ_ONLY, MAP_SIZE, 1, &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_ABSENT);
  g_assert_false (g_file_test (fixture->folder, G_FILE_TEST_EXISTS));
}

static void
test_absent_table (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  MDB_dbi table;

  store_close (open_well (fixture, STORE_READ_WRITE, &table));
  g_autoptr (Store) store = store_open (fixture->folder, STORE_READ_ONLY, MAP_SIZE, 1, &error);
  g_assert_no_error (error);
  g_assert_false (store_table (store, "others", 0, &table, &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_ABSENT);
}

/* Its maker was killed after it made the file: absent for a reader, and a writer mends it. */
static void
test_half_made (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = g_build_filename (fixture->folder, "data.mdb", NULL);
  MDB_dbi table;

  g_assert_no_errno (g_mkdir (fixture->folder, 0770));
  g_assert_true (g_file_set_contents (data, "", 0, NULL));
  g_assert_null (store_open (fixture->folder, STORE_READ_ONLY, MAP_SIZE, 1, &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_ABSENT);
  store_close (open_well (fixture, STORE_READ_WRITE, &table));
}

static void
test_damaged (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = g_build_filename (fixture->folder, "data.mdb", NULL);
  g_autofree char *noise = g_strnfill (16384, 'x');

  g_assert_no_errno (g_mkdir (fixture->folder, 0770));
  g_assert_true (g_file_set_contents (data, noise, 16384, NULL));
  g_assert_null (store_open (fixture->folder, STORE_READ_WRITE, MAP_SIZE, 1, &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_DAMAGED);
  g_assert_nonnull (strstr (error->message, fixture->folder));
}

static void
test_errors (void)
{
  g_autoptr (GError) full = NULL;
  g_autoptr (GError) disk_full = NULL;
  g_autoptr (GError) other = NULL;

  g_assert_true (store_check (MDB_SUCCESS, "write", NULL));
  g_assert_false (store_check (MDB_MAP_FULL, "write", &full));
  g_assert_error (full, STORE_ERROR, STORE_ERROR_FULL);
  g_assert_true (g_str_has_prefix (full->message, "cannot write: "));
  g_assert_false (store_check (ENOSPC, "write", &disk_full));
  g_assert_error (disk_full, STORE_ERROR, STORE_ERROR_FULL);
  g_assert_false (store_check (EACCES, "write", &other));
  g_assert_error (other, STORE_ERROR, STORE_ERROR_FAILED);
}

/* A child that is killed in the middle of a write, with the write lock held and a reader's row
 * taken. */
static void
be_killed_while_writing (Fixture *fixture)
{
  MDB_dbi table;
  MDB_txn *txn;
  MDB_val key = value_of ("unfinished");
  Store *store = open_well (fixture, STORE_READ_WRITE, &table);

  put (store, table, "finished", "value");
  g_assert_nonnull (store_read (store, NULL));
  g_assert_cmpint (mdb_txn_begin (store_env (store), NULL, 0, &txn), ==, 0);
  g_assert_cmpint (mdb_put (txn, table, &key, &key, 0), ==, 0);
  kill (getpid (), SIGKILL);
}

static void
test_killed (Fixture *fixture, gconstpointer unused)
{
  MDB_dbi table;
  int status;
  pid_t child = fork ();

  if (child == 0)
    {
      be_killed_while_writing (fixture);
      _exit (1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status));

  g_autoptr (Store) store = open_well (fixture, STORE_READ_WRITE, &table);
  g_assert_true (has (store, table, "finished"));
  g_assert_false (has (store, table, "unfinished"));
  put (store, table, "after", "value");
  g_assert_true (has (store, table, "after"));

  MDB_envinfo info;
  g_assert_cmpint (mdb_env_info (store_env (store), &info), ==, 0);
  g_assert_cmpuint (info.me_numreaders, <=, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/store/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("survives-closing", test_survives_closing);
  ADD ("modes", test_modes);
  ADD ("absent", test_absent);
  ADD ("absent-table", test_absent_table);
  ADD ("half-made", test_half_made);
  ADD ("damaged", test_damaged);
  ADD ("killed", test_killed);
  g_test_add_func ("/store/errors", test_errors);
  return g_test_run ();
}
