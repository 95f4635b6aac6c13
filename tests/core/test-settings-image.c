/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/settings/network-set.h"
#include "core/settings/settings-document.h"
#include "core/settings/settings-image.h"
#include "core/settings/settings-variant.h"

#define FOLDER TEST_DATA "/settings"

static void
assert_same (const Settings *expected, const Settings *settings)
{
  g_autoptr (GVariant) values = g_variant_ref_sink (settings_to_variant (settings));
  g_autoptr (GVariant) expected_values = g_variant_ref_sink (settings_to_variant (expected));

  g_assert_cmpuint (settings->revision, ==, expected->revision);
  g_assert_true (g_variant_equal (values, expected_values));
}

static Settings *
there_and_back (const Settings *settings)
{
  g_autoptr (GBytes) image = settings_image_encode (settings);
  Settings *again = settings_image_decode (image);

  g_assert_nonnull (again);
  assert_same (settings, again);
  return again;
}

static Settings *
load (const char *name)
{
  g_autofree char *path = g_build_filename (FOLDER, name, NULL);
  g_autoptr (SettingsDocument) document = settings_document_read (path, NULL);

  return settings_document_snapshot (document, NULL, NULL);
}

/* Every setting, at its default and at another value: whole.xml has one of each. */
static void
test_there_and_back (void)
{
  g_autoptr (Settings) defaults = settings_new_default ();
  g_autoptr (Settings) whole = load ("whole.xml");
  g_autoptr (Settings) defaults_again = there_and_back (defaults);
  g_autoptr (Settings) whole_again = there_and_back (whole);
  NetworkSet *set = whole_again->smtp.relay.addresses.set;
  IpAddress address;

  g_assert_nonnull (set);
  g_assert_true (ip_address_parse ("10.1.2.3", &address));
  g_assert_cmpint (network_set_match (set, &address), ==, 96 + 8);
}

/* A value that fits the setting, such as the bus may bring. */
static GVariant *
random_value (const Setting *setting)
{
  const SchemaEntry *schema = schema_lookup (setting->name);

  switch (setting->kind)
    {
    case SETTING_BOOLEAN:
      return g_variant_new_boolean (g_test_rand_bit ());
    case SETTING_INTEGER:
      return g_variant_new_uint32 (
          g_test_rand_bit ()
              ? schema->maximum
              : schema->minimum + g_test_rand_int_range (0, schema->maximum - schema->minimum));
    case SETTING_WORD:
      return g_variant_new_string (
          schema->words[g_test_rand_int_range (0, g_strv_length ((char **) schema->words))]);
    case SETTING_NETWORKS:
    case SETTING_DOMAINS:
      {
        GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);
        int length = g_test_rand_int_range (0, 50);

        for (int i = 0; i < length; i++)
          g_variant_builder_add_value (
              &builder, g_variant_new_take_string (
                            setting->kind == SETTING_DOMAINS ? g_strdup_printf ("d%d.example", i)
                            : g_test_rand_bit ()
                                ? g_strdup_printf ("10.%d.%d.0/%d", g_test_rand_int_range (0, 256),
                                                   i, g_test_rand_int_range (24, 33))
                                : g_strdup_printf ("2001:db8:%x::/48", i)));
        return g_variant_builder_end (&builder);
      }
    default:
      return NULL;
    }
}

static void
test_random_documents (void)
{
  gsize length;
  const Setting *table = setting_table (&length);

  for (int round = 0; round < 50; round++)
    {
      g_autoptr (SettingsDocument) document = settings_document_new ();
      g_autoptr (GPtrArray) problems = settings_problems_new ();
      g_autoptr (Settings) settings = NULL;
      g_autoptr (Settings) again = NULL;

      for (gsize i = 0; i < length; i++)
        {
          g_auto (GVariantDict) change = G_VARIANT_DICT_INIT (NULL);
          g_autoptr (GVariant) changes = NULL;
          GVariant *value = g_test_rand_int_range (0, 3) == 0 ? random_value (&table[i]) : NULL;

          if (value == NULL)
            continue;
          g_variant_dict_insert_value (&change, table[i].name, value);
          changes = g_variant_ref_sink (g_variant_dict_end (&change));
          (void) settings_document_change (document, changes, problems);
        }
      settings_document_set_revision (document, (guint64) round << 40);
      settings = settings_document_snapshot (document, NULL, NULL);
      if (settings == NULL) /* the rules refuse the combination */
        continue;
      again = there_and_back (settings);
    }
}

/* Bytes that lie in memory of their own, so that a step outside is found. */
static void
decode_copy (const guint8 *bytes, gsize length)
{
  g_autoptr (GBytes) image = g_bytes_new_take (g_memdup2 (bytes, length), length);
  g_autoptr (Settings) settings = settings_image_decode (image);

  if (settings != NULL)
    g_variant_unref (g_variant_ref_sink (settings_to_variant (settings)));
}

static void
test_damaged (void)
{
  g_autoptr (Settings) whole = load ("whole.xml");
  g_autoptr (GBytes) image = settings_image_encode (whole);
  gsize length;
  const guint8 *bytes = g_bytes_get_data (image, &length);

  for (gsize cut = 0; cut < length; cut += 13)
    decode_copy (bytes, cut);
  for (int round = 0; round < 1000; round++)
    {
      g_autofree guint8 *copy = g_memdup2 (bytes, length);

      for (int i = g_test_rand_int_range (1, 5); i > 0; i--)
        copy[g_test_rand_int_range (0, (gint32) length)] = (guint8) g_test_rand_int ();
      decode_copy (copy, length);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/settings-image/there-and-back", test_there_and_back);
  g_test_add_func ("/settings-image/random-documents", test_random_documents);
  g_test_add_func ("/settings-image/damaged", test_damaged);
  return g_test_run ();
}
