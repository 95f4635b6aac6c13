/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libxml/tree.h>

/**
 * migration_run:
 * @document: a document whose root element is that of the settings file
 *
 * Brings @document to SETTINGS_DOCUMENT_VERSION, step by step. Comments, order and lines stay.
 *
 * Returns: FALSE with SETTINGS_ERROR_MALFORMED when the version is missing or no version, and with
 * SETTINGS_ERROR_NEWER when a newer Postern wrote it
 */
gboolean migration_run (xmlDoc *document, GError **error) G_GNUC_WARN_UNUSED_RESULT;
