/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * password_input_read:
 * @prompt: what the terminal asks
 * @again: what it asks the second time
 *
 * Gets a password: from the terminal, twice and without an echo, where the standard input is one,
 * else as one line of the standard input.
 *
 * Returns: (transfer full): UTF-8, without the end of the line, to be freed with
 * password_input_free(); %NULL with a G_IO_ERROR
 */
char *password_input_read (const char *prompt,
                           const char *again,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Clears it, too. */
void password_input_free (char *password);
