/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ctl/verb.h"

/** SECTION: completion-verbs: completion verbs and completion settings, names to complete in a
 * shell. */

Status completion_verbs_completion (Client *client, char **arguments);
