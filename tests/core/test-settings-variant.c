/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/settings-document.h"
#include "core/settings/settings-variant.h"

#define FOLDER TEST_DATA "/settings"

static Settings *
load (const char *name)
{
  g_autofree char *path = g_build_filename (FOLDER, name, NULL);
  g_autoptr (SettingsDocument) document = settings_document_read (path, NULL);

  return settings_document_snapshot (document, NULL, NULL);
}

static void
assert_value (GVariant *values, const char *name, const char *expected)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (values, name, NULL);
  g_autofree char *text = NULL;

  g_assert_nonnull (value);
  text = g_variant_print (value, TRUE);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_values (void)
{
  g_autoptr (Settings) settings = load ("whole.xml");
  g_autoptr (GVariant) values = g_variant_ref_sink (settings_to_variant (settings));

  g_assert_cmpstr (g_variant_get_type_string (values), ==, "a{sv}");
  assert_value (values, "general.host-name", "'Mail.Example.org'");
  assert_value (values, "general.local-domains", "['example.org', '*.example.org']");
  assert_value (values, "general.users-file", "'people/mail-users'");
  assert_value (values, "smtp.listeners", "['127.0.0.1:2525', '*:25']");
  assert_value (values, "smtp.relay.allow", "'none'");
  assert_value (values, "smtp.relay.pop-client", "false");
  assert_value (values, "smtp.relay.pop-client-minutes", "uint32 240");
  assert_value (values, "smtp.relay.addresses", "['10.0.0.0/8', '192.0.2.7', '2001:db8::/32']");
}

/* A document that takes all values over has the same settings: nothing is lost on the way over the
 * bus. */
static void
test_there_and_back (void)
{
  g_autoptr (Settings) settings = load ("whole.xml");
  g_autoptr (GVariant) values = g_variant_ref_sink (settings_to_variant (settings));
  g_autoptr (SettingsDocument) document = settings_document_new ();
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  g_autoptr (Settings) again = NULL;
  g_autoptr (GVariant) values_again = NULL;

  g_assert_true (settings_document_change (document, values, problems));
  again = settings_document_snapshot (document, NULL, NULL);
  g_assert_nonnull (again);
  values_again = g_variant_ref_sink (settings_to_variant (again));
  g_assert_true (g_variant_equal (values, values_again));
}

static void
test_diff (void)
{
  g_autoptr (Settings) whole = load ("whole.xml");
  g_autoptr (Settings) empty = load ("empty.xml");
  g_autoptr (GVariant) none = g_variant_ref_sink (settings_diff (whole, whole));
  g_autoptr (GVariant) all = g_variant_ref_sink (settings_diff (empty, whole));
  g_autoptr (GVariant) values = g_variant_ref_sink (settings_to_variant (whole));
  g_autoptr (GVariant) first = NULL;
  g_autofree char *text = NULL;

  g_assert_cmpstr (g_variant_get_type_string (none), ==, "a(svv)");
  g_assert_cmpuint (g_variant_n_children (none), ==, 0);
  g_assert_cmpuint (g_variant_n_children (all), ==, g_variant_n_children (values));
  first = g_variant_get_child_value (all, 0);
  text = g_variant_print (first, TRUE);
  g_assert_cmpstr (text, ==, "('general.host-name', <'localhost'>, <'Mail.Example.org'>)");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/settings-variant/values", test_values);
  g_test_add_func ("/settings-variant/there-and-back", test_there_and_back);
  g_test_add_func ("/settings-variant/diff", test_diff);
  return g_test_run ();
}
