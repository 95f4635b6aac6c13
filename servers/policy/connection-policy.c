/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/connection-policy.h"

static Verdict
decide_by_address (const Policy *policy, const IpAddress *address)
{
  int refused = network_set_match (policy->refused, address);
  int excepted = network_set_match (policy->excepted, address);

  if (refused < 0)
    return VERDICT_NO_RESTRICTION;
  return excepted >= refused ? VERDICT_EXCEPTED_ADDRESS : VERDICT_REFUSED_ADDRESS;
}

Verdict
connection_policy_decide (const Policy *policy, const ClientFacts *client)
{
  const ConnectionSettings *settings = &policy->settings->smtp.connection;
  Verdict verdict;

  switch (settings->allow)
    {
    case ALLOWANCE_ALL:
      return VERDICT_CONNECTIONS_EVERYBODY;
    case ALLOWANCE_SPECIFIED:
      verdict = decide_by_address (policy, &client->address);
      if (verdict == VERDICT_REFUSED_ADDRESS && settings->pop_overrides_address
          && policy_logon_is_in_force (policy, client->seconds_since_logon))
        return VERDICT_POP_OVERRIDE;
      return verdict;
    case ALLOWANCE_NONE:
    default:
      if (client->is_local_host && !settings->refuse_local_host)
        return VERDICT_CONNECTIONS_LOCAL_HOST;
      return VERDICT_CONNECTIONS_NOBODY;
    }
}
