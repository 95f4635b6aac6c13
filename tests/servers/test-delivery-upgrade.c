/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A queue that a former version has filled is delivered by this one. */
#include "delivery-fixture.h"
#include "old-records.h"
#include "servers/queue/queue-tables.h"

#define MAP_SIZE ((gsize) 64 << 30)
#define CONTENT "Subject: from the former version\r\n\r\nA text.\r\n"

/* Puts a record into the tables behind the queue's back, as the former version left it. @due: when;
 * QUEUE_ENTRY_HELD */
static void
put_old (DeliveryFixture *fixture, guint64 id, gint64 due, const guint8 *record, gsize length)
{
  g_autofree char *folder = g_build_filename (fixture->folder, "queue", NULL);
  g_autoptr (GError) error = NULL;
  QueueEntry entry = { .id = id,
                       .due = due,
                       .record = record,
                       .record_length = length,
                       .content = CONTENT,
                       .content_length = sizeof CONTENT - 1 };
  QueueTables tables;
  MDB_txn *txn;

  g_clear_pointer (&fixture->queue, queue_close);
  Store *store = store_open (folder, STORE_READ_WRITE, MAP_SIZE, QUEUE_TABLES_COUNT, &error);
  g_assert_no_error (error);
  g_assert_true (queue_tables_open (&tables, store, NULL));
  g_assert_cmpint (mdb_txn_begin (store_env (store), NULL, 0, &txn), ==, 0);
  g_assert_true (queue_tables_insert (&tables, txn, &entry, NULL));
  g_assert_cmpint (mdb_txn_commit (txn), ==, 0);
  store_close (store);
  fixture->queue = queue_open (folder, &error);
  g_assert_no_error (error);
}

static void
assert_delivered (DeliveryFixture *fixture)
{
  const FakeMessage *message = fake_host_wait (fixture->host, 1);
  g_assert_cmpstr (message->sender, ==, "ann@example.org");
  g_assert_cmpstr (message->recipients, ==, "joe@example.net");
  g_assert_cmpstr (message->content, ==, CONTENT);
  delivery_fixture_until (fixture, delivery_fixture_is_empty, 0);
}

static void
test_version_1 (DeliveryFixture *fixture, gconstpointer data)
{
  put_old (fixture, 7, 1700000060, old_record_1, sizeof old_record_1);
  delivery_fixture_start (fixture);
  assert_delivered (fixture);
}

/* It is held, until somebody releases it: so it is read, changed and written, too. */
static void
test_version_2 (DeliveryFixture *fixture, gconstpointer data)
{
  guint64 id = 7;
  guint count;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof id);
  g_array_append_val (ids, id);
  put_old (fixture, id, QUEUE_ENTRY_HELD, old_record_2, sizeof old_record_2);
  delivery_fixture_start (fixture);
  g_assert_cmpuint (queue_count_held (fixture->queue), ==, 1);
  g_assert_true (queue_release (fixture->queue, ids, &count, NULL));
  g_assert_cmpuint (count, ==, 1);
  assert_delivered (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (G_BYTE_ORDER != G_LITTLE_ENDIAN)
    return 77; /* the records are a little-endian machine's */
#define ADD(name, function)                                                                        \
  g_test_add ("/delivery-upgrade/" name, DeliveryFixture, NULL, delivery_fixture_set_up, function, \
              delivery_fixture_tear_down)
  ADD ("version-1", test_version_1);
  ADD ("version-2", test_version_2);
  return g_test_run ();
}
