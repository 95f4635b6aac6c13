/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/relay-policy.h"

#include <string.h>

gboolean
relay_policy_is_local (const Policy *policy, const MailAddress *recipient)
{
  if (recipient->domain[0] == '\0')
    return g_ascii_strcasecmp (recipient->local_part, "postmaster") == 0;
  return domain_set_match (policy->local_domains, recipient->domain);
}

/* A local part that is a route itself, such as "joe%far.example" or "far.example!joe". The near host
 * may follow it, and send on for us what we would have refused. */
static gboolean
is_routed (const MailAddress *recipient)
{
  return strpbrk (recipient->local_part, "%!@") != NULL;
}

static Verdict
decide_by_rules (const Policy *policy, const ClientFacts *client, const MailAddress *recipient)
{
  const RelaySettings *settings = &policy->settings->smtp.relay;

  if (settings->near_domains && !is_routed (recipient)
      && domain_set_match (policy->near_domains, recipient->domain))
    return VERDICT_NEAR_DOMAIN;
  if (settings->address_list && network_set_match (policy->relay_addresses, &client->address) >= 0)
    return VERDICT_ADDRESS_LIST;
  if (settings->pop_client && policy_logon_is_in_force (policy, client->seconds_since_logon))
    return VERDICT_POP_CLIENT;
  if (settings->authenticated && client->is_authenticated)
    return VERDICT_AUTHENTICATED;
  return settings->pop_client ? VERDICT_LOG_ON_FIRST : VERDICT_NO_RULE;
}

Verdict
relay_policy_decide (const Policy *policy, const ClientFacts *client, const MailAddress *recipient)
{
  const RelaySettings *settings = &policy->settings->smtp.relay;

  if (relay_policy_is_local (policy, recipient))
    return VERDICT_LOCAL_DOMAIN;

  switch (settings->allow)
    {
    case ALLOWANCE_ALL:
      return VERDICT_EVERYBODY;
    case ALLOWANCE_SPECIFIED:
      return decide_by_rules (policy, client, recipient);
    case ALLOWANCE_NONE:
    default:
      return client->is_local_host && !settings->refuse_local_host ? VERDICT_LOCAL_HOST
                                                                   : VERDICT_NOBODY;
    }
}
