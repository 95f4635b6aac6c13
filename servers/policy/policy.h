/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"
#include "domain-set.h"
#include "network-set.h"

/**
 * SECTION: policy
 *
 * A settings snapshot, made ready for decisions: its lists are arranged for look-up. Immutable and reference-counted. The decisions
 * themselves are in connection-policy and relay-policy: pure functions of a policy and the facts about a client.
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

/**
 * PolicyHolder:
 *
 * Where the policy in force stands: written by the main thread, read by every worker, for each decision anew.
 */
typedef struct _PolicyHolder PolicyHolder;

PolicyHolder *policy_holder_new (const Settings *settings);
void policy_holder_free (PolicyHolder *holder);

/** A decision that begins after the return uses @settings. */
void policy_holder_publish (PolicyHolder *holder, const Settings *settings);

/** Returns: (transfer full): the policy in force; to be held for one decision */
Policy *policy_holder_get (PolicyHolder *holder);
