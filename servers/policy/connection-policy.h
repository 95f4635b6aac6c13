/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/policy/client-facts.h"
#include "servers/policy/policy.h"
#include "servers/policy/verdict.h"

/**
 * connection_policy_decide:
 *
 * May this client speak to the SMTP server? All: yes. None: no, but for this system itself unless
 * refuse-local-host. Specified: the most specific row of the refused and the excepted networks
 * decides (excepted wins a tie; no row: yes); a log-on to POP within the window comes first where
 * pop-overrides-address is set, whether or not such a log-on may also relay.
 */
Verdict connection_policy_decide (const Policy *policy, const ClientFacts *client);
