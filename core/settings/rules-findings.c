/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/rules-findings.h"

#include <string.h>

static void
finding_free (gpointer data)
{
  RulesFinding *finding = data;

  g_free (finding->message);
  g_free (finding);
}

GPtrArray *
rules_findings_new (void)
{
  return g_ptr_array_new_with_free_func (finding_free);
}

static void
add (GPtrArray *findings, const char *setting, gssize row, gboolean is_warning, char *message)
{
  RulesFinding *finding = g_new (RulesFinding, 1);

  *finding = (RulesFinding){ setting, row, is_warning, message };
  g_ptr_array_add (findings, finding);
}

void
rules_findings_refuse (GPtrArray *findings, const char *setting, gssize row, char *message)
{
  add (findings, setting, row, FALSE, message);
}

void
rules_findings_warn (GPtrArray *findings, const char *setting, gssize row, char *message)
{
  add (findings, setting, row, TRUE, message);
}

void
rules_findings_warn_of_wide_network (GPtrArray *findings,
                                     const char *setting,
                                     const NetworkList *networks,
                                     const char *consequence)
{
  char text[IP_NETWORK_TEXT_MAX];

  for (gsize i = 0; i < networks->length; i++)
    {
      const IpNetwork *network = &networks->rows[i];

      if (!ip_network_is_wide (network))
        continue;
      rules_findings_warn (findings, setting, (gssize) i,
                           g_strdup_printf ("%s is a large part of the Internet, or all of it: %s",
                                            ip_network_to_string (network, text), consequence));
      return;
    }
}

/* Returns: (transfer full): the first word of a row; of an alias, the name before the colon */
static char *
key_of (const char *row)
{
  char *key = g_strndup (row, strcspn (row, " "));

  if (g_str_has_suffix (key, ":"))
    key[strlen (key) - 1] = '\0';
  return key;
}

void
rules_findings_refuse_same_key (GPtrArray *findings, const char *setting, const TextList list)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gssize i = 0; list[i] != NULL; i++)
    {
      g_autofree char *key = key_of (list[i]);

      if (g_hash_table_contains (seen, key))
        rules_findings_refuse (findings, setting, i,
                               g_strdup_printf ("%s has an entry in the list already", key));
      else
        g_hash_table_add (seen, g_steal_pointer (&key));
    }
}
