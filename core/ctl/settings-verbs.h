/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ctl/verb.h"

/** SECTION: settings-verbs: describe, get, set, check and apply. */

extern const GOptionEntry SETTINGS_VERBS_GET_OPTIONS[];

Status settings_verbs_describe (Client *client, char **arguments);
Status settings_verbs_get (Client *client, char **arguments);
Status settings_verbs_set (Client *client, char **arguments);
Status settings_verbs_check (Client *client, char **arguments);
Status settings_verbs_apply (Client *client, char **arguments);
