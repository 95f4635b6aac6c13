/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/network-list.h"

/**
 * SECTION: network-set
 *
 * Networks, arranged for look-up: immutable, reference-counted, read by many threads. A look-up
 * takes logarithmic time at most. All of a set is one block of memory without addresses in it, so
 * that it can lie in a file that several processes map.
 */

/** Returns: (transfer full): the set of the rows; the one that @networks brings along, if it does */
NetworkSet *network_set_new (const NetworkList *networks);

/**
 * network_set_new_from_bytes:
 * @bytes: what network_set_bytes() gave, in this program or in another; begins at a multiple of 8
 *
 * Returns: (transfer full): the set, which lies in @bytes and keeps it; %NULL where @bytes can't be
 * one. Whatever it holds, a look-up stays inside.
 */
NetworkSet *network_set_new_from_bytes (GBytes *bytes) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer none): the block that the set lies in */
GBytes *network_set_bytes (const NetworkSet *set);

NetworkSet *network_set_ref (NetworkSet *set);
void network_set_unref (NetworkSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetworkSet, network_set_unref)

/** Returns the prefix (0..128) of the most specific network that holds @address, or -1 when none
 * does. */
int network_set_match (const NetworkSet *set, const IpAddress *address);
