/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>

#include "servers/filter/content-filter-set.h"
#include "servers/filter/message-facts.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_texts (GPtrArray *texts)
{
  for (guint i = 0; i < texts->len; i++)
    g_assert_true (g_utf8_validate (g_ptr_array_index (texts, i), -1, NULL));
}

/* Any message is read, and nothing but text is made of it. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static ContentFilterSet *set;
  g_autoptr (GBytes) content = g_bytes_new_static (data, size);
  g_autoptr (MessageFacts) facts = message_facts_new ("joe@example.org", content);

  if (set == NULL)
    {
      static char *rows[] = { (char *) "keep subject *offer*", (char *) "discard attachment *.exe",
                              (char *) "keep type application/*", NULL };
      g_autoptr (Settings) settings = settings_new_default ();

      g_strfreev (settings->smtp.filters);
      settings->smtp.filters = g_strdupv (rows);
      set = content_filter_set_new (settings);
    }
  check_texts (facts->originators);
  check_texts (facts->subjects);
  check_texts (facts->names);
  check_texts (facts->types);
  FilterVerdict verdict = content_filter_set_apply (set, "joe@example.org", content);
  if (!facts->is_whole)
    g_assert_true (verdict.is_caught);
  return 0;
}
