/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/setting.h"

/** Returns: the type that a setting of that kind has on the bus: b, u, s or as */
const GVariantType *settings_variant_type (SettingKind kind);

/** Returns: (transfer floating): the value of @setting in @settings, of that type */
GVariant *settings_variant_of (const Setting *setting, const Settings *settings);

/**
 * Returns: (transfer floating): every setting as an a{sv}: b, u, s or as by its kind, in the order
 * of the settings table
 */
GVariant *settings_to_variant (const Settings *settings);

/** Returns: (transfer full): the names of the settings that settings_diff() gives; NULL-terminated */
char **settings_diff_names (const Settings *from, const Settings *to);

/**
 * Returns: (transfer floating): each setting that differs, as an a(svv) of name, value in @from,
 * value in @to; the order of a list does not count
 */
GVariant *settings_diff (const Settings *from, const Settings *to);
