/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/connection-policy.h"

#include "servers/policy/policy-logon.h"

static const ConnectionSettings *
settings_of (const Policy *policy)
{
  return &policy->settings->smtp.connection;
}

static Verdict
decide_by_address (const Policy *policy, const ClientFacts *client)
{
  int refused = network_set_match (policy->refused, &client->address);
  int excepted = network_set_match (policy->excepted, &client->address);

  if (excepted >= 0 && excepted >= refused)
    return VERDICT_EXCEPTED_ADDRESS;
  if (refused < 0)
    return VERDICT_NO_RESTRICTION;
  if (settings_of (policy)->pop_overrides_address && policy_logon_is_in_force (policy, client))
    return VERDICT_POP_OVERRIDE;
  return VERDICT_REFUSED_ADDRESS;
}

/* Whether blocklists have a say about somebody whom the address rows let in like that. */
static gboolean
blocklists_matter (const Policy *policy, const ClientFacts *client, Verdict by_address)
{
  return (by_address == VERDICT_NO_RESTRICTION || by_address == VERDICT_POP_OVERRIDE)
         && settings_of (policy)->blocklists[0] != NULL && !client->is_local_host
         && !client->by_submission;
}

static gboolean
pop_overrides_blocklists (const Policy *policy, const ClientFacts *client)
{
  return settings_of (policy)->pop_overrides_blocklist && policy_logon_is_in_force (policy, client);
}

static Verdict
decide_by_restrictions (const Policy *policy, const ClientFacts *client)
{
  Verdict by_address = decide_by_address (policy, client);

  if (client->blocklists != BLOCKLIST_LISTED || !blocklists_matter (policy, client, by_address))
    return by_address;
  return pop_overrides_blocklists (policy, client) ? VERDICT_BLOCKLIST_POP_OVERRIDE
                                                   : VERDICT_BLOCKLISTED;
}

Verdict
connection_policy_decide (const Policy *policy, const ClientFacts *client)
{
  switch (settings_of (policy)->allow)
    {
    case ALLOWANCE_ALL:
      return VERDICT_CONNECTIONS_EVERYBODY;
    case ALLOWANCE_SPECIFIED:
      return decide_by_restrictions (policy, client);
    case ALLOWANCE_NONE:
    default:
      if (client->is_local_host && !settings_of (policy)->refuse_local_host)
        return VERDICT_CONNECTIONS_LOCAL_HOST;
      return VERDICT_CONNECTIONS_NOBODY;
    }
}

gboolean
connection_policy_asks_blocklists (const Policy *policy, const ClientFacts *client)
{
  return settings_of (policy)->allow == ALLOWANCE_SPECIFIED
         && client->blocklists == BLOCKLIST_NOT_ASKED
         && blocklists_matter (policy, client, decide_by_address (policy, client))
         && !pop_overrides_blocklists (policy, client);
}
