/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/schema.h"
#include "core/settings/settings.h"

/**
 * SECTION: setting
 *
 * The settings table: one row for each setting, which ties its name in the schema to its member of
 * #Settings. Whatever has to be done with every setting (read, compare, turn into a variant, free)
 * walks this table.
 */

typedef struct
{
  const char *name; /* as in the schema: smtp.relay.allow */
  SettingKind kind; /* as in the schema; the compiler checks it against the member's type */
  gsize offset;     /* of the member in Settings */
  gsize size;       /* of the member, in bytes */
} Setting;

/** Returns: (transfer none) (array length=length): all settings, in the order of the schema */
const Setting *setting_table (gsize *length);

/** Returns: (transfer none): the row of @name, or %NULL when there is no such setting */
const Setting *setting_lookup (const char *name);

/** Returns: the member of @settings that @setting stands for, whose type goes by its kind */
gconstpointer setting_member (const Setting *setting, const Settings *settings);

/** Frees what the member owns and leaves it zero. */
void setting_clear (const Setting *setting, Settings *settings);

/** Returns: whether the member has the same value in both; the order of a list does not count */
gboolean setting_equal (const Setting *setting, const Settings *a, const Settings *b);
