/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ctl/verb.h"

/** SECTION: metrics-verb: metrics. */

extern const GOptionEntry METRICS_VERB_OPTIONS[];

Status metrics_verb_metrics (Client *client, char **arguments);
