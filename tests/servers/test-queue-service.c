/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/bus/bus.h"
#include "servers/delivery/queue-service.h"

static void
test_describe (void)
{
  g_autoptr (Envelope) envelope = envelope_new ("caf\xe9@example.org");
  envelope->id = 0xABC;
  envelope->size = 77;
  envelope->arrived = 1700000000;
  envelope->next_attempt = 1700000060;
  envelope->attempts = 2;
  envelope_add_recipient (envelope, "done@example.net");
  envelope_add_recipient (envelope, "waits@example.net");
  recipient_settle (envelope_recipient (envelope, 0), RECIPIENT_DELIVERED, "250 ok");
  recipient_settle (envelope_recipient (envelope, 1), RECIPIENT_WAITING, "450 4.2.0 busy");
  g_autoptr (GVariant) row = g_variant_ref_sink (queue_service_describe (envelope));

  const char *id, *sender, *reason;
  gint64 arrived, next_attempt;
  guint64 size;
  guint attempts;
  g_autofree const char **recipients = NULL;
  g_assert_true (g_variant_lookup (row, "id", "&s", &id));
  g_assert_true (g_variant_lookup (row, "sender", "&s", &sender));
  g_assert_true (g_variant_lookup (row, "recipients", "^a&s", &recipients));
  g_assert_true (g_variant_lookup (row, "size", "t", &size));
  g_assert_true (g_variant_lookup (row, "arrived", "x", &arrived));
  g_assert_true (g_variant_lookup (row, "next-attempt", "x", &next_attempt));
  g_assert_true (g_variant_lookup (row, "attempts", "u", &attempts));
  g_assert_true (g_variant_lookup (row, "reason", "&s", &reason));
  g_assert_cmpstr (id, ==, "ABC");
  g_assert_true (g_utf8_validate (sender, -1, NULL));
  g_assert_cmpstr (recipients[0], ==, "waits@example.net");
  g_assert_null (recipients[1]);
  g_assert_cmpuint (size, ==, 77);
  g_assert_cmpint (next_attempt - arrived, ==, 60);
  g_assert_cmpuint (attempts, ==, 2);
  g_assert_cmpstr (reason, ==, "450 4.2.0 busy");
}

static void
test_ids (void)
{
  g_autoptr (GError) error = NULL;
  const char *const good[] = { "abc", "1F", NULL };
  const char *const bad[] = { "abc", "../x", NULL };
  const char *const none[] = { NULL };
  g_autoptr (GArray) ids = queue_service_parse_ids (good, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ids->len, ==, 2);
  g_assert_cmpuint (g_array_index (ids, guint64, 1), ==, 0x1F);
  g_autoptr (GArray) empty = queue_service_parse_ids (none, &error);
  g_assert_cmpuint (empty->len, ==, 0);
  g_assert_null (queue_service_parse_ids (bad, &error));
  g_assert_error (error, BUS_ERROR, BUS_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/queue-service/describe", test_describe);
  g_test_add_func ("/queue-service/ids", test_ids);
  return g_test_run ();
}
