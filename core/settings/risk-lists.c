/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/risk-lists.h"

#include "core/settings/list-row.h"

/* More than a few hosts. */
#define MANY_IPV4_PREFIX (96 + 24)
#define MANY_IPV6_PREFIX 64

static gboolean
is_ipv4 (const IpNetwork *network)
{
  return network->prefix >= 96 && ip_address_is_ipv4 (&network->first);
}

gboolean
risk_lists_has_wide (const NetworkList *networks)
{
  for (gsize i = 0; i < networks->length; i++)
    if (ip_network_is_wide (&networks->rows[i]))
      return TRUE;
  return FALSE;
}

char *
risk_lists_removed (const Setting *setting, const Settings *before, const Settings *after)
{
  gconstpointer former = setting_member (setting, before);
  gconstpointer now = setting_member (setting, after);
  gsize length = list_row_count (setting->kind, now);
  g_autofree ListRow *rows = g_new (ListRow, length);
  g_autoptr (GHashTable) kept = list_row_table_new (setting->kind);

  for (gsize i = 0; i < length; i++)
    {
      rows[i] = list_row_get (setting->kind, now, i);
      g_hash_table_add (kept, &rows[i]);
    }
  for (gsize i = 0; i < list_row_count (setting->kind, former); i++)
    {
      ListRow row = list_row_get (setting->kind, former, i);

      if (!g_hash_table_contains (kept, &row))
        return list_row_to_text (setting->kind, &row);
    }
  return NULL;
}

static gboolean
is_inside_one (const NetworkList *list, const IpNetwork *network)
{
  for (gsize i = 0; i < list->length; i++)
    if (list->rows[i].prefix <= network->prefix
        && ip_network_contains (&list->rows[i], &network->first))
      return TRUE;
  return FALSE;
}

char *
risk_lists_added_network (const Setting *setting, const Settings *before, const Settings *after)
{
  const NetworkList *former = setting_member (setting, before);
  const NetworkList *now = setting_member (setting, after);
  char text[IP_NETWORK_TEXT_MAX];

  for (gsize i = 0; i < now->length; i++)
    {
      const IpNetwork *network = &now->rows[i];

      if (network->prefix <= (is_ipv4 (network) ? MANY_IPV4_PREFIX : MANY_IPV6_PREFIX)
          && !is_inside_one (former, network))
        return g_strdup (ip_network_to_string (network, text));
    }
  return NULL;
}
