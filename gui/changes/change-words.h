/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/client/postern-client.h"

/**
 * SECTION: change-words
 *
 * What a change of settings is, in the words of the pages: "Allow relay messages: Specified → All".
 * Of a list the rows that come and go are named, the first few of them; the others are counted.
 * Where the language runs from right to left, so does the arrow.
 */

/** Returns: (transfer full): one line about the setting @name, which goes from @before to @after.
 * @before: (nullable): not known, so only what it will be is said */
char *change_words_line (const char *name, GVariant *before, GVariant *after);

/**
 * change_words:
 * @before: (nullable): an a{sv}; %NULL for what @client has loaded
 * @changes: an a{sv}
 *
 * Returns: (transfer full) (element-type utf8): a line for each setting of @changes, in their order
 */
GPtrArray *change_words (PosternClient *client, GVariant *before, GVariant *changes);

/** Returns: (transfer full): @names, an as, as the pages call them, joined by commas; the first few,
 * the others counted */
char *change_words_names (const char *const *names);
