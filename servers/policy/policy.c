/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/policy.h"

struct _PolicyHolder
{
  GMutex lock;    /* held for taking a reference, never for a decision */
  Policy *policy; /* (owned) */
};

static void
arrange_domains (Policy *policy)
{
  const GeneralSettings *general = &policy->settings->general;

  policy->local_domains = domain_map_new (general->local_domains);
  policy->near_domains = domain_map_new (general->near_domains);
}

static void
arrange_networks (Policy *policy)
{
  const ConnectionSettings *connection = &policy->settings->smtp.connection;
  const LogOnSettings *log_ons = &policy->settings->pop3.log_ons;

  policy->relay_addresses = network_set_new (&policy->settings->smtp.relay.addresses);
  policy->refused = network_set_new (&connection->refused);
  policy->excepted = network_set_new (&connection->excepted);
  policy->unrecorded = network_set_new (&log_ons->unrecorded);
  policy->shared_addresses = network_set_new (&log_ons->shared_addresses);
  policy->never_banned = network_set_new (&policy->settings->security.never_banned);
  policy->windows = logon_windows_new (log_ons->windows);
}

/* A snapshot holds valid rows only. */
static void
complain (const char *row)
{
  g_critical ("policy: \"%s\" can't be read", row);
}

static void
arrange_routes (Policy *policy)
{
  g_autoptr (GPtrArray) domains = g_ptr_array_new ();

  policy->routes = g_array_new (FALSE, FALSE, sizeof (MailRoute));
  g_array_set_clear_func (policy->routes, (GDestroyNotify) mail_route_clear);
  for (char **row = policy->settings->smtp.delivery.routes; *row != NULL; row++)
    {
      MailRoute route;

      if (!mail_route_parse (*row, &route))
        {
          complain (*row);
          continue;
        }
      g_array_append_val (policy->routes, route);
      g_ptr_array_add (domains, route.domain);
    }
  g_ptr_array_add (domains, NULL);
  policy->route_domains = domain_map_new ((char *const *) domains->pdata);
}

static void
arrange_tls_rules (Policy *policy)
{
  g_autoptr (GPtrArray) domains = g_ptr_array_new ();

  policy->tls_rules = g_array_new (FALSE, FALSE, sizeof (TlsRule));
  g_array_set_clear_func (policy->tls_rules, (GDestroyNotify) tls_rule_clear);
  for (char **row = policy->settings->smtp.delivery.tls_rules; *row != NULL; row++)
    {
      TlsRule rule;

      if (!tls_rule_parse (*row, &rule))
        {
          complain (*row);
          continue;
        }
      g_array_append_val (policy->tls_rules, rule);
      g_ptr_array_add (domains, rule.domain);
    }
  g_ptr_array_add (domains, NULL);
  policy->tls_domains = domain_map_new ((char *const *) domains->pdata);
}

static void
arrange_credentials (Policy *policy)
{
  policy->credentials = g_array_new (FALSE, FALSE, sizeof (HostCredential));
  g_array_set_clear_func (policy->credentials, (GDestroyNotify) host_credential_clear);
  for (char **row = policy->settings->smtp.delivery.credentials; *row != NULL; row++)
    {
      HostCredential credential;

      if (host_credential_parse (*row, &credential))
        g_array_append_val (policy->credentials, credential);
      else
        complain (*row);
    }
}

static void
arrange_bindings (Policy *policy)
{
  g_autoptr (GPtrArray) domains = g_ptr_array_new ();

  policy->bindings = g_array_new (FALSE, FALSE, sizeof (Binding));
  g_array_set_clear_func (policy->bindings, (GDestroyNotify) binding_clear);
  policy->binding_of_domain = g_array_new (FALSE, FALSE, sizeof (guint));
  for (char **row = policy->settings->smtp.bindings; *row != NULL; row++)
    {
      guint index = policy->bindings->len;
      Binding binding;

      if (!binding_parse (*row, &binding))
        {
          complain (*row);
          continue;
        }
      g_array_append_val (policy->bindings, binding);
      for (char **domain = binding.domains; *domain != NULL; domain++)
        {
          g_ptr_array_add (domains, *domain);
          g_array_append_val (policy->binding_of_domain, index);
        }
    }
  g_ptr_array_add (domains, NULL);
  policy->binding_domains = domain_map_new ((char *const *) domains->pdata);
}

Policy *
policy_new (const Settings *settings)
{
  Policy *policy = g_atomic_rc_box_new0 (Policy);

  policy->settings = settings_ref (settings);
  arrange_domains (policy);
  arrange_networks (policy);
  arrange_routes (policy);
  arrange_tls_rules (policy);
  arrange_credentials (policy);
  arrange_bindings (policy);
  return policy;
}

Policy *
policy_ref (Policy *policy)
{
  return g_atomic_rc_box_acquire (policy);
}

static void
policy_clear (gpointer data)
{
  Policy *policy = data;

  domain_map_free (policy->local_domains);
  domain_map_free (policy->near_domains);
  network_set_unref (policy->relay_addresses);
  network_set_unref (policy->refused);
  network_set_unref (policy->excepted);
  network_set_unref (policy->unrecorded);
  network_set_unref (policy->shared_addresses);
  network_set_unref (policy->never_banned);
  logon_windows_free (policy->windows);
  domain_map_free (policy->route_domains);
  g_array_unref (policy->routes);
  domain_map_free (policy->tls_domains);
  g_array_unref (policy->tls_rules);
  g_array_unref (policy->credentials);
  domain_map_free (policy->binding_domains);
  g_array_unref (policy->binding_of_domain);
  g_array_unref (policy->bindings);
  settings_unref (policy->settings);
}

void
policy_unref (Policy *policy)
{
  g_atomic_rc_box_release_full (policy, policy_clear);
}

PolicyHolder *
policy_holder_new (const Settings *settings)
{
  PolicyHolder *holder = g_new0 (PolicyHolder, 1);

  g_mutex_init (&holder->lock);
  holder->policy = policy_new (settings);
  return holder;
}

void
policy_holder_free (PolicyHolder *holder)
{
  if (holder == NULL)
    return;
  policy_unref (holder->policy);
  g_mutex_clear (&holder->lock);
  g_free (holder);
}

void
policy_holder_publish (PolicyHolder *holder, const Settings *settings)
{
  Policy *next = policy_new (settings);
  Policy *former;

  g_mutex_lock (&holder->lock);
  former = holder->policy;
  holder->policy = next;
  g_mutex_unlock (&holder->lock);
  policy_unref (former);
}

Policy *
policy_holder_get (PolicyHolder *holder)
{
  Policy *policy;

  g_mutex_lock (&holder->lock);
  policy = policy_ref (holder->policy);
  g_mutex_unlock (&holder->lock);
  return policy;
}
