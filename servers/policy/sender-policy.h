/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/policy/client-facts.h"
#include "servers/policy/policy.h"
#include "servers/policy/verdict.h"

/**
 * SECTION: sender-policy
 *
 * May this client send in this sender's name? pop3.log-ons.sender-check says whether that matters:
 * never, to clients at pop3.log-ons.shared-addresses, or to all. It matters only where the client
 * is let through because its user is known: by a log-on to POP or by SMTP AUTH.
 */

/**
 * sender_policy_user:
 * @relay: what relay_policy_decide() said of the recipient
 *
 * Returns: (nullable): the user who must have the sender's address: of SMTP AUTH, which is surer,
 *   else of the log-on. %NULL when the sender does not matter. As long as @client's texts live.
 */
const char *sender_policy_user (const Policy *policy, const ClientFacts *client, Verdict relay);

/**
 * sender_policy_decide:
 * @relay: what relay_policy_decide() said of the recipient
 * @sender_is_users: whether the sender's address is one of sender_policy_user(); does not matter
 *   where that is %NULL
 *
 * Returns: @relay, or VERDICT_SENDER_NOT_USERS
 */
Verdict sender_policy_decide (const Policy *policy,
                              const ClientFacts *client,
                              Verdict relay,
                              gboolean sender_is_users);
