/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "queue-fixture.h"
#include "servers/queue/envelope-record.h"
#include "servers/queue/journal-file.h"
#include "servers/queue/queue-body.h"
#include "servers/queue/queue-tables.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#define LARGE (QUEUE_BODY_SMALL_MAX + 1000)

static Queue *
open_with_journal (const QueueFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Queue) queue = queue_fixture_open (fixture);
  g_assert_true (queue_use_journal (queue, &error));
  g_assert_no_error (error);
  return g_steal_pointer (&queue);
}

static void
test_add (QueueFixture *fixture, gconstpointer data)
{
  const gsize sizes[] = { 0, 1, 5000, QUEUE_BODY_SMALL_MAX, LARGE };
  guint64 ids[G_N_ELEMENTS (sizes)];
  Queue *queue = open_with_journal (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    ids[i] = queue_fixture_add (queue, sizes[i], 1000 + i);

  queue_await_journal (queue);
  g_assert_cmpuint (queue_count (queue), ==, G_N_ELEMENTS (sizes));
  queue_close (queue);
  g_autoptr (Queue) again = open_with_journal (fixture);
  g_assert_cmpuint (queue_count (again), ==, G_N_ELEMENTS (sizes));
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (Envelope) envelope = queue_fixture_get (again, ids[i]);
      g_assert_cmpint (envelope->next_attempt, ==, 1000 + i);
      queue_fixture_assert_content (again, ids[i], sizes[i]);
    }
  g_assert_cmpint (queue_next_due (again, 1001), ==, 1002);
}

static void
test_held (QueueFixture *fixture, gconstpointer data)
{
  g_autoptr (Queue) queue = open_with_journal (fixture);
  QueueAnswer answer = { 0 };
  guint64 id = queue_reserve_id (queue);
  Envelope *envelope = queue_fixture_envelope (id);
  envelope_set_hold (envelope, ENVELOPE_KEPT, "filter");
  queue_add (queue, envelope, queue_fixture_body (queue, id, 10), queue_answer_added, &answer);
  queue_answer_wait (&answer, 1);
  queue_await_journal (queue);
  g_assert_cmpuint (queue_count_held (queue), ==, 1);
  g_assert_cmpint (queue_next_due (queue, 0), ==, G_MAXINT64);
  queue_answer_clear (&answer);
}

/* More than the files hold: they change turns. */
static void
test_turns (QueueFixture *fixture, gconstpointer data)
{
  const gsize size = 60000;
  const guint count = 3 * JOURNAL_FILE_SIZE / size;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (Queue) queue = open_with_journal (fixture);
  QueueAnswer answer = { 0 };
  for (guint i = 0; i < count; i++)
    {
      guint64 id = queue_reserve_id (queue);
      g_array_append_val (ids, id);
      queue_add (queue, queue_fixture_envelope (id), queue_fixture_body (queue, id, size),
                 queue_answer_added, &answer);
    }
  queue_answer_wait (&answer, count);
  g_assert_no_error (answer.error);
  queue_await_journal (queue);
  g_assert_cmpuint (queue_count (queue), ==, count);
  for (guint i = 0; i < count; i++)
    queue_fixture_assert_content (queue, g_array_index (ids, guint64, i), size);
  queue_answer_clear (&answer);
}

/* Whoever opens the queue next does not bring back what was delivered, although it stands in the
 * journal still. */
static void
test_delivered_stays_so (QueueFixture *fixture, gconstpointer data)
{
  Queue *queue = open_with_journal (fixture);
  guint64 id = queue_fixture_add (queue, 100, 1000);
  queue_close (queue);

  queue = queue_fixture_open (fixture);
  g_autoptr (GArray) ids = queue_fixture_ids (id, 1);
  guint count;
  g_assert_true (queue_remove (queue, ids, &count, NULL));
  g_assert_cmpuint (count, ==, 1);
  g_assert_true (queue_clean (queue, NULL));
  g_assert_cmpuint (queue_count (queue), ==, 0);
  queue_close (queue);

  queue = open_with_journal (fixture);
  g_assert_cmpuint (queue_count (queue), ==, 0);
  queue_close (queue);
}

/* Another process cleans up, while the journal is in use. */
static void
test_clean (QueueFixture *fixture, gconstpointer data)
{
  g_autoptr (Queue) queue = open_with_journal (fixture);
  g_autoptr (Queue) delivery = queue_fixture_open (fixture);
  for (guint i = 0; i < 20; i++)
    {
      queue_fixture_add (queue, 100, 1000);
      g_assert_true (queue_clean (delivery, NULL));
    }
  queue_await_journal (delivery);
  g_assert_cmpuint (queue_count (delivery), ==, 20);
}

static void
test_wake (QueueFixture *fixture, gconstpointer data)
{
  /* The journal's opening tells, too. */
  g_autoptr (Queue) queue = open_with_journal (fixture);
  g_autoptr (Queue) delivery = queue_fixture_open (fixture);
  struct pollfd wake = { .fd = queue_wake_fd (delivery, NULL), .events = POLLIN };
  queue_fixture_add (queue, 100, 1000);
  g_assert_cmpint (poll (&wake, 1, 10000), ==, 1);
  g_assert_cmpuint (queue_count (delivery), ==, 1);
}

/* Adds a message of 10 KB. Returns whether it was promised. */
static gboolean
is_promised (Queue *queue)
{
  QueueAnswer answer = { 0 };
  guint64 id = queue_reserve_id (queue);
  queue_add (queue, queue_fixture_envelope (id), queue_fixture_body (queue, id, 10000),
             queue_answer_added, &answer);
  queue_answer_wait (&answer, 1);
  gboolean is_promised = answer.error == NULL;
  queue_answer_clear (&answer);
  return is_promised;
}

/* The tables find no room: what was promised by then stays promised, and nothing else is. */
static void
test_no_room (QueueFixture *fixture, gconstpointer data)
{
  struct rlimit before, limit;
  guint64 promised = 0;
  g_autoptr (Queue) queue = open_with_journal (fixture);
  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &before);
  limit = before;
  limit.rlim_cur = JOURNAL_FILE_SIZE;
  setrlimit (RLIMIT_FSIZE, &limit);
  while (is_promised (queue))
    promised++;
  g_assert_cmpuint (promised, >, JOURNAL_FILE_SIZE / 20000);
  queue_close (g_steal_pointer (&queue));
  setrlimit (RLIMIT_FSIZE, &before);

  queue = open_with_journal (fixture);
  g_assert_cmpuint (queue_count (queue), ==, promised);
  g_assert_true (is_promised (queue));
}

/* With room again, it goes on by itself. */
static void
test_room_again (QueueFixture *fixture, gconstpointer data)
{
  struct rlimit before, limit;
  guint64 promised = 0;
  g_autoptr (Queue) queue = open_with_journal (fixture);
  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &before);
  limit = before;
  limit.rlim_cur = JOURNAL_FILE_SIZE;
  setrlimit (RLIMIT_FSIZE, &limit);
  while (is_promised (queue))
    promised++;
  setrlimit (RLIMIT_FSIZE, &before);
  while (!is_promised (queue))
    g_usleep (1000);
  queue_close (g_steal_pointer (&queue));
  queue = queue_fixture_open (fixture);
  g_assert_cmpuint (queue_count (queue), ==, promised + 1);
}

static guint64
read_salt (const QueueFixture *fixture)
{
  QueueTables tables;
  QueueOpening opening;
  g_autoptr (Store) store = store_open (fixture->folder, STORE_READ_WRITE, 1 << 30, 5, NULL);
  g_assert_true (queue_tables_open (&tables, store, NULL));
  MDB_txn *txn;
  g_assert_cmpint (mdb_txn_begin (store_env (store), NULL, 0, &txn), ==, 0);
  g_assert_true (queue_tables_count_opening (&tables, txn, &opening, NULL));
  mdb_txn_abort (txn);
  return opening.salt;
}

/* What nobody can read is told, kept, and does not hide what stands behind it. */
static void
test_damage (QueueFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "journal-0", NULL);
  guint64 ids[3];
  queue_close (queue_fixture_open (fixture));
  guint64 salt = read_salt (fixture);
  g_autoptr (Queue) queue = queue_fixture_open (fixture);
  /* A journal that a dead process has left behind: three messages, the second damaged. */
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  QueueEntry rows[3];
  int folder_fd = open (fixture->folder, O_RDONLY | O_DIRECTORY);
  JournalPlace place = { folder_fd, "journal-0", salt };
  g_autoptr (JournalFile) file = journal_file_open (&place, TRUE, NULL);
  g_autoptr (Envelope) envelope = queue_fixture_envelope (1);
  envelope->next_attempt = 1000;
  g_autoptr (GBytes) record = envelope_to_bytes (envelope);
  for (guint i = 0; i < 3; i++)
    {
      ids[i] = queue_reserve_id (queue);
      rows[i] = (QueueEntry){ .id = ids[i], .due = 1000, .content = "a\r\n", .content_length = 3 };
      rows[i].record = g_bytes_get_data (record, &rows[i].record_length);
      rows[i].check_sum = queue_entry_sum (&rows[i], place.salt);
      g_ptr_array_add (entries, &rows[i]);
    }
  g_assert_true (journal_file_append (file, 0, G_MAXUINT32, entries, NULL));
  int fd = open (path, O_WRONLY);
  gsize at = journal_file_length (&rows[0]) + 50;
  g_assert_cmpint (pwrite (fd, "?", 1, (off_t) at), ==, 1);
  close (fd);

  g_assert_true (queue_clean (queue, NULL));
  g_assert_cmpuint (queue_count (queue), ==, 2);
  g_autofree char *copy = g_build_filename (fixture->folder, "journal-damaged-FFFFFFFF", NULL);
  g_assert_true (g_file_test (copy, G_FILE_TEST_EXISTS));
  g_autoptr (Envelope) third = queue_fixture_get (queue, ids[2]);
  g_assert_nonnull (third);
  close (folder_fd);
}

/* Another process dies twice; this one lives on, and takes up each time what is new, while nobody has the
 * journal. */
static void
test_take_up (QueueFixture *fixture, gconstpointer data)
{
  queue_close (open_with_journal (fixture));
  guint64 salt = read_salt (fixture);
  int folder_fd = open (fixture->folder, O_RDONLY | O_DIRECTORY);
  g_autoptr (Queue) queue = queue_fixture_open (fixture);
  g_autoptr (Envelope) envelope = queue_fixture_envelope (1);
  envelope->next_attempt = 1000;
  g_autoptr (GBytes) record = envelope_to_bytes (envelope);
  for (guint64 i = 1; i <= 4; i++)
    {
      JournalPlace place = { folder_fd, i % 2 != 0 ? "journal-0" : "journal-1", salt };
      g_autoptr (JournalFile) file = journal_file_open (&place, FALSE, NULL);
      QueueEntry row = {
        .id = queue_reserve_id (queue), .due = 1000, .content = "a\r\n", .content_length = 3
      };
      row.record = g_bytes_get_data (record, &row.record_length);
      row.check_sum = queue_entry_sum (&row, salt);
      g_autoptr (GPtrArray) entries = g_ptr_array_new ();
      g_ptr_array_add (entries, &row);
      g_assert_true (
          journal_file_append (file, 0, (G_GUINT64_CONSTANT (1) << 32) + i, entries, NULL));
      gboolean has_owner = i % 2 != 0 && journal_file_lock (file, 0); /* in the first file */
      g_assert_true (queue_take_up (queue, NULL));
      g_assert_cmpuint (queue_count (queue), ==, has_owner ? i - 1 : i);
      journal_file_unlock (file, 0);
      g_assert_true (queue_take_up (queue, NULL));
      g_assert_true (queue_take_up (queue, NULL));
      g_assert_cmpuint (queue_count (queue), ==, i);
    }
  close (folder_fd);
}

/* The second does without. */
static void
test_two_owners (QueueFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Queue) first = open_with_journal (fixture);
  g_autoptr (Queue) second = queue_fixture_open (fixture);
  g_assert_false (queue_use_journal (second, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  queue_fixture_add (second, 100, 1000);
  queue_fixture_add (first, 100, 1000);
  queue_await_journal (second);
  g_assert_cmpuint (queue_count (second), ==, 2);
}

/* Who opened the queue first has the journal last: what it promises is not taken for something old. */
static void
test_owner_that_waited (QueueFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Queue) early = queue_fixture_open (fixture);
  Queue *late = open_with_journal (fixture);
  queue_fixture_add (late, 100, 1000);
  queue_close (late);
  g_assert_true (queue_use_journal (early, &error));
  g_assert_no_error (error);
  queue_fixture_add (early, 100, 1000);
  queue_await_journal (early);
  g_assert_cmpuint (queue_count (early), ==, 2);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/queue-journal/" name, QueueFixture, NULL, queue_fixture_set_up, function,          \
              queue_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* Tables without room are warned of. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  ADD ("add", test_add);
  ADD ("held", test_held);
  ADD ("turns", test_turns);
  ADD ("delivered-stays-so", test_delivered_stays_so);
  ADD ("clean", test_clean);
  ADD ("wake", test_wake);
  ADD ("damage", test_damage);
  ADD ("take-up", test_take_up);
  ADD ("two-owners", test_two_owners);
  ADD ("owner-that-waited", test_owner_that_waited);
  ADD ("no-room", test_no_room);
  ADD ("room-again", test_room_again);
  return g_test_run ();
}
