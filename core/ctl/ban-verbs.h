/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ctl/verb.h"

/** SECTION: ban-verbs: bans list and bans lift. */

Status ban_verbs_bans (Client *client, char **arguments);
