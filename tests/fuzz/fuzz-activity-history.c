/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/activity/activity-history.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* The digest is given, so that the lines themselves are tried. What is read is written the same. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, size);
  g_autoptr (GString) text = g_string_new_len ((const char *) data, (gssize) size);
  g_autoptr (GVariant) counters
      = g_variant_ref_sink (g_variant_new_parsed ("{'accepted': uint64 0, 'refused': uint64 0}"));
  g_autoptr (ActivityHistory) history = activity_history_new (counters);
  g_autoptr (ActivityHistory) again = activity_history_new (counters);

  g_string_append_printf (text, "sha256 %s\n", digest);
  if (!activity_history_read (history, text->str, text->len, NULL))
    return 0;
  g_autofree char *written = activity_history_to_text (history);
  g_assert_true (activity_history_read (again, written, strlen (written), NULL));
  g_autofree char *written_again = activity_history_to_text (again);
  g_assert_cmpstr (written_again, ==, written);
  return 0;
}
