/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/rules-bindings.h"

#include "core/settings/binding.h"

#define BINDINGS "smtp.bindings"

/* Mail of one domain can leave from one address only. */
static void
check_domains (GHashTable *seen, const Binding *binding, gssize row, GPtrArray *findings)
{
  for (char *const *domain = binding->domains; *domain != NULL; domain++)
    if (!g_hash_table_add (seen, g_strdup (*domain)))
      rules_findings_refuse (findings, BINDINGS, row,
                             g_strdup_printf ("%s has an entry in the list already", *domain));
}

void
rules_bindings_check (const Settings *settings, GPtrArray *findings)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const TextList bindings = settings->smtp.bindings;

  rules_findings_refuse_same_key (findings, BINDINGS, bindings);
  for (gssize i = 0; bindings[i] != NULL; i++)
    {
      g_auto (Binding) binding = { 0 };

      if (binding_parse (bindings[i], &binding))
        check_domains (seen, &binding, i, findings);
    }
}
