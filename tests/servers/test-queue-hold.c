/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "queue-fixture.h"
#include "servers/queue/queue-body.h"

#define LARGE (QUEUE_BODY_SMALL_MAX + 1000)

/* An id that no message has. */
#define NOBODY 12345

static guint
count_due (Queue *queue)
{
  g_autoptr (GArray) due = queue_due (queue, (QueuePlace){ 0 }, G_MAXINT64, 0, NULL);
  return due->len;
}

static void
test_hold (QueueFixture *fixture, gconstpointer data)
{
  Queue *before = queue_fixture_open (fixture);
  guint64 id = queue_fixture_add (before, 10, 1000);
  guint64 other = queue_fixture_add (before, 10, 2000);
  g_autoptr (GArray) ids = queue_fixture_ids (id, NOBODY);
  guint count = 0;
  g_assert_true (queue_hold (before, ids, "ann", &count, NULL));
  g_assert_cmpuint (count, ==, 1);
  queue_close (before);

  g_autoptr (Queue) queue = queue_fixture_open (fixture);
  g_autoptr (Envelope) held = queue_fixture_get (queue, id);
  g_assert_cmpint (held->hold, ==, ENVELOPE_HELD);
  g_assert_cmpstr (held->hold_reason, ==, "ann");
  g_autoptr (GArray) due = queue_due (queue, (QueuePlace){ 0 }, G_MAXINT64, 0, NULL);
  g_assert_cmpuint (due->len, ==, 1);
  g_assert_cmpuint (g_array_index (due, QueuePlace, 0).id, ==, other);
  g_assert_cmpint (queue_next_due (queue, 0), ==, 2000);
  g_assert_cmpuint (queue_count (queue), ==, 2);
  g_assert_cmpuint (queue_count_held (queue), ==, 1);

  /* A retry is no release, and who holds it first, holds it. */
  g_assert_true (queue_hasten (queue, ids, 500, &count, NULL));
  g_assert_cmpuint (count, ==, 0);
  g_assert_true (queue_hold (queue, ids, "joe", &count, NULL));
  g_assert_cmpuint (count, ==, 1);
  g_assert_cmpuint (count_due (queue), ==, 1);
  g_autoptr (Envelope) still = queue_fixture_get (queue, id);
  g_assert_cmpstr (still->hold_reason, ==, "ann");

  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_assert_true (queue_release (queue, ids, &count, NULL));
  g_assert_cmpuint (count, ==, 1);
  g_assert_true (queue_release (queue, ids, &count, NULL));
  g_assert_cmpuint (count, ==, 0);
  g_autoptr (Envelope) released = queue_fixture_get (queue, id);
  g_assert_cmpint (released->hold, ==, ENVELOPE_FREE);
  g_assert_cmpstr (released->hold_reason, ==, "");
  g_assert_cmpint (released->next_attempt, >=, now);
  g_assert_cmpuint (count_due (queue), ==, 2);
  g_assert_cmpuint (queue_count_held (queue), ==, 0);
}

/* A filter has it kept: it comes into the queue like that. */
static void
test_kept (QueueFixture *fixture, gconstpointer data)
{
  g_autoptr (Queue) queue = queue_fixture_open (fixture);
  QueueAnswer answer = { 0 };
  guint64 id = queue_reserve_id (queue);
  Envelope *envelope = queue_fixture_envelope (id);
  envelope_set_hold (envelope, ENVELOPE_KEPT, "filter: keep subject *offer*");
  queue_add (queue, envelope, queue_fixture_body (queue, id, LARGE), queue_answer_added, &answer);
  queue_answer_wait (&answer, 1);
  g_assert_no_error (answer.error);
  queue_answer_clear (&answer);
  g_assert_cmpuint (count_due (queue), ==, 0);
  g_assert_cmpint (queue_next_due (queue, 0), ==, G_MAXINT64);

  g_autoptr (GArray) ids = queue_fixture_ids (id, NOBODY);
  guint count;
  g_assert_true (queue_hold (queue, ids, "ann", &count, NULL));
  g_autoptr (Envelope) kept = queue_fixture_get (queue, id);
  g_assert_cmpint (kept->hold, ==, ENVELOPE_KEPT);
  g_assert_true (queue_release (queue, ids, &count, NULL));
  g_assert_cmpuint (count_due (queue), ==, 1);
  queue_fixture_assert_content (queue, id, LARGE);
}

/* Who holds a message while it is being delivered finds it held afterwards, with what the attempt
 * gave; who releases it, released. */
static void
test_hold_during_attempt (QueueFixture *fixture, gconstpointer data)
{
  g_autoptr (Queue) queue = queue_fixture_open (fixture);
  guint64 id = queue_fixture_add (queue, 10, 1000);
  g_autoptr (Envelope) attempt = queue_fixture_get (queue, id);
  g_autoptr (GArray) ids = queue_fixture_ids (id, NOBODY);
  guint count;
  g_assert_true (queue_hold (queue, ids, "ann", &count, NULL));
  recipient_settle (envelope_recipient (attempt, 0), RECIPIENT_DELIVERED, "250 2.0.0 ok");
  attempt->next_attempt = 4000;
  attempt->attempts = 1;
  g_assert_true (queue_fixture_settle (queue, attempt, NULL, NULL));
  g_autoptr (Envelope) held = queue_fixture_get (queue, id);
  g_assert_cmpint (held->hold, ==, ENVELOPE_HELD);
  g_assert_cmpstr (held->hold_reason, ==, "ann");
  g_assert_cmpint (envelope_recipient (held, 0)->state, ==, RECIPIENT_DELIVERED);
  g_assert_cmpuint (held->attempts, ==, 1);
  g_assert_cmpuint (count_due (queue), ==, 0);

  g_assert_true (queue_release (queue, ids, &count, NULL));
  g_assert_true (queue_fixture_settle (queue, held, NULL, NULL));
  g_autoptr (Envelope) released = queue_fixture_get (queue, id);
  g_assert_cmpint (released->hold, ==, ENVELOPE_FREE);
  g_assert_cmpuint (count_due (queue), ==, 1);

  /* What the attempt has decided, a hold does not bring back. */
  g_assert_true (queue_hold (queue, ids, "ann", &count, NULL));
  recipient_settle (envelope_recipient (attempt, 1), RECIPIENT_DELIVERED, "250 2.0.0 ok");
  g_assert_true (queue_fixture_settle (queue, attempt, NULL, NULL));
  g_assert_null (queue_fixture_get (queue, id));
}

static void
test_remove_held (QueueFixture *fixture, gconstpointer data)
{
  g_autoptr (Queue) queue = queue_fixture_open (fixture);
  guint64 id = queue_fixture_add (queue, LARGE, 1000);
  g_autoptr (GArray) ids = queue_fixture_ids (id, NOBODY);
  guint count;
  g_assert_true (queue_hold (queue, ids, "ann", &count, NULL));
  g_assert_true (queue_remove (queue, ids, &count, NULL));
  g_assert_cmpuint (count, ==, 1);
  g_assert_cmpuint (queue_count (queue), ==, 0);
  g_assert_cmpuint (queue_fixture_count_files (fixture), ==, 0);
}

/* The listing goes on over what is not meant, over more than one transaction's worth of it. */
static void
test_filter (QueueFixture *fixture, gconstpointer data)
{
  g_autoptr (Queue) queue = queue_fixture_open (fixture);
  guint64 first = queue_fixture_add (queue, 10, 1000);
  QueueAnswer answer = { 0 };
  for (guint i = 0; i < 1500; i++)
    {
      guint64 id = queue_reserve_id (queue);
      queue_add (queue, queue_fixture_envelope (id), queue_fixture_body (queue, id, 10),
                 queue_answer_added, &answer);
    }
  queue_answer_wait (&answer, 1500);
  g_assert_no_error (answer.error);
  queue_answer_clear (&answer);
  guint64 last = queue_fixture_add (queue, 10, 1000);
  g_autoptr (GArray) ids = queue_fixture_ids (first, last);
  guint count;
  g_assert_true (queue_hold (queue, ids, "ann", &count, NULL));

  const QueueFilter held = { .held_only = TRUE };
  g_autoptr (GPtrArray) both = queue_list (queue, &held, 0, NULL);
  g_assert_cmpuint (both->len, ==, 2);
  g_assert_cmpuint (((Envelope *) both->pdata[1])->id, ==, last);
  g_autoptr (GPtrArray) one = queue_list (queue, &held, 1, NULL);
  g_assert_cmpuint (one->len, ==, 1);
  g_autoptr (GPtrArray) all = queue_list (queue, NULL, 0, NULL);
  g_assert_cmpuint (all->len, ==, 1502);
  g_autoptr (GPtrArray) some = queue_list (queue, NULL, 700, NULL);
  g_assert_cmpuint (some->len, ==, 700);
  const QueueFilter rest = { .after = ((Envelope *) some->pdata[699])->id };
  g_autoptr (GPtrArray) others = queue_list (queue, &rest, 0, NULL);
  g_assert_cmpuint (others->len, ==, 802);
  g_assert_cmpuint (((Envelope *) others->pdata[801])->id, ==, last);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/queue-hold/" name, QueueFixture, NULL, queue_fixture_set_up, function,             \
              queue_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("hold", test_hold);
  ADD ("kept", test_kept);
  ADD ("during-attempt", test_hold_during_attempt);
  ADD ("remove", test_remove_held);
  ADD ("filter", test_filter);
  return g_test_run ();
}
