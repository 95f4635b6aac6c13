/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/settings/schema.h"
#include "core/settings/setting.h"

static void
test_entries (void)
{
  gsize length;
  const SchemaEntry *entries = schema_entries (&length);

  g_assert_cmpuint (length, >, 20);
  for (gsize i = 0; i < length; i++)
    {
      const SchemaEntry *entry = &entries[i];

      g_test_message ("%s", entry->name);
      g_assert_true (schema_lookup (entry->name) == entry);
      g_assert_nonnull (entry->default_text);
      g_assert_nonnull (entry->documentation);
      g_assert_true (g_str_has_suffix (entry->documentation, "."));
      g_assert_null (strstr (entry->documentation, "  "));
      g_assert_cmpint (entry->words != NULL, ==, entry->kind == SETTING_WORD);
      g_assert_cmpint (entry->maximum > 0, ==, entry->kind == SETTING_INTEGER);
      g_assert_cmpint (entry->row_name != NULL, ==, schema_is_list (entry->kind));
      g_assert_cmpint (entry->expected != NULL, ==,
                       entry->kind == SETTING_TEXT || schema_is_list (entry->kind));
    }
}

static void
test_facets (void)
{
  const SchemaEntry *minutes = schema_lookup ("smtp.relay.pop-client-minutes");
  const SchemaEntry *allow = schema_lookup ("smtp.relay.allow");
  const SchemaEntry *addresses = schema_lookup ("smtp.relay.addresses");

  g_assert_cmpint (minutes->kind, ==, SETTING_INTEGER);
  g_assert_cmpuint (minutes->minimum, ==, 15);
  g_assert_cmpuint (minutes->maximum, ==, 65535);
  g_assert_cmpstr (minutes->default_text, ==, "15");
  g_assert_cmpint (allow->kind, ==, SETTING_WORD);
  g_assert_cmpstr (allow->words[ALLOWANCE_ALL], ==, "all");
  g_assert_cmpstr (allow->words[ALLOWANCE_NONE], ==, "none");
  g_assert_cmpstr (allow->words[ALLOWANCE_SPECIFIED], ==, "specified");
  g_assert_null (allow->words[3]);
  g_assert_cmpint (addresses->kind, ==, SETTING_NETWORKS);
  g_assert_cmpstr (addresses->row_name, ==, "network");
  g_assert_cmpstr (addresses->default_text, ==, "");
  g_assert_null (schema_lookup ("smtp.relay"));
  g_assert_null (schema_lookup ("smtp.relay.foo"));
}

/* A word is kept as its place among the words: the place that its enumeration gives it. */
static void
test_words_are_enumerations (void)
{
  static const struct
  {
    const char *name;
    guint value;
    const char *word;
  } cases[] = {
    { "smtp.relay.allow", ALLOWANCE_ALL, "all" },
    { "smtp.relay.allow", ALLOWANCE_NONE, "none" },
    { "smtp.relay.allow", ALLOWANCE_SPECIFIED, "specified" },
    { "smtp.connection.allow", ALLOWANCE_ALL, "all" },
    { "smtp.connection.allow", ALLOWANCE_NONE, "none" },
    { "smtp.connection.allow", ALLOWANCE_SPECIFIED, "specified" },
    { "security.minimum-tls", TLS_VERSION_1_0, "tls1.0" },
    { "security.minimum-tls", TLS_VERSION_1_1, "tls1.1" },
    { "security.minimum-tls", TLS_VERSION_1_2, "tls1.2" },
    { "security.minimum-tls", TLS_VERSION_1_3, "tls1.3" },
    { "smtp.tls", TLS_USE_NO, "no" },
    { "smtp.tls", TLS_USE_YES, "yes" },
    { "smtp.tls", TLS_USE_ONLY, "only" },
    { "pop3.tls", TLS_USE_NO, "no" },
    { "pop3.tls", TLS_USE_YES, "yes" },
    { "pop3.tls", TLS_USE_ONLY, "only" },
    { "smtp.authentication", AUTHENTICATION_USE_NO, "no" },
    { "smtp.authentication", AUTHENTICATION_USE_TLS, "tls" },
    { "smtp.authentication", AUTHENTICATION_USE_ALWAYS, "always" },
    { "smtp.connection.blocklist-match", BLOCKLIST_MATCH_ANY, "any" },
    { "smtp.connection.blocklist-match", BLOCKLIST_MATCH_ALL, "all" },
    { "smtp.delivery.tls", DELIVERY_TLS_NONE, "none" },
    { "smtp.delivery.tls", DELIVERY_TLS_MAY, "may" },
    { "smtp.delivery.tls", DELIVERY_TLS_MUST, "must" },
    { "smtp.delivery.tls", DELIVERY_TLS_VERIFY, "verify" },
    { "pop3.log-ons.ipv6-prefix", IPV6_PREFIX_128, "128" },
    { "pop3.log-ons.ipv6-prefix", IPV6_PREFIX_64, "64" },
    { "pop3.log-ons.sender-check", SENDER_CHECK_NONE, "none" },
    { "pop3.log-ons.sender-check", SENDER_CHECK_SHARED, "shared" },
    { "pop3.log-ons.sender-check", SENDER_CHECK_ALL, "all" },
  };
  gsize length, words = 0;
  const SchemaEntry *entries = schema_entries (&length);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (schema_lookup (cases[i].name)->words[cases[i].value], ==, cases[i].word);
  for (gsize i = 0; i < length; i++)
    words += entries[i].words == NULL ? 0 : g_strv_length ((char **) entries[i].words);
  g_assert_cmpuint (words, ==, G_N_ELEMENTS (cases));
}

static void
test_positions (void)
{
  g_assert_cmpuint (schema_position ("nothing"), ==, 0);
  g_assert_cmpuint (schema_position ("general"), <, schema_position ("general.host-name"));
  g_assert_cmpuint (schema_position ("general.users-file"), <, schema_position ("smtp"));
  g_assert_cmpuint (schema_position ("smtp.listeners"), <, schema_position ("smtp.relay"));
  g_assert_cmpuint (schema_position ("smtp.limits.recipients"), <, schema_position ("pop3"));
}

/* The words, the table and the struct: whoever adds a setting to one adds it to all. */
static void
test_agrees_with_settings_table (void)
{
  gsize entries_length, table_length;
  const SchemaEntry *entries = schema_entries (&entries_length);
  const Setting *table = setting_table (&table_length);

  for (gsize i = 0; i < MIN (entries_length, table_length); i++)
    {
      g_assert_cmpstr (table[i].name, ==, entries[i].name);
      g_assert_cmpint (table[i].kind, ==, entries[i].kind);
    }
  g_assert_cmpuint (table_length, ==, entries_length);
}

static void
assert_described (GVariant *all, const char *name, const char *expected)
{
  g_autoptr (GVariant) described = g_variant_lookup_value (all, name, G_VARIANT_TYPE_VARDICT);
  g_autofree char *text = NULL;

  g_assert_nonnull (described);
  text = g_variant_print (described, TRUE);
  g_test_message ("%s", text);
  g_assert_nonnull (strstr (text, expected));
}

static void
test_variant (void)
{
  g_autoptr (GVariant) all = g_variant_ref_sink (schema_to_variant ());
  gsize length;

  g_assert_cmpstr (g_variant_get_type_string (all), ==, "a{sa{sv}}");
  schema_entries (&length);
  g_assert_cmpuint (g_variant_n_children (all), ==, length);
  assert_described (all, "smtp.relay.pop-client-minutes", "'minimum': <uint32 15>");
  assert_described (all, "smtp.relay.pop-client-minutes", "'maximum': <uint32 65535>");
  assert_described (all, "smtp.relay.pop-client-minutes", "'default': <uint32 15>");
  assert_described (all, "smtp.relay.pop-client-minutes", "'type': <'integer'>");
  assert_described (all, "smtp.relay.allow", "'words': <['all', 'none', 'specified']>");
  assert_described (all, "smtp.relay.allow", "'default': <'specified'>");
  assert_described (all, "smtp.relay.pop-client", "'default': <true>");
  assert_described (all, "smtp.relay.addresses", "'default': <@as []>");
  assert_described (all, "smtp.relay.addresses", "'type': <'list'>");
  assert_described (all, "general.aliases", "'type': <'list'>");
  assert_described (all, "general.aliases", "'expected': <'an alias such as sales: joe, ann");
  assert_described (all, "general.host-name", "'expected': <'a host name such as");
  assert_described (all, "general.host-name", "'documentation': <'The name that");
}

static gpointer
read_in_thread (gpointer unused)
{
  return (gpointer) schema_lookup ("smtp.relay.allow");
}

static void
test_threads (void)
{
  GThread *threads[8];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new (NULL, read_in_thread, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_true (g_thread_join (threads[i]) == (gpointer) schema_lookup ("smtp.relay.allow"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schema/threads", test_threads);
  g_test_add_func ("/schema/entries", test_entries);
  g_test_add_func ("/schema/facets", test_facets);
  g_test_add_func ("/schema/words-are-enumerations", test_words_are_enumerations);
  g_test_add_func ("/schema/positions", test_positions);
  g_test_add_func ("/schema/agrees-with-settings-table", test_agrees_with_settings_table);
  g_test_add_func ("/schema/variant", test_variant);
  return g_test_run ();
}
