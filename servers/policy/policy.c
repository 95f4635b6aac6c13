/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/policy.h"

struct _PolicyHolder
{
  GMutex lock;    /* held for taking a reference, never for a decision */
  Policy *policy; /* (owned) */
};

Policy *
policy_new (const Settings *settings)
{
  Policy *policy = g_atomic_rc_box_new0 (Policy);

  policy->settings = settings_ref (settings);
  policy->local_domains = domain_set_new (settings->general.local_domains);
  policy->near_domains = domain_set_new (settings->general.near_domains);
  policy->relay_addresses = network_set_new (&settings->smtp.relay.addresses);
  policy->refused = network_set_new (&settings->smtp.connection.refused);
  policy->excepted = network_set_new (&settings->smtp.connection.excepted);
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

  domain_set_free (policy->local_domains);
  domain_set_free (policy->near_domains);
  network_set_free (policy->relay_addresses);
  network_set_free (policy->refused);
  network_set_free (policy->excepted);
  settings_unref (policy->settings);
}

void
policy_unref (Policy *policy)
{
  g_atomic_rc_box_release_full (policy, policy_clear);
}

gint64
policy_logon_seconds (const Policy *policy)
{
  return (gint64) policy->settings->smtp.relay.pop_client_minutes * 60;
}

gboolean
policy_logon_is_in_force (const Policy *policy, gint64 seconds_since_logon)
{
  return seconds_since_logon >= 0 && seconds_since_logon < policy_logon_seconds (policy);
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
