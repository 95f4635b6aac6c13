/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/tls-rule.h"

#include "core/settings/host-name.h"
#include "core/settings/row-words.h"
#include "core/settings/schema.h"

/* The words are those of the setting that a rule differs from, in the order of the enumeration. */
static const char *const *
tls_words (void)
{
  return schema_lookup ("smtp.delivery.tls")->words;
}

gboolean
tls_rule_parse (const char *text, TlsRule *rule)
{
  g_auto (GStrv) parts = row_words_split (text);
  const char *const *words = tls_words ();

  if (parts == NULL || g_strv_length (parts) != 2 || !host_name_is_pattern (parts[0]))
    return FALSE;
  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], parts[1]))
      {
        *rule = (TlsRule){ g_ascii_strdown (parts[0], -1), (DeliveryTls) i };
        return TRUE;
      }
  return FALSE;
}

char *
tls_rule_to_text (const TlsRule *rule)
{
  return g_strdup_printf ("%s %s", rule->domain, tls_words ()[rule->tls]);
}

void
tls_rule_clear (TlsRule *rule)
{
  g_clear_pointer (&rule->domain, g_free);
}
