/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"

/**
 * SECTION: rules
 *
 * What a schema can't say: values that are refused for reasons beyond their shape, values that do
 * not go together, and values that are allowed, but deserve a second look.
 */

typedef struct
{
  const char *setting; /* (unowned), static: the setting's name */
  gssize row;          /* the entry of the list, from 0; -1 for the setting itself */
  gboolean is_warning; /* otherwise the settings are refused */
  char *message;       /* (owned) */
} RulesFinding;

/** Returns: (transfer full) (element-type RulesFinding): what the rules find */
GPtrArray *rules_check (const Settings *settings);
