/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/store/store-writer.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAP_SIZE (4 * 1024 * 1024)

typedef struct
{
  char *folder; /* (owned) */
  Store *store;
  MDB_dbi table;
  StoreWriter *writer;
  GString *done; /* what the StoreDones said; the writer's thread alone, until it has ended */
  guint n_done;
  GCond is_done;
  GMutex gate; /* held by a test while it hands in what shall go into one transaction */
} Fixture;

typedef struct
{
  Fixture *fixture;
  char key;
  gsize size; /* of the value */
  gboolean fails;
  guint runs;
} Item;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("test-store-writer-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->store = store_open (fixture->folder, STORE_READ_WRITE, MAP_SIZE, 1, &error);
  g_assert_no_error (error);
  gboolean opened = store_table (fixture->store, "rows", 0, &fixture->table, &error);
  g_assert_no_error (error);
  g_assert_true (opened);
  fixture->writer = store_writer_new (fixture->store);
  fixture->done = g_string_new (NULL);
  g_mutex_init (&fixture->gate);
  g_cond_init (&fixture->is_done);
}

static void
remove_store (const char *folder)
{
  static const char *const names[] = { "data.mdb", "lock.mdb" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);
      g_unlink (path);
    }
  g_assert_no_errno (g_rmdir (folder));
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  store_writer_free (fixture->writer);
  store_close (fixture->store);
  remove_store (fixture->folder);
  g_string_free (fixture->done, TRUE);
  g_mutex_clear (&fixture->gate);
  g_cond_clear (&fixture->is_done);
  g_free (fixture->folder);
}

static void
end_writer (Fixture *fixture)
{
  g_clear_pointer (&fixture->writer, store_writer_free);
}

static gboolean
put (MDB_txn *txn, gpointer data, GError **error)
{
  Item *item = data;
  g_autofree char *bytes = g_strnfill (MAX (item->size, 1), item->key);
  MDB_val key = { .mv_size = 1, .mv_data = &item->key };
  MDB_val value = { .mv_size = item->size, .mv_data = bytes };

  item->runs++;
  if (!store_check (mdb_put (txn, item->fixture->table, &key, &value, 0), "put", error))
    return FALSE;
  if (item->fails)
    g_set_error (error, STORE_ERROR, STORE_ERROR_FAILED, "as the test wants it");
  return !item->fails;
}

static void
note (gpointer data, const GError *error)
{
  Item *item = data;
  g_string_append_printf (item->fixture->done, "%c%s ", item->key,
                          error == NULL                     ? ""
                          : error->code == STORE_ERROR_FULL ? "=full"
                                                            : "=failed");
}

/* Keeps the writer busy while the test holds the gate, so that what comes meanwhile waits together.
 */
static gboolean
wait_at_gate (MDB_txn *txn, gpointer data, GError **error)
{
  Fixture *fixture = data;
  g_mutex_lock (&fixture->gate);
  g_mutex_unlock (&fixture->gate);
  return TRUE;
}

static void
submit_together (Fixture *fixture, Item *items, guint n_items)
{
  g_mutex_lock (&fixture->gate);
  store_writer_submit (fixture->writer, wait_at_gate, NULL, fixture);
  for (guint i = 0; i < n_items; i++)
    {
      items[i].fixture = fixture;
      store_writer_submit (fixture->writer, put, note, &items[i]);
    }
  g_mutex_unlock (&fixture->gate);
}

static gboolean
has (Fixture *fixture, char key_byte)
{
  g_autoptr (GError) error = NULL;
  MDB_txn *txn = store_read (fixture->store, &error);
  MDB_val key = { .mv_size = 1, .mv_data = &key_byte };
  MDB_val value;

  g_assert_no_error (error);
  int result = mdb_get (txn, fixture->table, &key, &value);
  mdb_txn_abort (txn);
  return result == MDB_SUCCESS;
}

static void
test_order (Fixture *fixture, gconstpointer unused)
{
  Item items[] = { { .key = 'a' }, { .key = 'b' }, { .key = 'c' } };

  submit_together (fixture, items, G_N_ELEMENTS (items));
  end_writer (fixture);
  g_assert_cmpstr (fixture->done->str, ==, "a b c ");
  g_assert_true (has (fixture, 'a') && has (fixture, 'b') && has (fixture, 'c'));
}

/* One that fails takes nobody along, and leaves nothing behind. */
static void
test_one_fails (Fixture *fixture, gconstpointer unused)
{
  Item items[] = {
    { .key = 'a' }, { .key = 'b', .fails = TRUE }, { .key = 'c' }, { .key = 'd', .fails = TRUE }
  };

  submit_together (fixture, items, G_N_ELEMENTS (items));
  end_writer (fixture);
  g_assert_cmpstr (fixture->done->str, ==, "a b=failed c d=failed ");
  g_assert_true (has (fixture, 'a') && has (fixture, 'c'));
  g_assert_false (has (fixture, 'b') || has (fixture, 'd'));
  g_assert_cmpuint (items[1].runs, ==, 1);
}

/* What does not fit says so; what came before it and what fits behind it are kept. */
static void
test_full (Fixture *fixture, gconstpointer unused)
{
  Item items[] = { { .key = 'a' }, { .key = 'b', .size = MAP_SIZE }, { .key = 'c' } };
  g_autoptr (GError) error = NULL;
  Item later = { .fixture = fixture, .key = 'd' };

  submit_together (fixture, items, G_N_ELEMENTS (items));
  gboolean written = store_writer_run (fixture->writer, put, &later, &error);
  g_assert_no_error (error);
  g_assert_true (written);
  end_writer (fixture);
  g_assert_cmpstr (fixture->done->str, ==, "a b=full c ");
  g_assert_true (has (fixture, 'a') && has (fixture, 'c') && has (fixture, 'd'));
  g_assert_false (has (fixture, 'b'));
}

static void
test_run (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  Item good = { .fixture = fixture, .key = 'a' };
  Item bad = { .fixture = fixture, .key = 'b', .fails = TRUE };

  g_assert_true (store_writer_run (fixture->writer, put, &good, &error));
  g_assert_no_error (error);
  g_assert_true (has (fixture, 'a'));
  g_assert_false (store_writer_run (fixture->writer, put, &bad, &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_FAILED);
}

static void
be_killed (gpointer data, const GError *error)
{
  g_assert_no_error (error);
  kill (getpid (), SIGKILL);
}

static void
be_killed_when_visible (Fixture *fixture, const char *folder)
{
  Item item = { .fixture = fixture, .key = 'a' };
  Store *store = store_open (folder, STORE_READ_WRITE_EARLY, MAP_SIZE, 1, NULL);

  g_assert_true (store_table (store, "rows", 0, &fixture->table, NULL));
  store_writer_submit_visible (store_writer_new (store), put, be_killed, &item);
  pause ();
}

/* What is visible outlives the process, and what comes later builds on it. */
static void
test_visible (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *folder = g_build_filename (fixture->folder, "killed", NULL);
  Item durable = { .fixture = fixture, .key = 'b' };
  int status;

  end_writer (fixture); /* its thread might hold a lock that the child would find shut for ever */
  pid_t child = fork ();
  if (child == 0)
    {
      be_killed_when_visible (fixture, folder);
      _exit (1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);

  store_close (fixture->store);
  fixture->store = store_open (folder, STORE_READ_WRITE_EARLY, MAP_SIZE, 1, NULL);
  g_assert_true (store_table (fixture->store, "rows", 0, &fixture->table, NULL));
  fixture->writer = store_writer_new (fixture->store);
  g_assert_true (has (fixture, 'a'));
  g_assert_true (store_writer_run (fixture->writer, put, &durable, NULL));
  g_assert_true (has (fixture, 'a') && has (fixture, 'b'));
  remove_store (folder);
}

/* Work that somebody waits for takes along what has patience, in the order of their coming. */
static void
test_patient (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  Item patient = { .fixture = fixture, .key = 'a' };
  Item second = { .fixture = fixture, .key = 'b' };
  Item urgent = { .fixture = fixture, .key = 'c' };

  store_writer_submit_patient (fixture->writer, put, note, &patient);
  store_writer_submit_patient (fixture->writer, put, note, &second);
  g_assert_true (store_writer_run (fixture->writer, put, &urgent, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (fixture->done->str, ==, "a b ");
}

static void
tell (gpointer data, const GError *error)
{
  Item *item = data;
  g_assert_no_error (error);
  g_mutex_lock (&item->fixture->gate);
  item->fixture->n_done++;
  g_cond_signal (&item->fixture->is_done);
  g_mutex_unlock (&item->fixture->gate);
}

/* Its patience ends, with no other work there. */
static void
test_patience_ends (Fixture *fixture, gconstpointer unused)
{
  Item patient = { .fixture = fixture, .key = 'a' };

  store_writer_submit_patient (fixture->writer, put, tell, &patient);
  g_mutex_lock (&fixture->gate);
  while (fixture->n_done == 0)
    g_cond_wait (&fixture->is_done, &fixture->gate);
  g_mutex_unlock (&fixture->gate);
  g_assert_true (has (fixture, 'a'));
}

static void
test_patient_at_end (Fixture *fixture, gconstpointer unused)
{
  Item patient = { .fixture = fixture, .key = 'a' };

  store_writer_submit_patient (fixture->writer, put, note, &patient);
  end_writer (fixture);
  g_assert_cmpstr (fixture->done->str, ==, "a ");
  g_assert_true (has (fixture, 'a'));
}

static void
count_done (gpointer data, const GError *error)
{
  Item *item = data;
  g_assert_no_error (error);
  /* Seen by readers before anybody is told. */
  g_assert_true (has (item->fixture, item->key));
  item->fixture->n_done++;
}

static gpointer
submit_many (gpointer data)
{
  Item *items = data;

  for (guint i = 0; i < 500; i++)
    store_writer_submit (items[i].fixture->writer, put, count_done, &items[i]);
  return NULL;
}

static void
test_threads (Fixture *fixture, gconstpointer unused)
{
  static Item items[4][500];
  GThread *threads[4];

  for (guint i = 0; i < 4; i++)
    {
      for (guint k = 0; k < 500; k++)
        items[i][k] = (Item){ .fixture = fixture, .key = (char) ('a' + k % 26) };
      threads[i] = g_thread_new ("submitter", submit_many, items[i]);
    }
  for (guint i = 0; i < 4; i++)
    g_thread_join (threads[i]);
  end_writer (fixture);
  g_assert_cmpuint (fixture->n_done, ==, 4 * 500);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/store-writer/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("order", test_order);
  ADD ("one-fails", test_one_fails);
  ADD ("full", test_full);
  ADD ("run", test_run);
  ADD ("visible", test_visible);
  ADD ("patient", test_patient);
  ADD ("patience-ends", test_patience_ends);
  ADD ("patient-at-end", test_patient_at_end);
  ADD ("threads", test_threads);
  return g_test_run ();
}
