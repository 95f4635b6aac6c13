/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"

/**
 * SECTION: change-menu
 *
 * What the main window can do with all settings of the selected system, as actions: history,
 * temporary, back-up and restore-backup.
 */

/** Returns: (transfer none) (nullable): the client of the system that is selected in @window */
typedef PosternClient *(*ChangeMenuSelected) (GtkWindow *window);

/** @words: what became of a deed, for the status line */
typedef void (*ChangeMenuTold) (GtkWindow *window, const char *words);

/** Adds the actions to @window, which is a GActionMap. */
void change_menu_add (GtkWindow *window, ChangeMenuSelected selected, ChangeMenuTold told);

/** Makes the actions available as far as they can be used with the system that is selected now. */
void change_menu_update (GtkWindow *window);
