/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** SECTION: input: what people give to posternctl beside options. */

/** Returns: (transfer full): the whole text of a file, or of the standard input for "-"; %NULL with
 * an error unless it is UTF-8 */
char *input_read (const char *file, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Reads a revision's number, from 1. Returns FALSE for anything else. */
gboolean input_revision (const char *text, guint64 *revision) G_GNUC_WARN_UNUSED_RESULT;
