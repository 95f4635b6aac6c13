/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <libxml/tree.h>

/**
 * settings_change_apply:
 * @tree: a document of the current version
 * @changes: an a{sv} of setting names and values
 * @problems: (element-type SettingsProblem): gets names that do not exist and values that can't be
 * written
 *
 * Writes the values into @tree, for settings_document_change(). Entries of a list are a set: those
 * that stay keep their place, new ones come last. Returns FALSE, with @tree unchanged, if @problems
 * grew.
 */
gboolean settings_change_apply (xmlDoc *tree, GVariant *changes, GPtrArray *problems);
