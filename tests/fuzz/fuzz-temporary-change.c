/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/temporary-change.h"

#include "core/settings/settings-variant.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_round_trip (const GPtrArray *changes)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (temporary_changes_to_variant (changes));
  g_autoptr (GPtrArray) again = temporary_changes_from_variant (variant);
  g_autoptr (GVariant) variant_again = g_variant_ref_sink (temporary_changes_to_variant (again));
  g_assert_true (g_variant_equal (variant, variant_again));
}

static void
check_clock (const TemporarySpan *span)
{
  static const TemporaryTime now
      = { .wall_ms = G_GINT64_CONSTANT (1700000000000), .boot_ms = G_GINT64_CONSTANT (1000000) };
  if (!temporary_clock_is_over (span, now))
    g_assert_cmpuint (temporary_clock_next_ms (span, now), >, 0);
}

/* What the file of temporary changes may hold, as text: each can be described, undone and ended,
 * whatever it says. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static GVariant *values;
  if (values == NULL)
    {
      g_autoptr (Settings) settings = settings_new_default ();
      values = g_variant_ref_sink (settings_to_variant (settings));
    }
  if (!g_utf8_validate_len ((const char *) data, size, NULL))
    return 0; /* as temporary_store_load() does */
  g_autoptr (GVariant) variant
      = g_variant_parse (G_VARIANT_TYPE (TEMPORARY_CHANGES_TYPE), (const char *) data,
                         (const char *) data + size, NULL, NULL);
  if (variant == NULL)
    return 0;

  g_autoptr (GPtrArray) changes = temporary_changes_from_variant (variant);
  check_round_trip (changes);
  while (changes->len > 0)
    {
      guint index = changes->len / 2;
      g_autoptr (GVariant) before = NULL, after = NULL;
      check_clock (&((TemporaryChange *) changes->pdata[index])->span);
      temporary_changes_describe (changes, index, values, &before, &after);
      g_assert_cmpuint (g_variant_n_children (before), ==, g_variant_n_children (after));
      temporary_changes_remove (changes, index);
      check_round_trip (changes);
    }
  return 0;
}
