/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "queue-fixture.h"
#include "servers/queue/queue-body.h"
#include "servers/queue/queue-tables.h"

#include <gio/gio.h>
#include <poll.h>
#include <string.h>

#define LARGE (QUEUE_BODY_SMALL_MAX + 1000)

static void
test_add (QueueFixture *fixture, gconstpointer data)
{
  const gsize sizes[] = { 0, 1, 5000, QUEUE_BODY_SMALL_MAX, LARGE, 3000000 };
  guint64 ids[G_N_ELEMENTS (sizes)];
  Queue *queue = queue_fixture_open (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    ids[i] = queue_fixture_add (queue, sizes[i], 0);
  queue_close (queue);

  g_autoptr (Queue) again = queue_fixture_open (fixture);
  g_assert_cmpuint (queue_count (again), ==, G_N_ELEMENTS (sizes));
  g_autoptr (GPtrArray) list = queue_list (again, NULL, 0, NULL);
  g_assert_cmpuint (list->len, ==, G_N_ELEMENTS (sizes));
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      const Envelope *envelope = g_ptr_array_index (list, i);
      g_assert_cmpuint (envelope->id, ==, ids[i]);
      g_assert_cmpint (envelope->arrived, >, 1700000000);
      g_assert_cmpint (envelope->next_attempt, ==, envelope->arrived);
      queue_fixture_assert_content (again, ids[i], sizes[i]);
    }
  g_autoptr (GPtrArray) two = queue_list (again, NULL, 2, NULL);
  g_assert_cmpuint (two->len, ==, 2);
}

static void
test_due (QueueFixture *fixture, gconstpointer data)
{
  g_autoptr (Queue) queue = queue_fixture_open (fixture);
  g_assert_cmpint (queue_next_due (queue, 0), ==, G_MAXINT64);
  guint64 late = queue_fixture_add (queue, 10, 3000);
  guint64 early = queue_fixture_add (queue, 10, 1000);
  guint64 middle = queue_fixture_add (queue, 10, 2000);

  g_autoptr (GArray) due = queue_due (queue, (QueuePlace){ 0 }, 2000, 10, NULL);
  g_assert_cmpuint (due->len, ==, 2);
  g_assert_cmpuint (g_array_index (due, QueuePlace, 0).id, ==, early);
  g_assert_cmpuint (g_array_index (due, QueuePlace, 1).id, ==, middle);
  g_autoptr (GArray) one = queue_due (queue, (QueuePlace){ 0 }, 2000, 1, NULL);
  g_assert_cmpuint (one->len, ==, 1);
  g_autoptr (GArray) next = queue_due (queue, g_array_index (one, QueuePlace, 0), 2000, 0, NULL);
  g_assert_cmpuint (next->len, ==, 1);
  g_assert_cmpuint (g_array_index (next, QueuePlace, 0).id, ==, middle);
  g_assert_cmpint (queue_next_due (queue, 2000), ==, 3000);
  g_assert_cmpint (queue_next_due (queue, 3000), ==, G_MAXINT64);

  g_autoptr (GArray) ids = queue_fixture_ids (late, 12345);
  guint count = 0;
  g_assert_true (queue_hasten (queue, ids, 500, &count, NULL));
  g_assert_cmpuint (count, ==, 1);
  g_autoptr (GArray) hastened = queue_due (queue, (QueuePlace){ 0 }, 500, 0, NULL);
  g_assert_cmpuint (hastened->len, ==, 1);
  g_assert_cmpuint (g_array_index (hastened, QueuePlace, 0).id, ==, late);
}

static void
test_settle (QueueFixture *fixture, gconstpointer data)
{
  g_autoptr (Queue) queue = queue_fixture_open (fixture);
  guint64 id = queue_fixture_add (queue, LARGE, 1000);
  g_autoptr (Envelope) envelope = queue_fixture_get (queue, id);
  recipient_settle (envelope_recipient (envelope, 0), RECIPIENT_DELIVERED, "250 2.0.0 ok");
  envelope->attempts = 1;
  envelope->next_attempt = 4000;
  g_assert_true (queue_fixture_settle (queue, envelope, NULL, NULL));

  g_autoptr (Envelope) read = queue_fixture_get (queue, id);
  g_assert_cmpint (envelope_recipient (read, 0)->state, ==, RECIPIENT_DELIVERED);
  g_assert_cmpuint (read->attempts, ==, 1);
  g_assert_cmpint (queue_next_due (queue, 0), ==, 4000);

  /* The end of the message, and its bounce, at once. */
  recipient_settle (envelope_recipient (envelope, 1), RECIPIENT_FAILED, "550 5.1.1 nobody");
  guint64 bounce_id = queue_reserve_id (queue);
  Envelope *bounce = envelope_new ("");
  bounce->id = bounce_id;
  envelope_add_recipient (bounce, envelope->sender);
  g_assert_true (
      queue_fixture_settle (queue, envelope, bounce, queue_fixture_body (queue, bounce_id, 100)));
  g_assert_null (queue_fixture_get (queue, id));
  g_autoptr (Envelope) queued = queue_fixture_get (queue, bounce_id);
  g_assert_nonnull (queued);
  queue_fixture_assert_content (queue, bounce_id, 100);
  g_assert_cmpuint (queue_count (queue), ==, 1);
  g_assert_cmpuint (queue_fixture_count_files (fixture), ==, 0);
}

static void
test_remove (QueueFixture *fixture, gconstpointer data)
{
  g_autoptr (Queue) queue = queue_fixture_open (fixture);
  guint64 small = queue_fixture_add (queue, 10, 1000);
  guint64 large = queue_fixture_add (queue, LARGE, 1000);
  g_autoptr (Envelope) envelope = queue_fixture_get (queue, large);
  g_autoptr (GArray) ids = queue_fixture_ids (small, large);
  guint count = 0;
  g_assert_true (queue_remove (queue, ids, &count, NULL));
  g_assert_cmpuint (count, ==, 2);
  g_assert_cmpuint (queue_fixture_count_files (fixture), ==, 0);
  g_assert_cmpuint (queue_count (queue), ==, 0);
  g_assert_cmpint (queue_next_due (queue, 0), ==, G_MAXINT64);
  g_assert_true (queue_remove (queue, ids, &count, NULL));
  g_assert_cmpuint (count, ==, 0);

  /* A delivery that was under way finds its message gone, and sends no bounce. */
  recipient_settle (envelope_recipient (envelope, 0), RECIPIENT_FAILED, "550 5.1.1 nobody");
  guint64 bounce_id = queue_reserve_id (queue);
  Envelope *bounce = envelope_new ("");
  bounce->id = bounce_id;
  envelope_add_recipient (bounce, envelope->sender);
  g_assert_false (
      queue_fixture_settle (queue, envelope, bounce, queue_fixture_body (queue, bounce_id, LARGE)));
  g_assert_cmpuint (queue_count (queue), ==, 0);
  g_assert_cmpuint (queue_fixture_count_files (fixture), ==, 0);
}

/* What filters look into before the message is added. */
static void
test_body_content (QueueFixture *fixture, gconstpointer data)
{
  const gsize sizes[] = { 0, 100, LARGE };
  g_autoptr (Queue) queue = queue_fixture_open (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 id = queue_reserve_id (queue);
      QueueBody *body = queue_fixture_body (queue, id, sizes[i]);
      g_autoptr (GBytes) before = queue_body_content (body, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (g_bytes_get_size (before), ==, queue_body_size (body));

      QueueAnswer answer = { 0 };
      queue_add (queue, queue_fixture_envelope (id), body, queue_answer_added, &answer);
      queue_answer_wait (&answer, 1);
      g_assert_no_error (answer.error);
      queue_answer_clear (&answer);
      g_autoptr (GBytes) content = queue_content (queue, id, &error);
      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (before, content));
    }
}

static void
test_same_id (QueueFixture *fixture, gconstpointer data)
{
  g_autoptr (Queue) queue = queue_fixture_open (fixture);
  guint64 id = queue_fixture_add (queue, LARGE, 1000);
  QueueAnswer answer = { 0 };
  queue_add (queue, queue_fixture_envelope (id), queue_fixture_body (queue, id + 1, LARGE),
             queue_answer_added, &answer);
  queue_answer_wait (&answer, 1);
  g_assert_nonnull (answer.error);
  queue_answer_clear (&answer);
  queue_fixture_assert_content (queue, id, LARGE);
  g_assert_cmpuint (queue_fixture_count_files (fixture), ==, 1);
}

/* Breaks the record of @id behind the queue's back. */
static void
break_record (const QueueFixture *fixture, guint64 id)
{
  g_autoptr (Store) store
      = store_open (fixture->folder, STORE_READ_WRITE, (gsize) 64 << 30, QUEUE_TABLES_COUNT, NULL);
  QueueTables tables;
  g_assert_true (queue_tables_open (&tables, store, NULL));
  guint64 id_be = GUINT64_TO_BE (id);
  MDB_val key = { sizeof id_be, &id_be };
  MDB_val value = { 9, "not one\r\n" };
  MDB_txn *txn;
  g_assert_cmpint (mdb_txn_begin (store_env (store), NULL, 0, &txn), ==, 0);
  g_assert_cmpint (mdb_put (txn, tables.envelopes, &key, &value, 0), ==, 0);
  g_assert_cmpint (mdb_txn_commit (txn), ==, 0);
}

static void
test_damage (QueueFixture *fixture, gconstpointer data)
{
  Queue *before = queue_fixture_open (fixture);
  guint64 broken = queue_fixture_add (before, LARGE, 1000);
  guint64 whole = queue_fixture_add (before, 10, 1001);
  queue_close (before);
  break_record (fixture, broken);

  g_autoptr (Queue) queue = queue_fixture_open (fixture);
  g_autoptr (GError) error = NULL;
  g_assert_null (queue_envelope (queue, broken, &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_DAMAGED);
  g_autoptr (GPtrArray) list = queue_list (queue, NULL, 0, NULL);
  g_assert_cmpuint (list->len, ==, 1);

  g_assert_true (queue_set_aside (queue, broken, NULL));
  g_autoptr (GArray) due = queue_due (queue, (QueuePlace){ 0 }, 2000, 0, NULL);
  g_assert_cmpuint (due->len, ==, 1);
  g_assert_cmpuint (g_array_index (due, QueuePlace, 0).id, ==, whole);
  g_assert_null (queue_fixture_get (queue, broken));
  g_assert_true (queue_clean (queue, NULL));
  g_assert_cmpuint (queue_fixture_count_files (fixture), ==,
                    1); /* the content is kept for whoever mends it */
}

static void
make_file (const QueueFixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->folder, "bodies", name, NULL);
  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
}

static void
test_clean (QueueFixture *fixture, gconstpointer data)
{
  g_autoptr (Queue) queue = queue_fixture_open (fixture);
  guint64 id = queue_fixture_add (queue, LARGE, 1000);
  make_file (fixture, "in-0123456789abcdef");
  make_file (fixture, "ABCDEF");
  make_file (fixture, "not ours");
  g_autoptr (QueueBody) incoming = queue_fixture_body (queue, 7, LARGE);
  g_assert_cmpuint (queue_fixture_count_files (fixture), ==, 5);

  g_assert_true (queue_clean (queue, NULL));
  g_assert_cmpuint (queue_fixture_count_files (fixture), ==, 3);
  queue_fixture_assert_content (queue, id, LARGE);
  g_assert_true (queue_body_append (incoming, "more\r\n", 6, NULL));
  queue_body_free (g_steal_pointer (&incoming));
  g_assert_cmpuint (queue_fixture_count_files (fixture), ==, 2);
}

static void
test_wake (QueueFixture *fixture, gconstpointer data)
{
  g_autoptr (Queue) reader = queue_fixture_open (fixture);
  int fd = queue_wake_fd (reader, NULL);
  g_assert_cmpint (fd, >=, 0);
  struct pollfd poll_fd = { fd, POLLIN, 0 };
  g_assert_cmpint (poll (&poll_fd, 1, 0), ==, 0);

  queue_fixture_add (reader, 10, 0);
  g_assert_cmpint (poll (&poll_fd, 1, 10000), ==, 1);
  queue_wake_clear (reader);
  g_assert_cmpint (poll (&poll_fd, 1, 0), ==, 0);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/queue/" name, QueueFixture, NULL, queue_fixture_set_up, function,                  \
              queue_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("add", test_add);
  ADD ("due", test_due);
  ADD ("settle", test_settle);
  ADD ("remove", test_remove);
  ADD ("body-content", test_body_content);
  ADD ("same-id", test_same_id);
  ADD ("damage", test_damage);
  ADD ("clean", test_clean);
  ADD ("wake", test_wake);
  return g_test_run ();
}
