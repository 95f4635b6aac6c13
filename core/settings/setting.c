/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/setting.h"

#include <string.h>

#include "core/settings/list-row.h"

/* Zero; does not compile when the member is not of that type. */
#define CHECKED(member, type)                                                                      \
  (0                                                                                               \
   * sizeof (                                                                                      \
       char[__builtin_types_compatible_p (typeof (((Settings *) 0)->member), type) ? 1 : -1]))

#define ROW(name, kind, member, type)                                                              \
  {                                                                                                \
    name, kind, G_STRUCT_OFFSET (Settings, member) + CHECKED (member, type),                       \
        sizeof (((Settings *) 0)->member)                                                          \
  }

#define BOOLEAN(name, member) ROW (name, SETTING_BOOLEAN, member, gboolean)
#define INTEGER(name, member) ROW (name, SETTING_INTEGER, member, guint)
#define TEXT(name, member) ROW (name, SETTING_TEXT, member, char *)
#define WORD(name, member) ROW (name, SETTING_WORD, member, Allowance)
#define DOMAINS(name, member) ROW (name, SETTING_DOMAINS, member, DomainList)
#define NETWORKS(name, member) ROW (name, SETTING_NETWORKS, member, NetworkList)
#define ENDPOINTS(name, member) ROW (name, SETTING_ENDPOINTS, member, EndpointList)

static const Setting table[] = {
  TEXT ("general.host-name", general.host_name),
  DOMAINS ("general.local-domains", general.local_domains),
  DOMAINS ("general.near-domains", general.near_domains),
  TEXT ("general.users-file", general.users_file),

  ENDPOINTS ("smtp.listeners", smtp.listeners),
  TEXT ("smtp.mail-router", smtp.mail_router),
  WORD ("smtp.relay.allow", smtp.relay.allow),
  BOOLEAN ("smtp.relay.near-domains", smtp.relay.near_domains),
  BOOLEAN ("smtp.relay.address-list", smtp.relay.address_list),
  NETWORKS ("smtp.relay.addresses", smtp.relay.addresses),
  BOOLEAN ("smtp.relay.pop-client", smtp.relay.pop_client),
  INTEGER ("smtp.relay.pop-client-minutes", smtp.relay.pop_client_minutes),
  BOOLEAN ("smtp.relay.authenticated", smtp.relay.authenticated),
  BOOLEAN ("smtp.relay.refuse-local-host", smtp.relay.refuse_local_host),
  WORD ("smtp.connection.allow", smtp.connection.allow),
  NETWORKS ("smtp.connection.refused", smtp.connection.refused),
  NETWORKS ("smtp.connection.excepted", smtp.connection.excepted),
  DOMAINS ("smtp.connection.blocklists", smtp.connection.blocklists),
  BOOLEAN ("smtp.connection.pop-overrides-address", smtp.connection.pop_overrides_address),
  BOOLEAN ("smtp.connection.pop-overrides-blocklist", smtp.connection.pop_overrides_blocklist),
  BOOLEAN ("smtp.connection.refuse-local-host", smtp.connection.refuse_local_host),
  INTEGER ("smtp.limits.sessions", smtp.limits.sessions),
  INTEGER ("smtp.limits.message-size-kib", smtp.limits.message_size_kib),
  INTEGER ("smtp.limits.recipients", smtp.limits.recipients),
  INTEGER ("smtp.limits.inactivity-seconds", smtp.limits.inactivity_seconds),

  ENDPOINTS ("pop3.listeners", pop3.listeners),
  INTEGER ("pop3.inactivity-seconds", pop3.inactivity_seconds),
  INTEGER ("pop3.limits.sessions", pop3.limits.sessions),
};

const Setting *
setting_table (gsize *length)
{
  *length = G_N_ELEMENTS (table);
  return table;
}

const Setting *
setting_lookup (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_str_equal (table[i].name, name))
      return &table[i];
  return NULL;
}

gconstpointer
setting_member (const Setting *setting, const Settings *settings)
{
  return (const guint8 *) settings + setting->offset;
}

void
setting_clear (const Setting *setting, Settings *settings)
{
  gpointer member = (guint8 *) settings + setting->offset;

  switch (setting->kind)
    {
    case SETTING_BOOLEAN:
    case SETTING_INTEGER:
    case SETTING_WORD:
      break;
    case SETTING_TEXT:
      g_free (*(char **) member);
      break;
    case SETTING_DOMAINS:
      g_strfreev (*(DomainList *) member);
      break;
    case SETTING_NETWORKS:
      g_free (((NetworkList *) member)->rows);
      break;
    case SETTING_ENDPOINTS:
      g_free (((EndpointList *) member)->rows);
      break;
    }
  memset (member, 0, setting->size);
}

static gboolean
equal_lists (SettingKind kind, gconstpointer a, gconstpointer b)
{
  gsize length = list_row_count (kind, a);
  g_autofree ListRow *rows = g_new (ListRow, length);
  g_autoptr (GHashTable) known = list_row_table_new (kind);

  if (list_row_count (kind, b) != length)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      rows[i] = list_row_get (kind, a, i);
      g_hash_table_add (known, &rows[i]);
    }
  for (gsize i = 0; i < length; i++)
    {
      ListRow row = list_row_get (kind, b, i);

      if (!g_hash_table_contains (known, &row))
        return FALSE;
    }
  return TRUE;
}

gboolean
setting_equal (const Setting *setting, const Settings *a, const Settings *b)
{
  gconstpointer first = setting_member (setting, a);
  gconstpointer second = setting_member (setting, b);

  if (setting->kind == SETTING_TEXT)
    return g_str_equal (*(char *const *) first, *(char *const *) second);
  if (list_row_is_list (setting->kind))
    return equal_lists (setting->kind, first, second);
  return memcmp (first, second, setting->size) == 0;
}
