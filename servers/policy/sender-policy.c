/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/sender-policy.h"

#include "servers/policy/relay-policy.h"

static gboolean
is_checked (const Policy *policy, const ClientFacts *client)
{
  switch (policy->settings->pop3.log_ons.sender_check)
    {
    case SENDER_CHECK_ALL:
      return TRUE;
    case SENDER_CHECK_SHARED:
      return network_set_match (policy->shared_addresses, &client->address) >= 0;
    case SENDER_CHECK_NONE:
    default:
      return FALSE;
    }
}

const char *
sender_policy_user (const Policy *policy, const ClientFacts *client, Verdict relay)
{
  /* For submission it is the client that was let in, whichever rule lets the recipient through. */
  if (client->by_submission && verdict_allows (relay))
    relay = relay_policy_client_may (policy, client);
  if ((relay != VERDICT_POP_CLIENT && relay != VERDICT_AUTHENTICATED)
      || !is_checked (policy, client))
    return NULL;
  if (client->authenticated != NULL)
    return client->authenticated;
  return client->logon_user != NULL ? client->logon_user : "";
}

Verdict
sender_policy_decide (const Policy *policy,
                      const ClientFacts *client,
                      Verdict relay,
                      gboolean sender_is_users)
{
  if (!sender_is_users && sender_policy_user (policy, client, relay) != NULL)
    return VERDICT_SENDER_NOT_USERS;
  return relay;
}
