/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: row-words
 *
 * A row of a structured list is a text of words with white space between them. A blank inside a
 * word, such as in the name of a file, has a backslash in front of it; any other backslash is
 * itself.
 */

/**
 * Returns: (transfer full): the words of @text, with no backslash in front of their blanks; %NULL
 * when it is not UTF-8, has a control character other than white space, or ends in a backslash
 */
char **row_words_split (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/**
 * row_words_join:
 * @words: (nullable): its first %NULL ends it
 *
 * Returns: (transfer full): the text that row_words_split() reads, one blank between two words
 */
char *row_words_join (const char *const *words);
