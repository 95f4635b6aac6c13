/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/envelope.h"

static void
test_copy (void)
{
  g_autoptr (Envelope) envelope = envelope_new ("ann@example.org");
  envelope_set_text (&envelope->user, "ann");
  envelope_set_hold (envelope, ENVELOPE_KEPT, "filter");
  recipient_settle (envelope_add_recipient_full (envelope, "joe@example.net", NOTIFY_NEVER, "x;y"),
                    RECIPIENT_FAILED, "550 no");
  envelope->id = 7;
  envelope->attempts = 3;
  g_autoptr (Envelope) copy = envelope_copy (envelope);
  envelope_set_text (&envelope->user, "");
  envelope_set_hold (envelope, ENVELOPE_FREE, "");
  recipient_settle (envelope_recipient (envelope, 0), RECIPIENT_WAITING, "");

  const Recipient *recipient = envelope_recipient (copy, 0);
  g_assert_cmpuint (copy->id, ==, 7);
  g_assert_cmpuint (copy->attempts, ==, 3);
  g_assert_cmpstr (copy->sender, ==, "ann@example.org");
  g_assert_cmpstr (copy->user, ==, "ann");
  g_assert_cmpint (copy->hold, ==, ENVELOPE_KEPT);
  g_assert_cmpstr (copy->hold_reason, ==, "filter");
  g_assert_cmpuint (copy->recipients->len, ==, 1);
  g_assert_cmpint (recipient->state, ==, RECIPIENT_FAILED);
  g_assert_cmpstr (recipient->reason, ==, "550 no");
  g_assert_cmpstr (recipient->original, ==, "x;y");
  g_assert_cmpuint (recipient->notify, ==, NOTIFY_NEVER);
}

/* RFC 3461, section 4.1 */
static void
test_told_of (void)
{
  const struct
  {
    guint notify;
    gboolean success, failure, delay;
  } rows[] = {
    { 0, FALSE, TRUE, TRUE },
    { NOTIFY_NEVER, FALSE, FALSE, FALSE },
    { NOTIFY_SUCCESS, TRUE, FALSE, FALSE },
    { NOTIFY_FAILURE, FALSE, TRUE, FALSE },
    { NOTIFY_DELAY, FALSE, FALSE, TRUE },
    { NOTIFY_SUCCESS | NOTIFY_FAILURE | NOTIFY_DELAY, TRUE, TRUE, TRUE },
    { RECIPIENT_NOTIFY_ALL, FALSE, FALSE, FALSE },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Recipient recipient = { .notify = rows[i].notify };
      g_assert_cmpint (recipient_is_told_of (&recipient, NOTIFY_SUCCESS), ==, rows[i].success);
      g_assert_cmpint (recipient_is_told_of (&recipient, NOTIFY_FAILURE), ==, rows[i].failure);
      g_assert_cmpint (recipient_is_told_of (&recipient, NOTIFY_DELAY), ==, rows[i].delay);
    }
}

static void
test_id (void)
{
  char text[ENVELOPE_ID_TEXT_MAX];
  guint64 id = 0;
  g_assert_cmpstr (envelope_id_to_string (0xABC123, text), ==, "ABC123");
  g_assert_true (envelope_id_parse ("abc123", &id));
  g_assert_cmpuint (id, ==, 0xABC123);
  g_assert_true (envelope_id_parse (envelope_id_to_string (G_MAXUINT64, text), &id)
                 && id == G_MAXUINT64);
  const char *const wrong[] = { "", "0", "0x12", "12345678901234567", "-1", " 1", "1 ", "XYZ" };
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (envelope_id_parse (wrong[i], &id));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/envelope/copy", test_copy);
  g_test_add_func ("/envelope/told-of", test_told_of);
  g_test_add_func ("/envelope/id", test_id);
  return g_test_run ();
}
