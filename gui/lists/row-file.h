/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/**
 * SECTION: row-file
 *
 * The rows of a list as the bytes of a file.
 */

/** More is no list of ours: the settings file is smaller. */
#define ROW_FILE_MAX_BYTES (64 * 1024 * 1024)

/** Returns: (transfer full): @bytes as UTF-8 with plain line ends. Read are UTF-8, UTF-16 with its
 * mark, and what else old programs wrote as ISO 8859-1. %NULL with a G_IO_ERROR when it is no text.
 */
char *row_file_decode (const char *bytes, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full): one row a line. */
GString *row_file_to_text (const char *const *rows);

/** Returns: (transfer full): RFC 4180, one column with @heading above it. */
GString *row_file_to_csv (const char *const *rows, const char *heading);
