/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: temporary-store
 *
 * Keeps the temporary changes on the disk, as one file that is replaced as a whole, durably.
 */

/**
 * temporary_store_load:
 *
 * Returns: (transfer full) (element-type TemporaryChange): what was kept; empty when there is no
 * file. One that can't be read is put aside as PATH.damaged, and the log says so
 */
GPtrArray *temporary_store_load (const char *path);

/** Keeps @changes; FALSE with a SettingsError, and then what was kept before still is. */
gboolean temporary_store_save (const char *path,
                               const GPtrArray *changes,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
