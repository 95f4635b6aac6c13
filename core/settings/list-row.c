/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/list-row.h"

#include "core/settings/alias.h"
#include "core/settings/binding.h"
#include "core/settings/certificate-files.h"
#include "core/settings/content-filter.h"
#include "core/settings/host-credential.h"
#include "core/settings/host-name.h"
#include "core/settings/logon-window.h"
#include "core/settings/mail-route.h"
#include "core/settings/tls-rule.h"

/* Returns: (transfer full): the row in its normal form; NULL when the text is none */
typedef char *(*RowParser) (const char *text);

static char *
normal_domain (const char *text)
{
  return host_name_is_pattern (text) ? g_ascii_strdown (text, -1) : NULL;
}

/* The normal form of a structured row is what its own module writes. */
#define NORMAL(function, Type, prefix)                                                             \
  static char *function (const char *text)                                                         \
  {                                                                                                \
    g_auto (Type) row = { 0 };                                                                     \
                                                                                                   \
    return prefix##_parse (text, &row) ? prefix##_to_text (&row) : NULL;                           \
  }

NORMAL (normal_alias, Alias, alias)
NORMAL (normal_certificate, CertificateFiles, certificate_files)
NORMAL (normal_filter, ContentFilter, content_filter)
NORMAL (normal_route, MailRoute, mail_route)
NORMAL (normal_tls_rule, TlsRule, tls_rule)
NORMAL (normal_credential, HostCredential, host_credential)
NORMAL (normal_window, LogonWindow, logon_window)
NORMAL (normal_binding, Binding, binding)

/* Of the kinds whose rows are texts. */
static const RowParser parsers[SETTING_KINDS] = {
  [SETTING_DOMAINS] = normal_domain,
  [SETTING_ALIASES] = normal_alias,
  [SETTING_CERTIFICATES] = normal_certificate,
  [SETTING_FILTERS] = normal_filter,
  [SETTING_ROUTES] = normal_route,
  [SETTING_TLS_RULES] = normal_tls_rule,
  [SETTING_HOST_CREDENTIALS] = normal_credential,
  [SETTING_WINDOWS] = normal_window,
  [SETTING_BINDINGS] = normal_binding,
};

gboolean
list_row_parse (SettingKind kind, const char *text, ListRow *row)
{
  char *normal;

  if (kind == SETTING_NETWORKS)
    return ip_network_parse (text, &row->network);
  if (kind == SETTING_ENDPOINTS)
    return endpoint_parse (text, &row->endpoint);
  normal = parsers[kind](text);
  if (normal == NULL)
    return FALSE;
  row->text = normal;
  return TRUE;
}

char *
list_row_to_text (SettingKind kind, const ListRow *row)
{
  char network[IP_NETWORK_TEXT_MAX];
  char endpoint[ENDPOINT_TEXT_MAX];

  if (kind == SETTING_NETWORKS)
    return g_strdup (ip_network_to_string (&row->network, network));
  if (kind == SETTING_ENDPOINTS)
    return g_strdup (endpoint_to_string (&row->endpoint, endpoint));
  return g_strdup (row->text);
}

void
list_row_clear (SettingKind kind, ListRow *row)
{
  if (parsers[kind] != NULL)
    g_clear_pointer (&row->text, g_free);
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
hash_text (gconstpointer key)
{
  return g_str_hash (((const ListRow *) key)->text);
}

static gboolean
equal_texts (gconstpointer a, gconstpointer b)
{
  return g_str_equal (((const ListRow *) a)->text, ((const ListRow *) b)->text);
}

GHashTable *
list_row_table_new (SettingKind kind)
{
  if (kind == SETTING_NETWORKS)
    return g_hash_table_new (hash_network, equal_networks);
  if (kind == SETTING_ENDPOINTS)
    return g_hash_table_new (hash_endpoint, equal_endpoints);
  return g_hash_table_new (hash_text, equal_texts);
}

gsize
list_row_count (SettingKind kind, gconstpointer member)
{
  if (kind == SETTING_NETWORKS)
    return ((const NetworkList *) member)->length;
  if (kind == SETTING_ENDPOINTS)
    return ((const EndpointList *) member)->length;
  return g_strv_length (*(const TextList *) member);
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
    row.text = (*(const TextList *) member)[index];
  return row;
}

void
list_row_store (SettingKind kind, gpointer member, const ListRow *rows, gsize length)
{
  if (kind == SETTING_NETWORKS)
    {
      IpNetwork *networks = g_new (IpNetwork, length);

      for (gsize i = 0; i < length; i++)
        networks[i] = rows[i].network;
      *(NetworkList *) member = network_list_take (networks, length);
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
      TextList *list = member;

      *list = g_new (char *, length + 1);
      for (gsize i = 0; i < length; i++)
        (*list)[i] = rows[i].text;
      (*list)[length] = NULL;
    }
}
