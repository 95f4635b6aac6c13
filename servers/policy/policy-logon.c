/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/policy-logon.h"

IpAddress
policy_logon_address (const Policy *policy, const IpAddress *client)
{
  return policy->settings->pop3.log_ons.ipv6_prefix == IPV6_PREFIX_64 ? ip_address_link (client)
                                                                      : *client;
}

gboolean
policy_records_logon (const Policy *policy, const IpAddress *client)
{
  return network_set_match (policy->unrecorded, client) < 0;
}

gint64
policy_logon_seconds (const Policy *policy, const char *user, const IpAddress *client)
{
  guint minutes = logon_windows_minutes (policy->windows, user, client);

  return (gint64) MIN (minutes, policy->settings->smtp.relay.pop_client_minutes) * 60;
}

gboolean
policy_logon_is_in_force (const Policy *policy, const ClientFacts *client)
{
  return client->seconds_since_logon >= 0
         && client->seconds_since_logon
                < policy_logon_seconds (policy, client->logon_user, &client->address)
         && policy_records_logon (policy, &client->address);
}

gboolean
policy_may_ban (const Policy *policy, const IpAddress *client)
{
  return policy->settings->security.failed_log_ons > 0 && !ip_address_is_localhost (client)
         && network_set_match (policy->never_banned, client) < 0;
}
