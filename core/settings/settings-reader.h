/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libxml/tree.h>

#include "core/settings/settings-error.h"
#include "core/settings/settings.h"

/** The namespace of the settings file. */
#define SETTINGS_READER_NAMESPACE "urn:postern:server-properties"

/** The settings file's outermost element. */
#define SETTINGS_READER_ROOT "server-properties"

/**
 * settings_reader_read:
 * @document: a document of the current version
 * @problems: (element-type SettingsProblem): gets what is wrong, in the order of the lines
 * @warnings: (nullable) (element-type SettingsProblem): gets what is allowed, but deserves a second
 * look
 *
 * Reads every setting, and holds the document against the schema and the rules. One value gives at
 * most one problem.
 *
 * Returns: (transfer full): the snapshot; where @problems grew, it has the default in the place of
 * what was refused
 */
Settings *settings_reader_read (const xmlDoc *document,
                                GPtrArray *problems,
                                GPtrArray *warnings) G_GNUC_WARN_UNUSED_RESULT;

/**
 * Returns: whether @node is the element @name of the settings file; of any name when @name is
 * %NULL
 */
gboolean settings_reader_is_element (const xmlNode *node, const char *name);

/**
 * Returns: whether @element holds a value, if only white space; an empty element stands for the
 * default
 */
gboolean settings_reader_has_value (const xmlNode *element);
