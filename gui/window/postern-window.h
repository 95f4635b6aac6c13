/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/window/postern-system.h"

/**
 * SECTION: postern-window
 *
 * The main window: the tree of systems, their servers and pages, the page of what is selected, and
 * what can be done with it.
 */

#define POSTERN_TYPE_WINDOW (postern_window_get_type ())
G_DECLARE_FINAL_TYPE (PosternWindow, postern_window, POSTERN, WINDOW, GtkApplicationWindow)

PosternWindow *postern_window_new (GtkApplication *application);

/** Adds a system at the end of the tree, and returns it. (transfer none) */
PosternSystem *postern_window_add_system (PosternWindow *self,
                                          PosternSystemKind kind,
                                          const char *where,
                                          const char *name);

/** Returns: (transfer none) (nullable): the system of that name, or of that title in the tree */
PosternSystem *postern_window_find_system (PosternWindow *self, const char *name);

/** Returns: (transfer none) (nullable): the system whose client has that @where */
PosternSystem *postern_window_find_place (PosternWindow *self, const char *where);

/** Takes @system out of the tree. Returns FALSE when the person is asked first what becomes of
 * edits. */
gboolean postern_window_remove_system (PosternWindow *self, PosternSystem *system);

/** Returns: (transfer none) (nullable): the system that is selected */
PosternSystem *postern_window_get_system (PosternWindow *self);

/** Selects what was selected when the window was last closed. Returns FALSE when that is not there
 * any more. */
gboolean postern_window_show_last_page (PosternWindow *self);

/** Selects the page @id of @system. Returns FALSE when it has none of that id. */
gboolean postern_window_show_page (PosternWindow *self, PosternSystem *system, const char *id);

/** Opens the sheet with that id, smtp or pop, of @system, at once or as soon as the settings are
 * there. */
void postern_window_open_sheet (PosternWindow *self, PosternSystem *system, const char *id);

/** Returns: (transfer none) (nullable): the client of the system that is selected */
PosternClient *postern_window_get_client (PosternWindow *self);

/** Shows the help named @id above the window. */
void postern_window_show_help (PosternWindow *self, const char *id);
