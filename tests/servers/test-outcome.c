/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/outcome.h"
#include "servers/delivery/plan.h"
#include "servers/delivery/report.h"

#define NOW 1700000000

static const RetrySettings retries = { .minutes_count = 2,
                                       .minutes_interval = 1,
                                       .hours_count = 3,
                                       .hours_interval = 1,
                                       .delay_notice_hours = 4 };
static const OutcomeRules rules = { &retries, NOW };

typedef struct
{
  Policy *policy;
  GBytes *content;
  Envelope *envelope;
  GPtrArray *attempts;
  GArray *given_up;
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
  fixture->envelope->arrived = NOW - 10;
  fixture->given_up = g_array_new (FALSE, FALSE, sizeof (guint));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_ptr_array_unref (fixture->attempts);
  envelope_free (fixture->envelope);
  g_bytes_unref (fixture->content);
  policy_unref (fixture->policy);
  g_array_unref (fixture->given_up);
}

static Attempt *
attempt_at (const Fixture *fixture, guint index)
{
  return g_ptr_array_index (fixture->attempts, index);
}

static void
settle_all (const Fixture *fixture, AttemptOutcome outcome, const char *reason)
{
  for (guint i = 0; i < fixture->attempts->len; i++)
    attempt_settle_rest (attempt_at (fixture, i), outcome, "host", reason);
}

static GArray *
apply (Fixture *fixture)
{
  g_array_set_size (fixture->given_up, 0);
  return outcome_apply (fixture->envelope, fixture->attempts, &rules, fixture->given_up);
}

static void
assert_row (const GArray *rows, guint index, guint recipient, ReportAction action)
{
  g_assert_cmpuint (index, <, rows->len);
  g_assert_cmpuint (g_array_index (rows, ReportRow, index).recipient, ==, recipient);
  g_assert_cmpint (g_array_index (rows, ReportRow, index).action, ==, action);
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
  g_autoptr (GArray) rows = apply (fixture);
  g_assert_cmpuint (rows->len, ==, 1);
  assert_row (rows, 0, 1, REPORT_FAILED);
  assert_recipient (fixture, 0, RECIPIENT_DELIVERED, "250 ok");
  assert_recipient (fixture, 1, RECIPIENT_FAILED, "550 5.1.1 nobody");
  assert_recipient (fixture, 2, RECIPIENT_WAITING, "450 4.2.0 busy");
  g_assert_cmpuint (fixture->envelope->attempts, ==, 1);
  g_assert_cmpint (fixture->envelope->next_attempt, ==, NOW + 60);
}

static void
test_interrupted (Fixture *fixture, gconstpointer data)
{
  fixture->envelope->arrived = NOW - 9 * 3600;
  attempt_settle (attempt_at (fixture, 0), 0, ATTEMPT_DELIVERED, "host", "250 ok");
  g_autoptr (GArray) rows = apply (fixture);
  g_assert_cmpuint (rows->len, ==, 0);
  g_assert_cmpuint (fixture->envelope->attempts, ==, 0);
  g_assert_cmpint (fixture->envelope->next_attempt, ==, NOW - 5);
  assert_recipient (fixture, 1, RECIPIENT_WAITING, "");
}

static void
test_give_up (Fixture *fixture, gconstpointer data)
{
  fixture->envelope->attempts = 5;
  fixture->envelope->arrived = NOW - 9 * 3600;
  settle_all (fixture, ATTEMPT_DEFERRED, "450 4.2.0 busy");
  g_autoptr (GArray) rows = apply (fixture);
  g_assert_cmpuint (rows->len, ==, 3);
  g_assert_cmpuint (fixture->given_up->len, ==, 3);
  assert_row (rows, 2, 2, REPORT_FAILED);
  assert_recipient (fixture, 2, RECIPIENT_FAILED,
                    "554 5.4.7 given up after 6 attempts; the last one: 450 4.2.0 busy");
}

/* The host that a recipient was tried at last. */
static void
test_hosts (Fixture *fixture, gconstpointer data)
{
  Attempt *one = attempt_at (fixture, 0);
  attempt_settle (one, 0, ATTEMPT_FAILED, "mx.one.example[192.0.2.1]:25", "550 5.1.1 nobody");
  attempt_settle (one, 1, ATTEMPT_FAILED, "[2001:db8::1]:2525", "550 5.1.1 nobody");
  attempt_settle (attempt_at (fixture, 1), 0, ATTEMPT_FAILED, NULL, "550 5.1.2 no such domain");
  g_autoptr (GArray) rows = apply (fixture);
  g_assert_cmpuint (rows->len, ==, 3);
  g_assert_cmpstr (g_array_index (rows, ReportRow, 0).host, ==, "mx.one.example");
  g_assert_cmpstr (g_array_index (rows, ReportRow, 1).host, ==, "[2001:db8::1]");
  g_assert_null (g_array_index (rows, ReportRow, 2).host);
}

/* RFC 3461, section 4.1: nobody is told what they did not want to know. */
static void
test_notify (Fixture *fixture, gconstpointer data)
{
  envelope_recipient (fixture->envelope, 0)->notify = NOTIFY_NEVER;
  envelope_recipient (fixture->envelope, 1)->notify = NOTIFY_SUCCESS | NOTIFY_DELAY;
  envelope_recipient (fixture->envelope, 2)->notify = NOTIFY_FAILURE;
  settle_all (fixture, ATTEMPT_FAILED, "550 5.1.1 nobody");
  g_autoptr (GArray) rows = apply (fixture);
  g_assert_cmpuint (rows->len, ==, 1);
  assert_row (rows, 0, 2, REPORT_FAILED);
  g_assert_cmpuint (envelope_count_waiting (fixture->envelope), ==, 0);
}

static void
test_success (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    envelope_recipient (fixture->envelope, i)->notify = NOTIFY_SUCCESS;
  Attempt *one = attempt_at (fixture, 0);
  Attempt *two = attempt_at (fixture, 1);
  attempt_settle_rest (one, ATTEMPT_DELIVERED, "host", "250 ok");
  attempt_result (one, 0)->dsn_passed = TRUE; /* the next hop reports */

  /* What has to be reported is kept, should the process die before the end of the round. */
  g_assert_true (outcome_note_delivered (fixture->envelope, one));
  assert_recipient (fixture, 0, RECIPIENT_DELIVERED, "250 ok");
  assert_recipient (fixture, 1, RECIPIENT_RELAYED_UNTOLD, "250 ok");

  attempt_settle_rest (two, ATTEMPT_DEFERRED, "host", "450 4.2.0 busy");
  g_autoptr (GArray) rows = apply (fixture);
  g_assert_cmpuint (rows->len, ==, 1);
  assert_row (rows, 0, 1, REPORT_RELAYED);
  assert_recipient (fixture, 1, RECIPIENT_DELIVERED, "250 ok");
}

/* A round that was cut short had noted a delivery into a mailbox. */
static void
test_success_noted_before (Fixture *fixture, gconstpointer data)
{
  recipient_settle (envelope_recipient (fixture->envelope, 0), RECIPIENT_DELIVERED_UNTOLD,
                    "250 2.0.0 in the mailbox");
  g_autoptr (GPtrArray) attempts
      = plan_make (fixture->envelope, fixture->policy, fixture->content, FALSE);
  for (guint i = 0; i < attempts->len; i++)
    attempt_settle_rest (g_ptr_array_index (attempts, i), ATTEMPT_DEFERRED, "host", "450 busy");
  g_autoptr (GArray) rows = outcome_apply (fixture->envelope, attempts, &rules, fixture->given_up);
  g_assert_cmpuint (rows->len, ==, 1);
  assert_row (rows, 0, 0, REPORT_DELIVERED);
  assert_recipient (fixture, 0, RECIPIENT_DELIVERED, "250 2.0.0 in the mailbox");
}

static void
test_delay (Fixture *fixture, gconstpointer data)
{
  envelope_recipient (fixture->envelope, 1)->notify = NOTIFY_FAILURE;
  envelope_recipient (fixture->envelope, 2)->notify = NOTIFY_DELAY;
  settle_all (fixture, ATTEMPT_DEFERRED, "450 4.2.0 busy");
  fixture->envelope->arrived = NOW - 4 * 3600 + 1;
  g_autoptr (GArray) early = apply (fixture);
  g_assert_cmpuint (early->len, ==, 0);
  g_assert_false (fixture->envelope->delay_told);

  fixture->envelope->arrived = NOW - 4 * 3600;
  g_autoptr (GArray) rows = apply (fixture);
  g_assert_cmpuint (rows->len, ==, 2);
  assert_row (rows, 0, 0, REPORT_DELAYED);
  assert_row (rows, 1, 2, REPORT_DELAYED);
  g_assert_true (fixture->envelope->delay_told);

  g_autoptr (GArray) again = apply (fixture);
  g_assert_cmpuint (again->len, ==, 0);
}

static void
test_no_delay_notice (Fixture *fixture, gconstpointer data)
{
  const RetrySettings silent = { .minutes_count = 9, .minutes_interval = 1 };
  const OutcomeRules silent_rules = { &silent, NOW };
  fixture->envelope->arrived = 0;
  settle_all (fixture, ATTEMPT_DEFERRED, "450 4.2.0 busy");
  g_autoptr (GArray) rows
      = outcome_apply (fixture->envelope, fixture->attempts, &silent_rules, fixture->given_up);
  g_assert_cmpuint (rows->len, ==, 0);

  envelope_set_text (&fixture->envelope->sender, "");
  g_autoptr (GArray) of_report = apply (fixture);
  g_assert_cmpuint (of_report->len, ==, 0);
  g_assert_false (fixture->envelope->delay_told);
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
  ADD ("hosts", test_hosts);
  ADD ("notify", test_notify);
  ADD ("success", test_success);
  ADD ("success-noted-before", test_success_noted_before);
  ADD ("delay", test_delay);
  ADD ("no-delay-notice", test_no_delay_notice);
  return g_test_run ();
}
