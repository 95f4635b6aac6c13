/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ctl/verb.h"

/** SECTION: queue-verbs: queue list, queue retry and queue remove. */

extern const GOptionEntry QUEUE_VERBS_OPTIONS[];

Status queue_verbs_queue (Client *client, char **arguments);
