/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/policy-binding.h"

#include <string.h>

const char *
policy_host_name_at (const Policy *policy, const IpAddress *local)
{
  for (guint i = 0; i < policy->bindings->len; i++)
    {
      const Binding *binding = &g_array_index (policy->bindings, Binding, i);

      if (ip_address_equal (&binding->address, local))
        return binding->host_name;
    }
  return policy->settings->general.host_name;
}

const Binding *
policy_binding_for (const Policy *policy, const char *sender, const IpAddress *next_hop)
{
  const char *at = strrchr (sender, '@');
  int pattern = at != NULL ? domain_map_find (policy->binding_domains, at + 1) : -1;
  const Binding *binding;

  if (pattern < 0)
    return NULL;
  binding = &g_array_index (policy->bindings, Binding,
                            g_array_index (policy->binding_of_domain, guint, pattern));
  return ip_address_is_ipv4 (&binding->address) == ip_address_is_ipv4 (next_hop) ? binding : NULL;
}
