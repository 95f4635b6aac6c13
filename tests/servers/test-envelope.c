/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/envelope-record.h"

#include <string.h>

static Envelope *
example (void)
{
  Envelope *envelope = envelope_new ("ann@example.org");
  envelope_add_recipient (envelope, "joe@example.net");
  envelope_add_recipient (envelope, "\"odd one\"@example.net");
  envelope_add_recipient (envelope, "caf\xe9@example.net");
  recipient_settle (envelope_recipient (envelope, 1), RECIPIENT_DELIVERED, "250 2.0.0 \xff taken");
  recipient_settle (envelope_recipient (envelope, 2), RECIPIENT_FAILED, "550 5.1.1 no such user");
  envelope->eight_bit = TRUE;
  envelope->size = G_GUINT64_CONSTANT (5000000000);
  envelope->arrived = 1700000000;
  envelope->next_attempt = 1700000060;
  envelope->attempts = 3;
  g_free (envelope->client_address);
  envelope->client_address = g_strdup ("2001:db8::7");
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
    }
  g_assert_cmpint (a->eight_bit, ==, b->eight_bit);
  g_assert_cmpuint (a->size, ==, b->size);
  g_assert_cmpint (a->arrived, ==, b->arrived);
  g_assert_cmpint (a->next_attempt, ==, b->next_attempt);
  g_assert_cmpuint (a->attempts, ==, b->attempts);
  g_assert_cmpstr (a->client_address, ==, b->client_address);
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
  g_test_add_func ("/envelope/round-trip", test_round_trip);
  g_test_add_func ("/envelope/null-sender", test_null_sender);
  g_test_add_func ("/envelope/damage", test_damage);
  g_test_add_func ("/envelope/id", test_id);
  return g_test_run ();
}
