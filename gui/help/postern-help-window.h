/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/**
 * SECTION: postern-help-window
 *
 * The manual: in the system's viewer, where one is installed, else in a small window of our own that
 * shows the same pages, with their links.
 */

#define POSTERN_TYPE_HELP_WINDOW (postern_help_window_get_type ())
G_DECLARE_FINAL_TYPE (PosternHelpWindow, postern_help_window, POSTERN, HELP_WINDOW, GtkWindow)

PosternHelpWindow *postern_help_window_new (void);

/** Shows the page named @id of the manual, above @parent. */
void postern_help_window_show (PosternHelpWindow *self, const char *id, GtkWindow *parent);
