/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"

/** Networks, arranged for look-up: immutable, read by many threads. A look-up takes logarithmic
 * time at most. */
typedef struct _NetworkSet NetworkSet;

NetworkSet *network_set_new (const NetworkList *networks);
void network_set_free (NetworkSet *set);

/** Returns the prefix (0..128) of the most specific network that holds @address, or -1 when none
 * does. */
int network_set_match (const NetworkSet *set, const IpAddress *address);
