/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/rules-findings.h"

/** The rules of who has mail here: host name, local domains, aliases. */
void rules_mailboxes_check (const Settings *settings, GPtrArray *findings);
