/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ctl/verb.h"

/** SECTION: history-verbs: history, diff, restore, export and import. */

Status history_verbs_history (Client *client, char **arguments);
Status history_verbs_diff (Client *client, char **arguments);
Status history_verbs_restore (Client *client, char **arguments);
Status history_verbs_export (Client *client, char **arguments);
Status history_verbs_import (Client *client, char **arguments);
