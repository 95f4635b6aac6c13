/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/rules-findings.h"

/** No two listeners can have one address and port. */
void rules_listeners_check (const Settings *settings, GPtrArray *findings);
