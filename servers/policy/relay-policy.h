/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/mail/mail-address.h"
#include "servers/policy/client-facts.h"
#include "servers/policy/policy.h"
#include "servers/policy/verdict.h"

/**
 * relay_policy_decide:
 *
 * May this client send to this recipient? Mail for a local domain (and for a bare postmaster) is
 * delivery, never refused here. All: yes. None: no, but for this system itself unless
 * refuse-local-host. Specified: any ticked rule that fits lets it through, in the order near
 * domains, address list, POP client, authenticated. Being near is not enough for a local part that
 * is a route itself, with "%", "!" or "@" in it. The POP window is smtp.relay.pop-client-minutes of
 * @policy: a log-on exactly so many minutes ago is out.
 */
Verdict
relay_policy_decide (const Policy *policy, const ClientFacts *client, const MailAddress *recipient);

/** Whether @recipient's domain is a local one; also a bare postmaster's. */
gboolean relay_policy_is_local (const Policy *policy, const MailAddress *recipient);
