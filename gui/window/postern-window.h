/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"

/**
 * SECTION: postern-window
 *
 * The main window: the tree from this system to its servers, what state they are in, and what can
 * be done with them.
 */

#define POSTERN_TYPE_WINDOW (postern_window_get_type ())
G_DECLARE_FINAL_TYPE (PosternWindow, postern_window, POSTERN, WINDOW, GtkApplicationWindow)

PosternWindow *postern_window_new (GtkApplication *application, PosternClient *client);

/** Opens the sheet with that id, smtp or pop, at once or as soon as the settings are there. */
void postern_window_open_sheet (PosternWindow *self, const char *id);

/** Shows the help named @id above the window. */
void postern_window_show_help (PosternWindow *self, const char *id);
