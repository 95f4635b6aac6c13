/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>

#include "core/settings/list-row.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A row of any kind is read again from its normal form, and is the same. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);

  for (SettingKind kind = SETTING_NETWORKS; kind < SETTING_KINDS; kind++)
    {
      g_autofree char *normal = NULL;
      g_autofree char *normal_again = NULL;
      ListRow row, row_again;

      if (!list_row_parse (kind, text, &row))
        continue;
      normal = list_row_to_text (kind, &row);
      g_assert_true (g_utf8_validate (normal, -1, NULL));
      g_assert_true (list_row_parse (kind, normal, &row_again));
      normal_again = list_row_to_text (kind, &row_again);
      g_assert_cmpstr (normal_again, ==, normal);
      list_row_clear (kind, &row);
      list_row_clear (kind, &row_again);
    }
  return 0;
}
