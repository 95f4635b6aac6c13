/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ctl/verb.h"

/** SECTION: user-verbs: users list, users add, users password, users apop, users quota and users
 * remove. */

Status user_verbs_users (Client *client, char **arguments);

extern const GOptionEntry USER_VERBS_OPTIONS[];
