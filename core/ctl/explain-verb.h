/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ctl/verb.h"

/** SECTION: explain-verb: explain. */

extern const GOptionEntry EXPLAIN_VERB_OPTIONS[];

Status explain_verb_explain (Client *client, char **arguments);
