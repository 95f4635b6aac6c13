/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/client/postern-client.h"

/**
 * SECTION: address-deeds
 *
 * Something that the POP server does to each of several addresses, one after the other. The person
 * at the screen may be asked for a password; who may not do it for one address is not asked for the
 * next.
 */

/** @done: to how many addresses it was done; @error: (nullable): why it ended early */
typedef void (*AddressDeedsEnded) (gpointer user_data, guint done, const GError *error);

/**
 * address_deeds_start:
 * @method: "LogOns1.Revoke": takes an address, returns a boolean
 * @addresses: (transfer full) (element-type utf8)
 * @cancellable: when it is cancelled, @ended does not come
 */
void address_deeds_start (PosternClient *client,
                          const char *method,
                          GPtrArray *addresses,
                          GCancellable *cancellable,
                          AddressDeedsEnded ended,
                          gpointer user_data);
