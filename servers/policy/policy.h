/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"
#include "servers/policy/domain-set.h"
#include "servers/policy/network-set.h"

/**
 * SECTION: policy
 *
 * A settings snapshot, made ready for decisions: its lists are arranged for look-up. Immutable and
 * reference-counted. The decisions themselves are in connection-policy and relay-policy: pure
 * functions of a policy and the facts about a client.
 */
typedef struct
{
  Settings *settings; /* (owned) */
  DomainSet *local_domains;
  DomainSet *near_domains;
  NetworkSet *relay_addresses;
  NetworkSet *refused;
  NetworkSet *excepted;
} Policy;

Policy *policy_new (const Settings *settings);
Policy *policy_ref (Policy *policy);
void policy_unref (Policy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Policy, policy_unref)

/** How long a log-on to the POP server is in force, in seconds. */
gint64 policy_logon_seconds (const Policy *policy);

/**
 * Whether a log-on to the POP server so long ago is in force: one exactly
 * smtp.relay.pop-client-minutes old is out. CLIENT_NEVER_LOGGED_ON is out, and so is a log-on in
 * the future.
 */
gboolean policy_logon_is_in_force (const Policy *policy, gint64 seconds_since_logon);

/**
 * PolicyHolder:
 *
 * Where the policy in force stands: written by the main thread, read by every worker, for each
 * decision anew.
 */
typedef struct _PolicyHolder PolicyHolder;

PolicyHolder *policy_holder_new (const Settings *settings);
void policy_holder_free (PolicyHolder *holder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PolicyHolder, policy_holder_free)

/** A decision that begins after the return uses @settings. */
void policy_holder_publish (PolicyHolder *holder, const Settings *settings);

/** Returns: (transfer full): the policy in force; to be held for one decision */
Policy *policy_holder_get (PolicyHolder *holder);
