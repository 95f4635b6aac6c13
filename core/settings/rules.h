/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/rules-findings.h"

/**
 * SECTION: rules
 *
 * What a schema can't say: values that are refused for reasons beyond their shape, values that do
 * not go together, and values that are allowed, but deserve a second look. Each rules-*.c has those
 * of one part of the settings.
 */

/** Returns: (transfer full) (element-type RulesFinding): what the rules find */
GPtrArray *rules_check (const Settings *settings);
