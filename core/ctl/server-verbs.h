/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ctl/verb.h"

/** SECTION: server-verbs: status, start, stop and restart. */

extern const GOptionEntry SERVER_VERBS_START_OPTIONS[];

Status server_verbs_status (Client *client, char **arguments);
Status server_verbs_start (Client *client, char **arguments);
Status server_verbs_stop (Client *client, char **arguments);
Status server_verbs_restart (Client *client, char **arguments);
