/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/setting.h"

#include <string.h>

#include "core/settings/list-row.h"

/* Zero; does not compile when the member is not of that type. */
#define CHECKED(member, type)                                                                      \
  (0                                                                                               \
   * sizeof (                                                                                      \
       char[__builtin_types_compatible_p (typeof (((Settings *) 0)->member), type) ? 1 : -1]))

/* Zero; does not compile when an enumeration has not the size of a guint. */
#define GUINT_SIZED(type) (0 * sizeof (char[sizeof (type) == sizeof (guint) ? 1 : -1]))

#define ROW(name, kind, member, type)                                                              \
  {                                                                                                \
    name, kind, G_STRUCT_OFFSET (Settings, member) + CHECKED (member, type),                       \
        sizeof (((Settings *) 0)->member)                                                          \
  }

#define BOOLEAN(name, member) ROW (name, SETTING_BOOLEAN, member, gboolean)
#define INTEGER(name, member) ROW (name, SETTING_INTEGER, member, guint)
#define TEXT(name, member) ROW (name, SETTING_TEXT, member, char *)
/* Words are read and written as the guint that an enumeration is. */
#define WORD(name, member, type)                                                                   \
  {                                                                                                \
    name, SETTING_WORD,                                                                            \
        G_STRUCT_OFFSET (Settings, member) + CHECKED (member, type) + GUINT_SIZED (type),          \
        sizeof (((Settings *) 0)->member)                                                          \
  }
#define TEXTS(name, kind, member) ROW (name, kind, member, TextList)
#define DOMAINS(name, member) ROW (name, SETTING_DOMAINS, member, DomainList)
#define NETWORKS(name, member) ROW (name, SETTING_NETWORKS, member, NetworkList)
#define ENDPOINTS(name, member) ROW (name, SETTING_ENDPOINTS, member, EndpointList)

static const Setting table[] = {
  TEXT ("general.host-name", general.host_name),
  DOMAINS ("general.local-domains", general.local_domains),
  DOMAINS ("general.near-domains", general.near_domains),
  TEXT ("general.users-file", general.users_file),
  BOOLEAN ("general.system-users", general.system_users),
  TEXTS ("general.aliases", SETTING_ALIASES, general.aliases),
  TEXT ("general.postmaster", general.postmaster),
  TEXT ("general.catch-all", general.catch_all),
  INTEGER ("general.mailbox-size-mib", general.mailbox_size_mib),

  TEXTS ("security.certificates", SETTING_CERTIFICATES, security.certificates),
  WORD ("security.minimum-tls", security.minimum_tls, TlsVersion),
  TEXT ("security.ciphers", security.ciphers),
  INTEGER ("security.failed-log-ons", security.failed_log_ons),
  INTEGER ("security.ban-minutes", security.ban_minutes),
  NETWORKS ("security.never-banned", security.never_banned),

  BOOLEAN ("smtp.autostart", smtp.autostart),
  ENDPOINTS ("smtp.listeners", smtp.listeners),
  ENDPOINTS ("smtp.submission-listeners", smtp.submission_listeners),
  ENDPOINTS ("smtp.submission-tls-listeners", smtp.submission_tls_listeners),
  TEXT ("smtp.mail-router", smtp.mail_router),
  TEXTS ("smtp.bindings", SETTING_BINDINGS, smtp.bindings),
  WORD ("smtp.tls", smtp.tls, TlsUse),
  WORD ("smtp.authentication", smtp.authentication, AuthenticationUse),
  WORD ("smtp.relay.allow", smtp.relay.allow, Allowance),
  BOOLEAN ("smtp.relay.near-domains", smtp.relay.near_domains),
  BOOLEAN ("smtp.relay.address-list", smtp.relay.address_list),
  NETWORKS ("smtp.relay.addresses", smtp.relay.addresses),
  BOOLEAN ("smtp.relay.pop-client", smtp.relay.pop_client),
  INTEGER ("smtp.relay.pop-client-minutes", smtp.relay.pop_client_minutes),
  BOOLEAN ("smtp.relay.authenticated", smtp.relay.authenticated),
  BOOLEAN ("smtp.relay.refuse-local-host", smtp.relay.refuse_local_host),
  WORD ("smtp.connection.allow", smtp.connection.allow, Allowance),
  NETWORKS ("smtp.connection.refused", smtp.connection.refused),
  NETWORKS ("smtp.connection.excepted", smtp.connection.excepted),
  DOMAINS ("smtp.connection.blocklists", smtp.connection.blocklists),
  WORD ("smtp.connection.blocklist-match", smtp.connection.blocklist_match, BlocklistMatch),
  BOOLEAN ("smtp.connection.pop-overrides-address", smtp.connection.pop_overrides_address),
  BOOLEAN ("smtp.connection.pop-overrides-blocklist", smtp.connection.pop_overrides_blocklist),
  BOOLEAN ("smtp.connection.refuse-local-host", smtp.connection.refuse_local_host),
  INTEGER ("smtp.connection.greet-pause-seconds", smtp.connection.greet_pause_seconds),
  INTEGER ("smtp.limits.sessions", smtp.limits.sessions),
  INTEGER ("smtp.limits.message-size-kib", smtp.limits.message_size_kib),
  INTEGER ("smtp.limits.recipients", smtp.limits.recipients),
  INTEGER ("smtp.limits.inactivity-seconds", smtp.limits.inactivity_seconds),
  INTEGER ("smtp.limits.message-minutes", smtp.limits.message_minutes),
  INTEGER ("smtp.limits.client-sessions", smtp.limits.client_sessions),
  INTEGER ("smtp.limits.client-connections-per-minute", smtp.limits.client_connections_per_minute),
  INTEGER ("smtp.limits.client-messages-per-minute", smtp.limits.client_messages_per_minute),
  INTEGER ("smtp.limits.errors", smtp.limits.errors),
  TEXTS ("smtp.filters", SETTING_FILTERS, smtp.filters),
  INTEGER ("smtp.retries.minutes-count", smtp.retries.minutes_count),
  INTEGER ("smtp.retries.minutes-interval", smtp.retries.minutes_interval),
  INTEGER ("smtp.retries.hours-count", smtp.retries.hours_count),
  INTEGER ("smtp.retries.hours-interval", smtp.retries.hours_interval),
  INTEGER ("smtp.retries.days-count", smtp.retries.days_count),
  INTEGER ("smtp.retries.days-interval", smtp.retries.days_interval),
  INTEGER ("smtp.retries.delay-notice-hours", smtp.retries.delay_notice_hours),
  BOOLEAN ("smtp.delivery.autostart", smtp.delivery.autostart),
  TEXTS ("smtp.delivery.routes", SETTING_ROUTES, smtp.delivery.routes),
  BOOLEAN ("smtp.delivery.near-domains-direct", smtp.delivery.near_domains_direct),
  WORD ("smtp.delivery.tls", smtp.delivery.tls, DeliveryTls),
  TEXTS ("smtp.delivery.tls-rules", SETTING_TLS_RULES, smtp.delivery.tls_rules),
  TEXT ("smtp.delivery.ca-file", smtp.delivery.ca_file),
  TEXTS ("smtp.delivery.credentials", SETTING_HOST_CREDENTIALS, smtp.delivery.credentials),
  INTEGER ("smtp.delivery.connections-per-destination", smtp.delivery.connections_per_destination),
  INTEGER ("smtp.delivery.messages-per-connection", smtp.delivery.messages_per_connection),

  BOOLEAN ("pop3.autostart", pop3.autostart),
  ENDPOINTS ("pop3.listeners", pop3.listeners),
  ENDPOINTS ("pop3.tls-listeners", pop3.tls_listeners),
  WORD ("pop3.tls", pop3.tls, TlsUse),
  INTEGER ("pop3.inactivity-seconds", pop3.inactivity_seconds),
  INTEGER ("pop3.limits.sessions", pop3.limits.sessions),
  INTEGER ("pop3.limits.client-sessions", pop3.limits.client_sessions),
  WORD ("pop3.log-ons.ipv6-prefix", pop3.log_ons.ipv6_prefix, Ipv6Prefix),
  NETWORKS ("pop3.log-ons.unrecorded", pop3.log_ons.unrecorded),
  TEXTS ("pop3.log-ons.windows", SETTING_WINDOWS, pop3.log_ons.windows),
  WORD ("pop3.log-ons.sender-check", pop3.log_ons.sender_check, SenderCheck),
  NETWORKS ("pop3.log-ons.shared-addresses", pop3.log_ons.shared_addresses),
  INTEGER ("pop3.log-ons.messages", pop3.log_ons.messages),
  INTEGER ("pop3.log-ons.recipients", pop3.log_ons.recipients),

  BOOLEAN ("journal.sessions", journal.sessions),
  BOOLEAN ("journal.messages", journal.messages),
  BOOLEAN ("journal.refusals", journal.refusals),
  BOOLEAN ("journal.log-ons", journal.log_ons),
  BOOLEAN ("journal.deliveries", journal.deliveries),
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
    case SETTING_NETWORKS:
      network_list_clear (member);
      break;
    case SETTING_ENDPOINTS:
      g_free (((EndpointList *) member)->rows);
      break;
    default:
      g_strfreev (*(TextList *) member);
      break;
    }
  memset (member, 0, setting->size);
}

/* What was not touched is in the same order, too. */
static gboolean
same_networks (const NetworkList *a, const NetworkList *b)
{
  return a->length == b->length
         && (a->length == 0 || memcmp (a->rows, b->rows, a->length * sizeof *a->rows) == 0);
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
  if (setting->kind == SETTING_NETWORKS && same_networks (first, second))
    return TRUE;
  if (schema_is_list (setting->kind))
    return equal_lists (setting->kind, first, second);
  return memcmp (first, second, setting->size) == 0;
}
