/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/relay-policy.h"

#include "servers/policy/policy-logon.h"

#include <string.h>

gboolean
relay_policy_is_local (const Policy *policy, const MailAddress *recipient)
{
  if (recipient->domain[0] == '\0')
    return g_ascii_strcasecmp (recipient->local_part, "postmaster") == 0;
  return domain_map_match (policy->local_domains, recipient->domain);
}

/* Signs of a route: "joe%far.example", "far.example!joe", "@far.example:joe", "far.example::joe"; and
 * those by which a host that reads quoted strings badly may find one. */
#define ROUTE_SIGNS "%!@:;,<>()[]\\\""

/* A local part that is a route itself. The near host may follow it, and send on for us what we would
 * have refused. It may also take wide signs, those of RFC 6531, for the plain ones. */
static gboolean
is_routed (const MailAddress *recipient)
{
  g_autofree char *plain = g_utf8_normalize (recipient->local_part, -1, G_NORMALIZE_NFKC);

  return plain == NULL || strpbrk (plain, ROUTE_SIGNS) != NULL;
}

static gboolean
is_near (const Policy *policy, const MailAddress *recipient)
{
  return policy->settings->smtp.relay.near_domains && !is_routed (recipient)
         && domain_map_match (policy->near_domains, recipient->domain);
}

static gboolean
has_authenticated (const Policy *policy, const ClientFacts *client)
{
  return policy->settings->smtp.relay.authenticated && client->authenticated != NULL;
}

/* No rule fits the client. What would help? */
static Verdict
refuse (const Policy *policy, const ClientFacts *client)
{
  const SmtpSettings *smtp = &policy->settings->smtp;
  gboolean pop_helps = smtp->relay.pop_client && policy_records_logon (policy, &client->address);
  gboolean auth_helps = smtp->relay.authenticated && smtp->authentication != AUTHENTICATION_USE_NO;

  if (pop_helps && auth_helps && client->by_submission)
    return VERDICT_SUBMISSION_ONLY;
  if (pop_helps)
    return VERDICT_LOG_ON_FIRST;
  return auth_helps ? VERDICT_AUTHENTICATE_FIRST : VERDICT_NO_RULE;
}

static Verdict
decide_by_client (const Policy *policy, const ClientFacts *client)
{
  const RelaySettings *settings = &policy->settings->smtp.relay;

  if (settings->address_list && network_set_match (policy->relay_addresses, &client->address) >= 0)
    return VERDICT_ADDRESS_LIST;
  if (settings->pop_client && policy_logon_is_in_force (policy, client))
    return VERDICT_POP_CLIENT;
  return has_authenticated (policy, client) ? VERDICT_AUTHENTICATED : refuse (policy, client);
}

Verdict
relay_policy_client_may (const Policy *policy, const ClientFacts *client)
{
  const RelaySettings *settings = &policy->settings->smtp.relay;

  switch (settings->allow)
    {
    case ALLOWANCE_ALL:
      return VERDICT_EVERYBODY;
    case ALLOWANCE_SPECIFIED:
      return decide_by_client (policy, client);
    case ALLOWANCE_NONE:
    default:
      return client->is_local_host && !settings->refuse_local_host ? VERDICT_LOCAL_HOST
                                                                   : VERDICT_NOBODY;
    }
}

/* What is left of the log-on that lets the client through. */
static Verdict
decide_by_grant (const Policy *policy, const ClientFacts *client)
{
  const LogOnSettings *limits = &policy->settings->pop3.log_ons;
  gboolean too_many_messages = limits->messages > 0 && client->grant_messages >= limits->messages;
  gboolean too_many_recipients
      = limits->recipients > 0 && client->grant_recipients >= limits->recipients;

  if (!too_many_messages && !too_many_recipients)
    return VERDICT_POP_CLIENT;
  if (has_authenticated (policy, client))
    return VERDICT_AUTHENTICATED;
  return too_many_messages ? VERDICT_GRANT_MESSAGES : VERDICT_GRANT_RECIPIENTS;
}

Verdict
relay_policy_decide (const Policy *policy, const ClientFacts *client, const MailAddress *recipient)
{
  Verdict by_client = relay_policy_client_may (policy, client);

  if (client->by_submission && !verdict_allows (by_client))
    return by_client;
  if (relay_policy_is_local (policy, recipient))
    return VERDICT_LOCAL_DOMAIN;
  if (policy->settings->smtp.relay.allow == ALLOWANCE_SPECIFIED && is_near (policy, recipient))
    return VERDICT_NEAR_DOMAIN;
  return by_client == VERDICT_POP_CLIENT ? decide_by_grant (policy, client) : by_client;
}
