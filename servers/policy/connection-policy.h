/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/policy/client-facts.h"
#include "servers/policy/policy.h"
#include "servers/policy/verdict.h"

/**
 * connection_policy_decide:
 *
 * May this client speak to the SMTP server? All: yes. None: no, but for this system itself unless
 * refuse-local-host. Specified, in this order:
 *
 * 1. The most specific row of the refused and the excepted networks decides; excepted wins a tie.
 *    A refused one gets in all the same while its log-on to POP is in force, where
 *    pop-overrides-address is set (whether or not such a log-on may also relay).
 * 2. Who is not excepted, and is not this system itself, must not be on the blocklists: unless its
 *    log-on to POP is in force, and pop-overrides-blocklist is set. One tick does not mean the
 *    other. Listeners for submission do without blocklists: only who is known may send there, and
 *    the addresses of homes and phones stand on many lists.
 *
 * BLOCKLIST_NOT_ASKED counts as clean; connection_policy_asks_blocklists() tells when to ask.
 */
Verdict connection_policy_decide (const Policy *policy, const ClientFacts *client);

/** Whether the decision depends on what blocklists say, and they have not been asked yet: then the
 * caller asks them, and decides with their answer. */
gboolean connection_policy_asks_blocklists (const Policy *policy, const ClientFacts *client);
