/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/**
 * SECTION: postern-help-window
 *
 * Help in a small window of our own, so that it is there on every machine: one text for the main
 * window and one for each page.
 */

#define POSTERN_TYPE_HELP_WINDOW (postern_help_window_get_type ())
G_DECLARE_FINAL_TYPE (PosternHelpWindow, postern_help_window, POSTERN, HELP_WINDOW, GtkWindow)

PosternHelpWindow *postern_help_window_new (void);

/** Shows the help named @id, a page's id or "window", above @parent. */
void postern_help_window_show (PosternHelpWindow *self, const char *id, GtkWindow *parent);
