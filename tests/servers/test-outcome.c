/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/outcome.h"
#include "servers/delivery/plan.h"

#define NOW 1700000000

typedef struct
{
  Policy *policy;
  GBytes *content;
  Envelope *envelope;
  GPtrArray *attempts;
} Fixture;

/* Two recipients at one destination, one at another. */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Settings) settings = settings_new_default ();
  fixture->policy = policy_new (settings);
  fixture->content = g_bytes_new_static ("x\r\n", 3);
  fixture->envelope = envelope_new ("ann@example.org");
  fixture->envelope->next_attempt = NOW - 5;
  envelope_add_recipient (fixture->envelope, "a@one.example");
  envelope_add_recipient (fixture->envelope, "b@one.example");
  envelope_add_recipient (fixture->envelope, "c@two.example");
  fixture->attempts = plan_make (fixture->envelope, fixture->policy, fixture->content, FALSE);
  g_assert_cmpuint (fixture->attempts->len, ==, 2);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_ptr_array_unref (fixture->attempts);
  envelope_free (fixture->envelope);
  g_bytes_unref (fixture->content);
  policy_unref (fixture->policy);
}

static void
assert_recipient (const Fixture *fixture, guint index, RecipientState state, const char *reason)
{
  const Recipient *recipient = envelope_recipient (fixture->envelope, index);
  g_assert_cmpint (recipient->state, ==, state);
  g_assert_cmpstr (recipient->reason, ==, reason);
}

static void
test_round (Fixture *fixture, gconstpointer data)
{
  Attempt *one = g_ptr_array_index (fixture->attempts, 0);
  Attempt *two = g_ptr_array_index (fixture->attempts, 1);
  g_assert_false (outcome_is_any (fixture->attempts));
  attempt_settle (one, 0, ATTEMPT_DELIVERED, "host", "250 ok");
  attempt_settle (one, 1, ATTEMPT_FAILED, "host", "550 5.1.1 nobody");
  g_assert_true (outcome_is_any (fixture->attempts));

  /* While the other is under way, the failure is not written: its bounce is not there yet. */
  g_assert_true (outcome_note_delivered (fixture->envelope, one));
  assert_recipient (fixture, 0, RECIPIENT_DELIVERED, "250 ok");
  assert_recipient (fixture, 1, RECIPIENT_WAITING, "");

  attempt_settle (two, 0, ATTEMPT_DEFERRED, "host", "450 4.2.0 busy");
  g_assert_false (outcome_note_delivered (fixture->envelope, two));
  g_autoptr (GArray) failed = outcome_apply (fixture->envelope, fixture->attempts, NOW);
  g_assert_cmpuint (failed->len, ==, 1);
  g_assert_cmpuint (g_array_index (failed, guint, 0), ==, 1);
  assert_recipient (fixture, 0, RECIPIENT_DELIVERED, "250 ok");
  assert_recipient (fixture, 1, RECIPIENT_FAILED, "550 5.1.1 nobody");
  assert_recipient (fixture, 2, RECIPIENT_WAITING, "450 4.2.0 busy");
  g_assert_cmpuint (fixture->envelope->attempts, ==, 1);
  g_assert_cmpint (fixture->envelope->next_attempt, ==, NOW + 60);
}

static void
test_interrupted (Fixture *fixture, gconstpointer data)
{
  Attempt *one = g_ptr_array_index (fixture->attempts, 0);
  attempt_settle (one, 0, ATTEMPT_DELIVERED, "host", "250 ok");
  g_autoptr (GArray) failed = outcome_apply (fixture->envelope, fixture->attempts, NOW);
  g_assert_cmpuint (failed->len, ==, 0);
  g_assert_cmpuint (fixture->envelope->attempts, ==, 0);
  g_assert_cmpint (fixture->envelope->next_attempt, ==, NOW - 5);
  assert_recipient (fixture, 1, RECIPIENT_WAITING, "");
}

static void
test_give_up (Fixture *fixture, gconstpointer data)
{
  fixture->envelope->attempts = 133;
  for (guint i = 0; i < fixture->attempts->len; i++)
    attempt_settle_rest (g_ptr_array_index (fixture->attempts, i), ATTEMPT_DEFERRED, "host",
                         "450 4.2.0 busy");
  g_autoptr (GArray) failed = outcome_apply (fixture->envelope, fixture->attempts, NOW);
  g_assert_cmpuint (failed->len, ==, 3);
  assert_recipient (fixture, 2, RECIPIENT_FAILED,
                    "554 5.4.7 given up after 134 attempts; the last one: 450 4.2.0 busy");
}

#define ADD(name, function)                                                                        \
  g_test_add ("/outcome/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("round", test_round);
  ADD ("interrupted", test_interrupted);
  ADD ("give-up", test_give_up);
  return g_test_run ();
}
