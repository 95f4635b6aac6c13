/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ctl/verb.h"

/** SECTION: log-on-verbs: log-ons list, log-ons extend and log-ons revoke. */

extern const GOptionEntry LOG_ON_VERBS_OPTIONS[];

Status log_on_verbs_log_ons (Client *client, char **arguments);
