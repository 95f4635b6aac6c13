/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/rules-relay.h"

#include <string.h>

#include "core/settings/content-filter.h"

#define RELAY_ALLOW "smtp.relay.allow"
#define RELAY_NEAR_DOMAINS "smtp.relay.near-domains"
#define RELAY_ADDRESS_LIST "smtp.relay.address-list"
#define RELAY_ADDRESSES "smtp.relay.addresses"
#define CONNECTION_ALLOW "smtp.connection.allow"
#define CONNECTION_REFUSED "smtp.connection.refused"
#define CONNECTION_EXCEPTED "smtp.connection.excepted"
#define CONNECTION_BLOCKLISTS "smtp.connection.blocklists"
#define NEAR_DOMAINS "general.near-domains"
#define FILTERS "smtp.filters"

static void
warn (GPtrArray *findings, const char *setting, gssize row, const char *message)
{
  rules_findings_warn (findings, setting, row, g_strdup (message));
}

static void
warn_of_all_near (const Settings *settings, GPtrArray *findings)
{
  const DomainList domains = settings->general.near_domains;

  for (gssize i = 0; domains[i] != NULL; i++)
    if (g_str_equal (domains[i], "*"))
      warn (findings, NEAR_DOMAINS, i,
            "every domain is near, and mail to near domains is relayed: this is an open relay");
}

static void
check_relay_rules (const Settings *settings, GPtrArray *findings)
{
  const RelaySettings *relay = &settings->smtp.relay;

  if (!relay->near_domains && !relay->address_list && !relay->pop_client && !relay->authenticated)
    warn (findings, RELAY_ALLOW, -1, "no rule is chosen: nobody may relay");
  if (relay->near_domains)
    warn_of_all_near (settings, findings);
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
  rules_findings_warn_of_wide_network (findings, RELAY_ADDRESSES, &settings->smtp.relay.addresses,
                                       "to relay for all of it is an open relay");
}

static void
check_connection (const Settings *settings, GPtrArray *findings)
{
  const ConnectionSettings *connection = &settings->smtp.connection;
  gboolean restricts = connection->refused.length > 0 || connection->blocklists[0] != NULL;

  if (connection->allow == ALLOWANCE_ALL && restricts)
    warn (findings, CONNECTION_ALLOW, -1,
          "everybody may connect: refused addresses and blocklists have no effect");
  if (connection->allow == ALLOWANCE_SPECIFIED && !restricts)
    warn (findings, CONNECTION_ALLOW, -1,
          "no address is refused and no blocklist is asked: everybody may connect");
  rules_findings_warn_of_wide_network (findings, CONNECTION_REFUSED, &connection->refused,
                                       "nobody from there may connect");
  rules_findings_warn_of_wide_network (findings, CONNECTION_EXCEPTED, &connection->excepted,
                                       "everybody from there may connect");
  for (gssize i = 0; connection->blocklists[i] != NULL; i++)
    if (connection->blocklists[i][0] == '*')
      rules_findings_refuse (findings, CONNECTION_BLOCKLISTS, i,
                             g_strdup_printf ("\"%s\" names no blocklist: a * can't be asked",
                                              connection->blocklists[i]));
}

/* Every message has a sender, a subject, if an empty one, and a type; not each has an attachment.
 */
static gboolean
fits_everything (const ContentFilter *filter)
{
  if (filter->criterion == FILTER_ATTACHMENT)
    return FALSE;
  if (filter->criterion == FILTER_TYPE && g_str_equal (filter->pattern, "*/*"))
    return TRUE;
  return strspn (filter->pattern, "*") == strlen (filter->pattern);
}

static void
check_filters (const Settings *settings, GPtrArray *findings)
{
  for (gssize i = 0; settings->smtp.filters[i] != NULL; i++)
    {
      g_auto (ContentFilter) filter = { 0 };

      if (!content_filter_parse (settings->smtp.filters[i], &filter) || !fits_everything (&filter))
        continue;
      warn (findings, FILTERS, i,
            filter.action == FILTER_ACTION_DISCARD
                ? "every message fits this: all mail is thrown away"
                : "every message fits this: all mail is kept back");
    }
}

void
rules_relay_check (const Settings *settings, GPtrArray *findings)
{
  check_relay (settings, findings);
  check_connection (settings, findings);
  check_filters (settings, findings);
}
