/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * authority_words:
 * @message: what the authority says of a value, in English
 *
 * The authority speaks English to everybody; people read their own language. A sentence that is not
 * known here stays as it is.
 *
 * Returns: (transfer full): the same in the language of the person at the screen
 */
char *authority_words (const char *message);
