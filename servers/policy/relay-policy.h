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
 * is a route itself, or may be read as one: with "%", "!", "@" or another sign of addresses in it.
 *
 * A log-on to POP that has been used for pop3.log-ons.messages messages, or for
 * pop3.log-ons.recipients recipients, lets no more through; other rules still may.
 *
 * Who came for submission, and may not relay by who it is, may send to nobody, not to local
 * recipients either (RFC 6409, section 4.3).
 */
Verdict
relay_policy_decide (const Policy *policy, const ClientFacts *client, const MailAddress *recipient);

/**
 * relay_policy_client_may:
 *
 * May this client relay by who it is, whatever the recipient and however much it has sent? Then it
 * is one of ours: it may use the listeners for submission, and what its messages lack is put right
 * (RFC 6409, section 8). For a client that came for submission the refusal is already that of its
 * MAIL command.
 */
Verdict relay_policy_client_may (const Policy *policy, const ClientFacts *client);

/** Whether @recipient's domain is a local one; also a bare postmaster's. */
gboolean relay_policy_is_local (const Policy *policy, const MailAddress *recipient);
