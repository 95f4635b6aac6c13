/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/binding.h"
#include "core/settings/host-credential.h"
#include "core/settings/mail-route.h"
#include "core/settings/network-set.h"
#include "core/settings/settings.h"
#include "core/settings/tls-rule.h"
#include "servers/policy/domain-map.h"
#include "servers/policy/logon-windows.h"

/**
 * SECTION: policy
 *
 * A settings snapshot, made ready for decisions: its lists are arranged for look-up. Immutable and
 * reference-counted. The decisions themselves are pure functions of a policy and the facts about a
 * client:
 *
 *   connection-policy   may this client speak to us?
 *   relay-policy        may it send to this recipient?
 *   sender-policy       may it send in this sender's name?
 *   policy-logon        which log-ons count, for whom, and how long
 *   policy-delivery     where mail goes, and how
 *   policy-binding      by which of our names and addresses
 */
typedef struct
{
  Settings *settings; /* (owned) */
  DomainMap *local_domains;
  DomainMap *near_domains;
  NetworkSet *relay_addresses;
  NetworkSet *refused;
  NetworkSet *excepted;
  NetworkSet *unrecorded;
  NetworkSet *shared_addresses;
  NetworkSet *never_banned;
  LogonWindows *windows;
  GArray *routes; /* (element-type MailRoute) */
  DomainMap *route_domains;
  GArray *tls_rules; /* (element-type TlsRule) */
  DomainMap *tls_domains;
  GArray *credentials; /* (element-type HostCredential) */
  GArray *bindings;    /* (element-type Binding) */
  DomainMap *binding_domains;
  GArray *binding_of_domain; /* (element-type guint) pattern in binding_domains -> its binding */
} Policy;

Policy *policy_new (const Settings *settings);
Policy *policy_ref (Policy *policy);
void policy_unref (Policy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Policy, policy_unref)

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
