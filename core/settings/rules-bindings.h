/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/rules-findings.h"

/** The rules of the addresses that have host names of their own. */
void rules_bindings_check (const Settings *settings, GPtrArray *findings);
