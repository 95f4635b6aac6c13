/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/settings-document.h"
#include "core/settings/settings-image.h"
#include "core/settings/settings-variant.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A document that people wrote: comments, an order of their own, empty elements. */
static const char EDITED[]
    = "<server-properties xmlns=\"urn:postern:server-properties\" version=\"2\" revision=\"7\">\n"
      "  <general><host-name>gate.example</host-name><!-- ours -->\n"
      "    <local-domains><domain>example.org</domain>\n<!-- and --> <domain>example.net</domain>"
      "</local-domains></general>\n"
      "  <smtp><relay><pop-client-minutes/></relay></smtp>\n"
      "</server-properties>\n";

/* What a caller may send: the bytes of a message, which the bus has brought into normal form, or
 * the same as text. */
static GVariant *
read_changes (gboolean is_text, const guint8 *data, gsize size)
{
  if (is_text && !g_utf8_validate_len ((const char *) data, size, NULL))
    return NULL;
  if (is_text)
    return g_variant_parse (G_VARIANT_TYPE_VARDICT, (const char *) data, (const char *) data + size,
                            NULL, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GVariant) raw
      = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, bytes, FALSE));
  return g_variant_get_normal_form (raw);
}

static char *
text_of (const SettingsDocument *document)
{
  gsize length;
  return settings_document_to_text (document, &length);
}

static void
assert_same (const Settings *a, const Settings *b)
{
  g_autoptr (GVariant) differences = g_variant_ref_sink (settings_diff (a, b));
  g_assert_cmpuint (g_variant_n_children (differences), ==, 0);
}

/* Refused changes leave no trace; the others are in the document, once and for good. */
static void
check_values (const Settings *settings, GVariant *changes)
{
  GVariantIter iterator;
  const char *name;
  GVariant *value;

  g_variant_iter_init (&iterator, changes);
  while (g_variant_iter_loop (&iterator, "{&sv}", &name, &value))
    {
      const Setting *setting = setting_lookup (name);
      g_assert_nonnull (setting);
      g_autoptr (GVariant) now = g_variant_ref_sink (settings_variant_of (setting, settings));
      g_autoptr (GVariant) last = g_variant_lookup_value (changes, name, NULL);
      gboolean is_number = setting->kind == SETTING_BOOLEAN || setting->kind == SETTING_INTEGER;
      if (is_number && g_variant_equal (last, value)) /* a name may be there twice */
        g_assert_true (g_variant_equal (now, value) || g_variant_n_children (changes) > 1);
    }
}

static void
check_saved (SettingsDocument *document, GVariant *changes)
{
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  g_autoptr (Settings) settings = settings_document_snapshot (document, NULL, NULL);
  g_assert_nonnull (settings);
  check_values (settings, changes);

  gsize length;
  g_autofree char *text = settings_document_to_text (document, &length);
  g_autoptr (SettingsDocument) again = settings_document_parse (text, length, NULL);
  g_assert_nonnull (again);
  g_assert_true (settings_document_validate (again, problems, NULL));
  g_autoptr (Settings) settings_again = settings_document_snapshot (again, NULL, NULL);
  assert_same (settings, settings_again);

  g_autoptr (GVariant) values = g_variant_ref_sink (settings_to_variant (settings));
  g_assert_true (settings_document_change (again, values, problems));
  g_autofree char *text_again = text_of (again);
  g_assert_cmpstr (text, ==, text_again);

  g_autoptr (GBytes) image = settings_image_encode (settings);
  g_autoptr (Settings) mapped = settings_image_decode (image);
  g_assert_nonnull (mapped);
  assert_same (settings, mapped);
}

static void
try_changes (SettingsDocument *document, GVariant *changes)
{
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  g_autoptr (GPtrArray) warnings = settings_problems_new ();
  g_autofree char *before = text_of (document);
  if (!settings_document_change (document, changes, problems))
    {
      g_autofree char *after = text_of (document);
      g_assert_cmpuint (problems->len, >, 0);
      g_assert_cmpstr (before, ==, after);
      return;
    }
  gboolean is_valid = settings_document_validate (document, problems, warnings);
  g_assert_cmpint (is_valid, ==, problems->len == 0);
  if (is_valid)
    check_saved (document, changes);
}

/* What Check and Apply do with changes that come from the bus. The first byte says to which document,
 * and in which form they are. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size < 1)
    return 0;
  g_autoptr (GVariant) changes = read_changes ((data[0] & 1) == 0, data + 1, size - 1);
  if (changes == NULL)
    return 0;
  g_autoptr (SettingsDocument) document
      = (data[0] & 2) != 0 ? settings_document_new ()
                           : settings_document_parse (EDITED, strlen (EDITED), NULL);
  g_assert_nonnull (document);
  try_changes (document, changes);
  return 0;
}
