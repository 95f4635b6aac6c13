/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/rules-findings.h"

/** The rules of what a log-on to the POP server lets its address do. */
void rules_log_ons_check (const Settings *settings, GPtrArray *findings);
