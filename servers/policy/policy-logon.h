/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/policy/client-facts.h"
#include "servers/policy/policy.h"

/**
 * SECTION: policy-logon
 *
 * Which log-ons to the POP server count, for which addresses and how long; and who may be banned
 * when log-ons fail.
 */

/**
 * policy_logon_address:
 *
 * The address under which a client's log-on is recorded and looked up: its own, or with
 * pop3.log-ons.ipv6-prefix 64 that of its link: see ip_address_link().
 */
IpAddress policy_logon_address (const Policy *policy, const IpAddress *client);

/** Whether log-ons from @client count: those from pop3.log-ons.unrecorded let nobody relay, and are
 * not recorded. */
gboolean policy_records_logon (const Policy *policy, const IpAddress *client);

/**
 * policy_logon_seconds:
 * @user: (nullable): who logged on
 * @client: the client's own address, not that of its log-on
 *
 * How long a log-on is in force: the shortest of smtp.relay.pop-client-minutes and of the rows of
 * pop3.log-ons.windows for that user and that address.
 */
gint64 policy_logon_seconds (const Policy *policy, const char *user, const IpAddress *client);

/**
 * policy_logon_is_in_force:
 *
 * Whether the client's log-on is in force: one that is exactly policy_logon_seconds() old is out,
 * and so is one in the future, none at all, and one from an address whose log-ons do not count.
 * (Whether a log-on lets anybody relay is the relay policy's to say.)
 */
gboolean policy_logon_is_in_force (const Policy *policy, const ClientFacts *client);

/**
 * policy_may_ban:
 *
 * Whether failed log-ons can ban @client: not when security.failed-log-ons is 0, nor localhost
 * (ip_address_is_localhost()), nor an address of security.never-banned. Asked before failures are
 * counted and before bans are looked up, so that a new row frees who is banned already.
 */
gboolean policy_may_ban (const Policy *policy, const IpAddress *client);
