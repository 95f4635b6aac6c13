/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "old-records.h"
#include "servers/queue/envelope-record.h"

#include <string.h>

static Envelope *
example (void)
{
  Envelope *envelope = envelope_new ("ann@example.org");
  envelope_add_recipient (envelope, "joe@example.net");
  envelope_add_recipient_full (envelope, "\"odd one\"@example.net", NOTIFY_SUCCESS | NOTIFY_DELAY,
                               "rfc822;odd+20one@old.example");
  envelope_add_recipient (envelope, "caf\xe9@example.net");
  recipient_settle (envelope_recipient (envelope, 1), RECIPIENT_DELIVERED, "250 2.0.0 \xff taken");
  recipient_settle (envelope_recipient (envelope, 2), RECIPIENT_FAILED, "550 5.1.1 no such user");
  envelope->eight_bit = TRUE;
  envelope->size = G_GUINT64_CONSTANT (5000000000);
  envelope->arrived = 1700000000;
  envelope->next_attempt = 1700000060;
  envelope->attempts = 3;
  envelope->utf8 = TRUE;
  envelope->dsn_return = DSN_RETURN_HEADERS;
  envelope->delay_told = TRUE;
  envelope_set_hold (envelope, ENVELOPE_KEPT, "filter: keep subject *\xff*");
  envelope_set_text (&envelope->client_address, "2001:db8::7");
  envelope_set_text (&envelope->user, "ann");
  envelope_set_text (&envelope->envelope_id, "QQ+2B1");
  return envelope;
}

static void
assert_same (const Envelope *a, const Envelope *b)
{
  g_assert_cmpstr (a->sender, ==, b->sender);
  g_assert_cmpuint (a->recipients->len, ==, b->recipients->len);
  for (guint i = 0; i < a->recipients->len; i++)
    {
      g_assert_cmpstr (envelope_recipient (a, i)->address, ==, envelope_recipient (b, i)->address);
      g_assert_cmpstr (envelope_recipient (a, i)->reason, ==, envelope_recipient (b, i)->reason);
      g_assert_cmpint (envelope_recipient (a, i)->state, ==, envelope_recipient (b, i)->state);
      g_assert_cmpuint (envelope_recipient (a, i)->notify, ==, envelope_recipient (b, i)->notify);
      g_assert_cmpstr (envelope_recipient (a, i)->original, ==,
                       envelope_recipient (b, i)->original);
    }
  g_assert_cmpint (a->eight_bit, ==, b->eight_bit);
  g_assert_cmpuint (a->size, ==, b->size);
  g_assert_cmpint (a->arrived, ==, b->arrived);
  g_assert_cmpint (a->next_attempt, ==, b->next_attempt);
  g_assert_cmpuint (a->attempts, ==, b->attempts);
  g_assert_cmpstr (a->client_address, ==, b->client_address);
  g_assert_cmpstr (a->user, ==, b->user);
  g_assert_cmpstr (a->envelope_id, ==, b->envelope_id);
  g_assert_cmpint (a->utf8, ==, b->utf8);
  g_assert_cmpint (a->dsn_return, ==, b->dsn_return);
  g_assert_cmpint (a->hold, ==, b->hold);
  g_assert_cmpstr (a->hold_reason, ==, b->hold_reason);
  g_assert_cmpint (a->delay_told, ==, b->delay_told);
}

static void
test_round_trip (void)
{
  g_autoptr (Envelope) envelope = example ();
  g_autoptr (GBytes) bytes = envelope_to_bytes (envelope);
  g_autoptr (Envelope) read = envelope_from_bytes (bytes);
  g_assert_nonnull (read);
  assert_same (envelope, read);
  g_assert_cmpuint (envelope_count_waiting (read), ==, 1);

  g_autoptr (Envelope) copy = envelope_copy (read);
  assert_same (envelope, copy);
}

/* Returns: (transfer full): of any bytes but NUL */
static char *
random_text (guint length_min)
{
  guint length = length_min + (guint) g_test_rand_int_range (0, 40);
  char *text = g_malloc0 (length + 1);
  for (guint i = 0; i < length; i++)
    text[i] = (char) g_test_rand_int_range (1, 256);
  return text;
}

static void
set_random_text (char **text)
{
  g_free (*text);
  *text = random_text (0);
}

static Envelope *
random_envelope (void)
{
  g_autofree char *sender = random_text (0);
  Envelope *envelope = envelope_new (sender);
  gint n_recipients = g_test_rand_int_range (1, 20);
  for (gint i = 0; i < n_recipients; i++)
    {
      g_autofree char *address = random_text (1), *original = random_text (0);
      g_autofree char *reason = random_text (0);
      guint notify = (guint) g_test_rand_int_range (0, RECIPIENT_NOTIFY_ALL + 1);
      recipient_settle (envelope_add_recipient_full (envelope, address, notify, original),
                        g_test_rand_int_range (0, RECIPIENT_RELAYED_UNTOLD + 1), reason);
    }
  envelope->eight_bit = g_test_rand_bit ();
  envelope->utf8 = g_test_rand_bit ();
  envelope->delay_told = g_test_rand_bit ();
  envelope->size = (guint64) (guint32) g_test_rand_int () << 32 | (guint32) g_test_rand_int ();
  envelope->arrived = (gint64) g_test_rand_int () * (1 << 20);
  envelope->next_attempt = (gint64) g_test_rand_int_range (0, G_MAXINT32) << 20;
  envelope->attempts = (guint) g_test_rand_int ();
  envelope->dsn_return = g_test_rand_int_range (0, DSN_RETURN_HEADERS + 1);
  envelope->hold = g_test_rand_int_range (0, ENVELOPE_KEPT + 1);
  set_random_text (&envelope->hold_reason);
  set_random_text (&envelope->client_address);
  set_random_text (&envelope->user);
  set_random_text (&envelope->envelope_id);
  return envelope;
}

static void
test_random (void)
{
  for (guint i = 0; i < 2000; i++)
    {
      g_autoptr (Envelope) envelope = random_envelope ();
      g_autoptr (GBytes) bytes = envelope_to_bytes (envelope);
      g_autoptr (Envelope) read = envelope_from_bytes (bytes);
      g_assert_nonnull (read);
      assert_same (envelope, read);
    }
}

static void
test_null_sender (void)
{
  g_autoptr (Envelope) envelope = envelope_new ("");
  envelope_add_recipient (envelope, "ann@example.org");
  g_autoptr (GBytes) bytes = envelope_to_bytes (envelope);
  g_autoptr (Envelope) read = envelope_from_bytes (bytes);
  g_assert_nonnull (read);
  g_assert_cmpstr (read->sender, ==, "");
}

/* Whatever bit falls over, wherever the record is cut: it is found out. */
static void
test_damage (void)
{
  g_autoptr (Envelope) envelope = example ();
  g_autoptr (GBytes) bytes = envelope_to_bytes (envelope);
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  for (gsize i = 0; i < length * 8; i++)
    {
      g_autofree guint8 *damaged = g_memdup2 (data, length);
      damaged[i / 8] ^= (guint8) (1u << (i % 8));
      g_autoptr (GBytes) record = g_bytes_new (damaged, length);
      g_assert_null (envelope_from_bytes (record));
    }
  for (gsize cut = 0; cut < length; cut++)
    {
      g_autoptr (GBytes) record = g_bytes_new (data, cut);
      g_assert_null (envelope_from_bytes (record));
    }
}

/* A queue that an older server has filled is delivered by this one. Written again, a record is of the
 * newest version. */
static void
assert_is_read (const guint8 *data, gsize length, const Envelope *expected)
{
  if (G_BYTE_ORDER != G_LITTLE_ENDIAN)
    {
      g_test_skip ("the record is a little-endian machine's");
      return;
    }
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, length);
  g_autoptr (Envelope) read = envelope_from_bytes (bytes);
  g_assert_nonnull (read);
  assert_same (expected, read);
  g_autoptr (GBytes) again = envelope_to_bytes (read);
  g_autoptr (Envelope) newest = envelope_from_bytes (again);
  assert_same (expected, newest);
}

static void
test_version_1 (void)
{
  g_autoptr (Envelope) expected = envelope_new ("ann@example.org");
  envelope_add_recipient (expected, "joe@example.net");
  envelope_add_recipient (expected, "caf\xe9@example.net");
  recipient_settle (envelope_recipient (expected, 1), RECIPIENT_FAILED, "550 5.1.1 no such user");
  expected->eight_bit = TRUE;
  expected->size = 5000;
  expected->arrived = 1700000000;
  expected->next_attempt = 1700000060;
  expected->attempts = 3;
  envelope_set_text (&expected->client_address, "2001:db8::7");
  assert_is_read (old_record_1, sizeof old_record_1, expected);
}

static void
test_version_2 (void)
{
  g_autoptr (Envelope) expected = envelope_new ("ann@example.org");
  envelope_add_recipient (expected, "joe@example.net");
  envelope_add_recipient_full (expected, "sue@example.net", NOTIFY_SUCCESS | NOTIFY_DELAY,
                               "rfc822;sue@old.example");
  recipient_settle (envelope_recipient (expected, 1), RECIPIENT_DELIVERED, "250 2.0.0 ok");
  expected->eight_bit = TRUE;
  expected->size = 5000;
  expected->arrived = 1700000000;
  expected->next_attempt = 1700000060;
  expected->attempts = 3;
  expected->utf8 = TRUE;
  expected->dsn_return = DSN_RETURN_HEADERS;
  expected->delay_told = TRUE;
  envelope_set_hold (expected, ENVELOPE_HELD, "ann");
  envelope_set_text (&expected->client_address, "2001:db8::7");
  envelope_set_text (&expected->user, "ann");
  envelope_set_text (&expected->envelope_id, "QQ1");
  assert_is_read (old_record_2, sizeof old_record_2, expected);
}

/* What a newer version has written is not guessed at. */
static void
test_version_unknown (void)
{
  const guint32 versions[] = { 0, 4, G_MAXUINT32 };
  g_autoptr (Envelope) envelope = example ();
  g_autoptr (GBytes) bytes = envelope_to_bytes (envelope);
  for (guint i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      gsize length;
      const guint8 *data = g_bytes_get_data (bytes, &length);
      g_autofree guint8 *changed = g_memdup2 (data, length);
      memcpy (changed, &versions[i], sizeof versions[i]);
      g_autoptr (GBytes) record = g_bytes_new (changed, length);
      g_assert_null (envelope_from_bytes (record));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/envelope-record/round-trip", test_round_trip);
  g_test_add_func ("/envelope-record/random", test_random);
  g_test_add_func ("/envelope-record/null-sender", test_null_sender);
  g_test_add_func ("/envelope-record/damage", test_damage);
  g_test_add_func ("/envelope-record/version-1", test_version_1);
  g_test_add_func ("/envelope-record/version-2", test_version_2);
  g_test_add_func ("/envelope-record/version-unknown", test_version_unknown);
  return g_test_run ();
}
