/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/bus/bus.h"
#include "servers/delivery/queue-view.h"

static gboolean
is_first (gpointer user_data, guint64 id)
{
  return id == 1;
}

static const char *
text_of (GVariant *row, const char *name)
{
  const char *text;
  g_assert_true (g_variant_lookup (row, name, "&s", &text));
  return text;
}

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
  g_autoptr (GVariant) row = g_variant_ref_sink (queue_view_describe (envelope, FALSE));

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
  g_assert_cmpstr (text_of (row, "state"), ==, "waiting");
  g_assert_cmpstr (text_of (row, "hold-reason"), ==, "");
}

static void
test_states (void)
{
  const char *const states[] = { "waiting", "held", "kept" };
  g_autoptr (Envelope) envelope = envelope_new ("");
  envelope_add_recipient (envelope, "joe@example.net");
  for (guint hold = 0; hold < G_N_ELEMENTS (states); hold++)
    {
      envelope_set_hold (envelope, hold, "why");
      g_autoptr (GVariant) row = g_variant_ref_sink (queue_view_describe (envelope, FALSE));
      g_assert_cmpstr (text_of (row, "state"), ==, states[hold]);
      g_assert_cmpstr (text_of (row, "hold-reason"), ==, "why");
      g_autoptr (GVariant) active = g_variant_ref_sink (queue_view_describe (envelope, TRUE));
      g_assert_cmpstr (text_of (active, "state"), ==, "active");
    }
}

static void
test_describe_whole (void)
{
  g_autoptr (Envelope) envelope = envelope_new ("ann@example.org");
  envelope_add_recipient_full (envelope, "joe@example.net", NOTIFY_SUCCESS | NOTIFY_DELAY,
                               "rfc822;\xe9");
  envelope_add_recipient (envelope, "sue@example.net");
  recipient_settle (envelope_recipient (envelope, 0), RECIPIENT_RELAYED_UNTOLD, "250 ok");
  envelope->dsn_return = DSN_RETURN_HEADERS;
  envelope_set_text (&envelope->envelope_id, "QQ1");
  envelope_set_text (&envelope->user, "ann");
  g_autoptr (GVariant) row = g_variant_ref_sink (queue_view_describe_whole (envelope, FALSE));
  g_assert_cmpstr (text_of (row, "envelope-id"), ==, "QQ1");
  g_assert_cmpstr (text_of (row, "return"), ==, "headers");
  g_assert_cmpstr (text_of (row, "user"), ==, "ann");

  g_autoptr (GVariant) recipients
      = g_variant_lookup_value (row, "all-recipients", G_VARIANT_TYPE ("aa{sv}"));
  g_assert_cmpuint (g_variant_n_children (recipients), ==, 2);
  g_autoptr (GVariant) joe = g_variant_get_child_value (recipients, 0);
  g_autofree const char **notify = NULL;
  g_assert_cmpstr (text_of (joe, "address"), ==, "joe@example.net");
  g_assert_cmpstr (text_of (joe, "state"), ==, "delivered");
  g_assert_true (g_utf8_validate (text_of (joe, "original"), -1, NULL));
  g_assert_true (g_variant_lookup (joe, "notify", "^a&s", &notify));
  g_assert_cmpstr (notify[0], ==, "success");
  g_assert_cmpstr (notify[1], ==, "delay");
  g_assert_null (notify[2]);
}

static void
test_filter (void)
{
  QueueFilter filter;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) all = g_variant_ref_sink (g_variant_new_parsed ("@a{sv} {}"));
  g_assert_true (queue_view_parse_filter (all, &filter, &error));
  g_assert_true (filter.sender == NULL && filter.recipient == NULL && filter.destination == NULL);
  g_assert_false (filter.held_only || filter.kept_only);

  g_autoptr (GVariant) some = g_variant_ref_sink (
      g_variant_new_parsed ("{'sender': <''>, 'destination': <'*.example'>, 'kept': <true>, "
                            "'held': <false>, 'after': <'1F'>}"));
  g_assert_true (queue_view_parse_filter (some, &filter, &error));
  g_assert_cmpstr (filter.sender, ==, "");
  g_assert_null (filter.recipient);
  g_assert_cmpstr (filter.destination, ==, "*.example");
  g_assert_true (filter.kept_only && !filter.held_only);
  g_assert_cmpuint (filter.after, ==, 0x1F);

  const char *const wrong[]
      = { "{'sendr': <'x'>}", "{'sender': <7>}", "{'held': <'yes'>}", "{'after': <'x'>}" };
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) problem = NULL;
      g_autoptr (GVariant) asked
          = g_variant_parse (G_VARIANT_TYPE_VARDICT, wrong[i], NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_false (queue_view_parse_filter (asked, &filter, &problem));
      g_assert_error (problem, BUS_ERROR, BUS_ERROR_INVALID);
    }
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
  g_autoptr (GVariant) list
      = g_variant_ref_sink (queue_view_describe_all (envelopes, is_first, NULL));
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
  g_autoptr (GVariant) two
      = g_variant_ref_sink (queue_view_describe_all (envelopes, is_first, NULL));
  g_assert_cmpuint (g_variant_n_children (two), ==, 2);
  g_autoptr (GVariant) first = g_variant_get_child_value (two, 0);
  g_autoptr (GVariant) second = g_variant_get_child_value (two, 1);
  g_assert_cmpstr (text_of (first, "state"), ==, "active");
  g_assert_cmpstr (text_of (second, "state"), ==, "waiting");
}

static void
test_ids (void)
{
  g_autoptr (GError) error = NULL;
  const char *const good[] = { "abc", "1F", NULL };
  const char *const bad[] = { "abc", "../x", NULL };
  const char *const none[] = { NULL };
  g_autoptr (GArray) ids = queue_view_parse_ids (good, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ids->len, ==, 2);
  g_assert_cmpuint (g_array_index (ids, guint64, 1), ==, 0x1F);
  g_autoptr (GArray) empty = queue_view_parse_ids (none, &error);
  g_assert_cmpuint (empty->len, ==, 0);
  g_assert_null (queue_view_parse_ids (bad, &error));
  g_assert_error (error, BUS_ERROR, BUS_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/queue-view/describe", test_describe);
  g_test_add_func ("/queue-view/list-fits-the-bus", test_list_fits_the_bus);
  g_test_add_func ("/queue-view/states", test_states);
  g_test_add_func ("/queue-view/describe-whole", test_describe_whole);
  g_test_add_func ("/queue-view/filter", test_filter);
  g_test_add_func ("/queue-view/ids", test_ids);
  return g_test_run ();
}
