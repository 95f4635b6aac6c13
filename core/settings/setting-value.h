/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/list-row.h"
#include "core/settings/setting.h"

/**
 * SECTION: setting-value
 *
 * Reads the text of a value, as it stands in the file, into a snapshot that is being made, and says
 * in words what is wrong with it. The words are the same whether the value came from a file or over
 * the bus.
 */

/**
 * setting_value_read:
 * @text: the value, without white space around it
 *
 * Sets the member for @setting, which must not be a list.
 * Returns: (transfer full): %NULL, or what is wrong; then the member is as before
 */
char *setting_value_read (const Setting *setting,
                          const char *text,
                          Settings *settings) G_GNUC_WARN_UNUSED_RESULT;

/**
 * setting_value_read_row:
 *
 * Reads an entry of @setting, which must be a list, into @row.
 * Returns: (transfer full): %NULL, or what is wrong; then @row is as before
 */
char *setting_value_read_row (const Setting *setting,
                              const char *text,
                              ListRow *row) G_GNUC_WARN_UNUSED_RESULT;

/** Replaces the entries of @setting, which must be a list, and takes over what they own. */
void setting_value_set_rows (const Setting *setting,
                             const ListRow *rows,
                             gsize length,
                             Settings *settings);

/** Returns: (transfer full): the text that stands for a value of the bus in the file. @value: of a
 * setting that is no list: b, u or s */
char *setting_value_text (GVariant *value);

/** Returns: (transfer full): the words for a text, or an entry of a list, that the schema refuses
 */
char *setting_value_refusal (const Setting *setting, const char *text);
