/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/policy/policy.h"

/**
 * SECTION: policy-binding
 *
 * By which name this system goes, and by which address its mail leaves: smtp.bindings. What is
 * returned lives as long as the policy.
 */

/** Returns: the name that the SMTP server gives itself to who came in at the address @local */
const char *policy_host_name_at (const Policy *policy, const IpAddress *local);

/**
 * policy_binding_for:
 * @sender: the sender's address; "" for the null sender, whose mail leaves as the system likes
 * @next_hop: where the mail goes to: an address of one family can't be reached from the other
 *
 * Returns: (nullable): the address, and the name for it, that the sender's mail leaves by; the most
 * specific domain decides
 */
const Binding *
policy_binding_for (const Policy *policy, const char *sender, const IpAddress *next_hop);
