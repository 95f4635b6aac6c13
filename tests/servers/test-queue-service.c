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

/* What the bus would not carry must not be sent: it would disconnect the server. */
static void
test_list_fits_the_bus (void)
{
  g_autoptr (GPtrArray) envelopes = g_ptr_array_new_with_free_func ((GDestroyNotify) envelope_free);
  for (guint i = 0; i < 300; i++)
    {
      Envelope *envelope = envelope_new ("joe@example.org");
      envelope->id = i + 1;
      for (guint r = 0; r < 1000; r++)
        envelope_add_recipient (
            envelope, "a-recipient-with-a-long-local-part-that-goes-on-and-on@some.example.net");
      g_ptr_array_add (envelopes, envelope);
    }
  g_autoptr (GVariant) list = g_variant_ref_sink (queue_service_describe_all (envelopes));
  g_assert_cmpuint (g_variant_n_children (list), >, 100);
  g_assert_cmpuint (g_variant_n_children (list), <, 300);

  g_autoptr (GDBusMessage) message = g_dbus_message_new_signal ("/a", "a.b", "C");
  g_dbus_message_set_body (message, g_variant_new ("(@aa{sv})", list));
  gsize size;
  g_autofree guchar *blob
      = g_dbus_message_to_blob (message, &size, G_DBUS_CAPABILITY_FLAGS_NONE, NULL);
  g_assert_nonnull (blob);
  g_assert_cmpuint (size, <, 32 << 20);

  g_ptr_array_set_size (envelopes, 2);
  g_autoptr (GVariant) two = g_variant_ref_sink (queue_service_describe_all (envelopes));
  g_assert_cmpuint (g_variant_n_children (two), ==, 2);
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
  g_test_add_func ("/queue-service/list-fits-the-bus", test_list_fits_the_bus);
  g_test_add_func ("/queue-service/ids", test_ids);
  return g_test_run ();
}
