/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: settings-guard
 *
 * Whose word the settings of a system are. What stands at their path is refused, whatever it says, if
 * somebody who is not the system's could have put it there: a symbolic link; a file of another user
 * than root, our own, or the one whose folder it is in; a file that everybody may write.
 */

/** Returns: FALSE with SETTINGS_ERROR_UNTRUSTED. A @path where nothing is passes: who reads it will
 * say so. */
gboolean settings_guard_check (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
