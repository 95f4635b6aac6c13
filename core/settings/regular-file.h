/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * regular_file_read:
 * @max_bytes: a larger file is refused, before it is read
 *
 * Reads the whole of @path, which must be a regular file or a symbolic link to one; a FIFO or a
 * device is refused without waiting for it.
 *
 * Returns: (transfer full): the bytes, and a NUL after them; %NULL with SETTINGS_ERROR_UNREADABLE
 */
char *regular_file_read (const char *path, gsize max_bytes, gsize *length, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * regular_file_replace:
 * @mode: the permissions of a file that did not exist; a file that did keeps its own, and its owner
 *
 * Puts @length bytes at @path so that at every instant, power failure included, either the former
 * file or the new one is there whole. Where @path is a symbolic link, the file that it names is
 * replaced, and the link stays.
 *
 * Returns: FALSE with SETTINGS_ERROR_UNWRITABLE; then the former file is untouched and nothing else
 * is left in the folder, also if the folder can't be flushed at the very end. (Only where there was
 * no file, or on a file system that can't exchange two files, may the new one then stand there.)
 */
gboolean regular_file_replace (const char *path,
                               const char *bytes,
                               gsize length,
                               guint mode,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
