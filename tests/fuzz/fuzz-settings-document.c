/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>

#include "core/settings/settings-document.h"
#include "core/settings/settings-variant.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A document that is valid gives a snapshot, takes its own values for no change, and has the same
 * values when read again. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (SettingsDocument) document = NULL;
  g_autoptr (SettingsDocument) again = NULL;
  g_autoptr (Settings) settings = NULL;
  g_autoptr (Settings) settings_again = NULL;
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  g_autoptr (GPtrArray) warnings = settings_problems_new ();
  g_autoptr (GVariant) values = NULL;
  g_autoptr (GVariant) differences = NULL;
  g_autofree char *text = NULL;
  gsize length;

  document = settings_document_parse ((const char *) data, size, NULL);
  if (document == NULL || !settings_document_validate (document, problems, warnings))
    return 0;
  settings = settings_document_snapshot (document, "/", NULL);
  g_assert_nonnull (settings);

  values = g_variant_ref_sink (settings_to_variant (settings));
  g_assert_true (settings_document_change (document, values, problems));
  text = settings_document_to_text (document, &length);
  again = settings_document_parse (text, length, NULL);
  g_assert_nonnull (again);
  settings_again = settings_document_snapshot (again, "/", NULL);
  g_assert_nonnull (settings_again);
  differences = g_variant_ref_sink (settings_diff (settings, settings_again));
  g_assert_cmpuint (g_variant_n_children (differences), ==, 0);
  return 0;
}
