/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/policy-delivery.h"

const MailRoute *
policy_route (const Policy *policy, const char *domain)
{
  int index = domain_map_find (policy->route_domains, domain);

  return index >= 0 ? &g_array_index (policy->routes, MailRoute, index) : NULL;
}

static DeliveryTls
tls_of (const Policy *policy, int index)
{
  return g_array_index (policy->tls_rules, TlsRule, index).tls;
}

DeliveryTls
policy_delivery_tls (const Policy *policy, const char *domain, const char *host)
{
  int of_domain = domain_map_find_own (policy->tls_domains, domain);
  int of_host = domain_map_find_own (policy->tls_domains, host);

  if (of_domain >= 0 && of_host >= 0)
    return MAX (tls_of (policy, of_domain), tls_of (policy, of_host));
  if (of_domain >= 0)
    return tls_of (policy, of_domain);
  if (of_host < 0)
    of_host = domain_map_find (policy->tls_domains, host);
  return of_host >= 0 ? tls_of (policy, of_host) : policy->settings->smtp.delivery.tls;
}

DeliveryTls
policy_secret_tls (const Policy *policy, const char *host, DeliveryTls tls)
{
  int of_host = domain_map_find_own (policy->tls_domains, host);
  gboolean is_said = of_host >= 0 && tls_of (policy, of_host) == DELIVERY_TLS_MUST;

  if (tls == DELIVERY_TLS_MAY || (tls == DELIVERY_TLS_MUST && !is_said))
    return DELIVERY_TLS_VERIFY;
  return tls;
}

const HostCredential *
policy_credential (const Policy *policy, const char *host, guint16 port)
{
  IpAddress address;
  gboolean is_address = ip_address_parse (host, &address);

  for (guint i = 0; i < policy->credentials->len; i++)
    {
      const HostCredential *row = &g_array_index (policy->credentials, HostCredential, i);

      if (row->host.port != port || row->host.is_address != is_address)
        continue;
      if (is_address ? ip_address_equal (&row->host.address, &address)
                     : g_ascii_strcasecmp (row->host.host, host) == 0)
        return row;
    }
  return NULL;
}
