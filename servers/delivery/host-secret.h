/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * host_secret_read:
 *
 * Reads a file that holds a secret, and nothing else but an end of line. Others than its owner and
 * its group must not be able to read it, which is warned of in the log. Blocks.
 *
 * Returns: (transfer full): the secret, for host_secret_clear(); %NULL with an error that names the
 * file and what is wrong with it, never what stands in it
 */
char *host_secret_read (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * host_secret_hide:
 * @text: what a stranger said, to whom @secret was told
 *
 * Overwrites each piece of @secret in @text with asterisks: pieces of 8 bytes or more, shorter secrets as a
 * whole, and none below 4 bytes, as they stand in any text.
 */
void host_secret_hide (char *text, const char *secret);

/** Overwrites and frees @secret. */
void host_secret_clear (char *secret);
