/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/rules.h"

#include "core/settings/list-row.h"
#include "core/settings/mail-router.h"
#include "core/settings/setting-value.h"

#define RELAY_ALLOW "smtp.relay.allow"
#define RELAY_NEAR_DOMAINS "smtp.relay.near-domains"
#define RELAY_ADDRESS_LIST "smtp.relay.address-list"
#define RELAY_ADDRESSES "smtp.relay.addresses"
#define CONNECTION_ALLOW "smtp.connection.allow"
#define CONNECTION_REFUSED "smtp.connection.refused"
#define CONNECTION_EXCEPTED "smtp.connection.excepted"
#define CONNECTION_BLOCKLISTS "smtp.connection.blocklists"
#define SMTP_LISTENERS "smtp.listeners"
#define POP3_LISTENERS "pop3.listeners"
#define MAIL_ROUTER "smtp.mail-router"
#define HOST_NAME "general.host-name"
#define LOCAL_DOMAINS "general.local-domains"
#define NEAR_DOMAINS "general.near-domains"

/* A network that is wider than these is no site's own: 16 million IPv4 addresses, or more than any
 * registry gives to one. */
#define WIDE_IPV4_PREFIX (96 + 8)
#define WIDE_IPV6_PREFIX 16

static void
finding_free (gpointer data)
{
  RulesFinding *finding = data;

  g_free (finding->message);
  g_free (finding);
}

static void
find (GPtrArray *findings, const char *setting, gssize row, gboolean is_warning, char *message)
{
  RulesFinding *finding = g_new (RulesFinding, 1);

  *finding = (RulesFinding){ setting, row, is_warning, message };
  g_ptr_array_add (findings, finding);
}

static void
refuse (GPtrArray *findings, const char *setting, gssize row, char *message)
{
  find (findings, setting, row, FALSE, message);
}

static void
warn (GPtrArray *findings, const char *setting, gssize row, const char *message)
{
  find (findings, setting, row, TRUE, g_strdup (message));
}

/* The place of @domain in the list, or -1. */
static gssize
place_of (const DomainList domains, const char *domain)
{
  for (gssize i = 0; domains[i] != NULL; i++)
    if (g_str_equal (domains[i], domain))
      return i;
  return -1;
}

static void
check_host_name (const Settings *settings, GPtrArray *findings)
{
  const char *name = settings->general.host_name;

  if (!host_name_is_valid (name))
    refuse (findings, HOST_NAME, -1, setting_value_refusal (setting_lookup (HOST_NAME), name));
}

static void
check_mail_router (const Settings *settings, GPtrArray *findings)
{
  const char *text = settings->smtp.mail_router;
  MailRouter router;
  MailRouterFault fault = *text == '\0' ? MAIL_ROUTER_VALID : mail_router_parse (text, &router);

  if (fault == MAIL_ROUTER_WRONG_HOST)
    refuse (findings, MAIL_ROUTER, -1, setting_value_refusal (setting_lookup (MAIL_ROUTER), text));
  if (fault == MAIL_ROUTER_WRONG_PORT)
    refuse (findings, MAIL_ROUTER, -1,
            g_strdup_printf ("the port of \"%s\" is outside the range 1 to 65535", text));
}

static void
check_blocklists (const Settings *settings, GPtrArray *findings)
{
  const DomainList blocklists = settings->smtp.connection.blocklists;

  for (gssize i = 0; blocklists[i] != NULL; i++)
    if (blocklists[i][0] == '*')
      refuse (findings, CONNECTION_BLOCKLISTS, i,
              g_strdup_printf ("\"%s\" names no blocklist: a * can't be asked", blocklists[i]));
}

/* Who listens where. */
typedef struct
{
  const char
      *any[G_MAXUINT16 + 1]; /* port -> setting that listens there at all addresses, or NULL */
  GHashTable *exact;         /* (owned) endpoint -> setting that listens there */
} Listeners;

static void
check_listener (Listeners *listeners,
                const char *setting,
                const EndpointList *list,
                gsize row,
                GPtrArray *findings)
{
  Endpoint *endpoint = &list->rows[row];
  const char *any = listeners->any[endpoint->port];
  const char *former = g_hash_table_lookup (listeners->exact, endpoint);
  char text[ENDPOINT_TEXT_MAX];

  if (former != NULL)
    refuse (
        findings, setting, (gssize) row,
        g_strdup_printf ("%s is taken by %s already", endpoint_to_string (endpoint, text), former));
  else if (any != NULL && !endpoint->any_address)
    refuse (findings, setting, (gssize) row,
            g_strdup_printf ("%s is taken by *:%u in %s already",
                             endpoint_to_string (endpoint, text), endpoint->port, any));
  else
    g_hash_table_insert (listeners->exact, endpoint, (gpointer) setting);
}

/* No two listeners can have one address and port. */
static void
check_listeners (const Settings *settings, GPtrArray *findings)
{
  g_autofree Listeners *listeners = g_new0 (Listeners, 1);
  g_autoptr (GHashTable) exact = list_row_table_new (SETTING_ENDPOINTS);
  const EndpointList *lists[] = { &settings->smtp.listeners, &settings->pop3.listeners };
  const char *const names[] = { SMTP_LISTENERS, POP3_LISTENERS };

  listeners->exact = exact;
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (gsize row = 0; row < lists[i]->length; row++)
      if (lists[i]->rows[row].any_address && listeners->any[lists[i]->rows[row].port] == NULL)
        listeners->any[lists[i]->rows[row].port] = names[i];
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (gsize row = 0; row < lists[i]->length; row++)
      check_listener (listeners, names[i], lists[i], row, findings);
}

/* One warning a list is enough: its first entry that is wide. */
static void
warn_of_wide_network (GPtrArray *findings,
                      const char *setting,
                      const NetworkList *networks,
                      const char *consequence)
{
  char text[IP_NETWORK_TEXT_MAX];

  for (gsize i = 0; i < networks->length; i++)
    {
      const IpNetwork *network = &networks->rows[i];
      gboolean ipv4 = network->prefix >= 96 && ip_address_is_ipv4 (&network->first);

      if (network->prefix >= (ipv4 ? WIDE_IPV4_PREFIX : WIDE_IPV6_PREFIX))
        continue;
      find (findings, setting, (gssize) i, TRUE,
            g_strdup_printf ("%s is a large part of the Internet, or all of it: %s",
                             ip_network_to_string (network, text), consequence));
      return;
    }
}

static void
check_relay_rules (const Settings *settings, GPtrArray *findings)
{
  const RelaySettings *relay = &settings->smtp.relay;
  gssize everything = place_of (settings->general.near_domains, "*");

  if (!relay->near_domains && !relay->address_list && !relay->pop_client && !relay->authenticated)
    warn (findings, RELAY_ALLOW, -1, "no rule is chosen: nobody may relay");
  if (relay->near_domains && everything >= 0)
    warn (findings, NEAR_DOMAINS, everything,
          "every domain is near, and mail to near domains is relayed: this is an open relay");
  if (relay->near_domains && settings->general.near_domains[0] == NULL)
    warn (findings, RELAY_NEAR_DOMAINS, -1,
          "there is no near domain yet: this lets nothing through");
  if (relay->address_list && relay->addresses.length == 0)
    warn (findings, RELAY_ADDRESS_LIST, -1,
          "the address relay list is empty: this lets nothing through");
}

static void
check_relay (const Settings *settings, GPtrArray *findings)
{
  if (settings->smtp.relay.allow == ALLOWANCE_ALL)
    warn (findings, RELAY_ALLOW, -1, "everybody may send to everybody: this is an open relay");
  if (settings->smtp.relay.allow == ALLOWANCE_SPECIFIED)
    check_relay_rules (settings, findings);
  warn_of_wide_network (findings, RELAY_ADDRESSES, &settings->smtp.relay.addresses,
                        "to relay for all of it is an open relay");
}

static void
check_connection (const Settings *settings, GPtrArray *findings)
{
  const ConnectionSettings *connection = &settings->smtp.connection;

  if (connection->allow == ALLOWANCE_SPECIFIED && connection->refused.length == 0
      && connection->blocklists[0] == NULL)
    warn (findings, CONNECTION_ALLOW, -1,
          "no address is refused and no blocklist is asked: everybody may connect");
  warn_of_wide_network (findings, CONNECTION_REFUSED, &connection->refused,
                        "nobody from there may connect");
  warn_of_wide_network (findings, CONNECTION_EXCEPTED, &connection->excepted,
                        "everybody from there may connect");
}

static void
check_local_domains (const Settings *settings, GPtrArray *findings)
{
  gssize everything = place_of (settings->general.local_domains, "*");

  if (everything >= 0)
    warn (findings, LOCAL_DOMAINS, everything,
          "every domain is local: no mail leaves this system any more");
}

typedef void (*Rule) (const Settings *settings, GPtrArray *findings);

static const Rule rules[] = {
  check_host_name, check_local_domains, check_listeners,  check_mail_router,
  check_relay,     check_connection,    check_blocklists,
};

GPtrArray *
rules_check (const Settings *settings)
{
  GPtrArray *findings = g_ptr_array_new_with_free_func (finding_free);

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    rules[i](settings, findings);
  return findings;
}
