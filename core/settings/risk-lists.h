/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/setting.h"

/** What a change of lists means for the risks of it: parts of risk. */

/** Whether one of the networks is a large part of the Internet, or all of it. */
gboolean risk_lists_has_wide (const NetworkList *networks);

/** Returns: (transfer full) (nullable): the first row of the list @setting that the change takes
 * away */
char *risk_lists_removed (const Setting *setting, const Settings *before, const Settings *after);

/**
 * Returns: (transfer full) (nullable): the first network of the list @setting that the change adds
 * and that is more than a few hosts: 256 IPv4 addresses or a /64. One inside of a network that was
 * there before adds nothing.
 */
char *
risk_lists_added_network (const Setting *setting, const Settings *before, const Settings *after);
