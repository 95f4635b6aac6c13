/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/list-row.h"

#include "core/settings/host-name.h"

gboolean
list_row_is_list (SettingKind kind)
{
  return kind == SETTING_DOMAINS || kind == SETTING_NETWORKS || kind == SETTING_ENDPOINTS;
}

gboolean
list_row_parse (SettingKind kind, const char *text, ListRow *row)
{
  switch (kind)
    {
    case SETTING_NETWORKS:
      return ip_network_parse (text, &row->network);
    case SETTING_ENDPOINTS:
      return endpoint_parse (text, &row->endpoint);
    case SETTING_DOMAINS:
      if (!host_name_is_pattern (text))
        return FALSE;
      row->domain = g_ascii_strdown (text, -1);
      return TRUE;
    default:
      g_assert_not_reached ();
    }
}

char *
list_row_to_text (SettingKind kind, const ListRow *row)
{
  char network[IP_NETWORK_TEXT_MAX];
  char endpoint[ENDPOINT_TEXT_MAX];

  switch (kind)
    {
    case SETTING_NETWORKS:
      return g_strdup (ip_network_to_string (&row->network, network));
    case SETTING_ENDPOINTS:
      return g_strdup (endpoint_to_string (&row->endpoint, endpoint));
    case SETTING_DOMAINS:
      return g_strdup (row->domain);
    default:
      g_assert_not_reached ();
    }
}

void
list_row_clear (SettingKind kind, ListRow *row)
{
  if (kind == SETTING_DOMAINS)
    g_clear_pointer (&row->domain, g_free);
}

/* FNV-1a. The lists are the administrator's own: no stranger chooses what collides. */
static guint
hash_bytes (guint hash, const guint8 *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    hash = (hash ^ bytes[i]) * 16777619u;
  return hash;
}

static guint
hash_network (gconstpointer key)
{
  const IpNetwork *network = key;

  return hash_bytes (network->prefix, network->first.bytes, sizeof network->first.bytes);
}

static gboolean
equal_networks (gconstpointer a, gconstpointer b)
{
  return ip_network_equal (a, b);
}

static guint
hash_endpoint (gconstpointer key)
{
  const Endpoint *endpoint = key;

  return hash_bytes (endpoint->port, endpoint->address.bytes, sizeof endpoint->address.bytes);
}

static gboolean
equal_endpoints (gconstpointer a, gconstpointer b)
{
  return endpoint_equal (a, b);
}

static guint
hash_domain (gconstpointer key)
{
  return g_str_hash (((const ListRow *) key)->domain);
}

static gboolean
equal_domains (gconstpointer a, gconstpointer b)
{
  return g_str_equal (((const ListRow *) a)->domain, ((const ListRow *) b)->domain);
}

GHashTable *
list_row_table_new (SettingKind kind)
{
  switch (kind)
    {
    case SETTING_NETWORKS:
      return g_hash_table_new (hash_network, equal_networks);
    case SETTING_ENDPOINTS:
      return g_hash_table_new (hash_endpoint, equal_endpoints);
    case SETTING_DOMAINS:
      return g_hash_table_new (hash_domain, equal_domains);
    default:
      g_assert_not_reached ();
    }
}

gsize
list_row_count (SettingKind kind, gconstpointer member)
{
  switch (kind)
    {
    case SETTING_NETWORKS:
      return ((const NetworkList *) member)->length;
    case SETTING_ENDPOINTS:
      return ((const EndpointList *) member)->length;
    case SETTING_DOMAINS:
      return g_strv_length (*(const DomainList *) member);
    default:
      g_assert_not_reached ();
    }
}

ListRow
list_row_get (SettingKind kind, gconstpointer member, gsize index)
{
  ListRow row = { 0 };

  if (kind == SETTING_NETWORKS)
    row.network = ((const NetworkList *) member)->rows[index];
  else if (kind == SETTING_ENDPOINTS)
    row.endpoint = ((const EndpointList *) member)->rows[index];
  else
    row.domain = (*(const DomainList *) member)[index];
  return row;
}

void
list_row_store (SettingKind kind, gpointer member, const ListRow *rows, gsize length)
{
  if (kind == SETTING_NETWORKS)
    {
      NetworkList *list = member;

      *list = (NetworkList){ length, g_new (IpNetwork, length) };
      for (gsize i = 0; i < length; i++)
        list->rows[i] = rows[i].network;
    }
  else if (kind == SETTING_ENDPOINTS)
    {
      EndpointList *list = member;

      *list = (EndpointList){ length, g_new (Endpoint, length) };
      for (gsize i = 0; i < length; i++)
        list->rows[i] = rows[i].endpoint;
    }
  else
    {
      DomainList *list = member;

      *list = g_new (char *, length + 1);
      for (gsize i = 0; i < length; i++)
        (*list)[i] = rows[i].domain;
      (*list)[length] = NULL;
    }
}
