/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/**
 * SECTION: change-list
 *
 * Changes shown as lines, each below the place where the setting stands. One that can be undone has
 * a button for that.
 */

typedef void (*ChangeListUndo) (const char *name, gpointer user_data);

/**
 * change_list_new:
 * @undo: (nullable): called for the setting whose button is pressed; there are buttons only with it
 *
 * Returns: (transfer floating): an empty list in a frame that scrolls when it is long
 */
GtkWidget *change_list_new (const char *accessible_name, ChangeListUndo undo, gpointer user_data);

/** Shows @differences, an a(svv): name, value before, value afterwards. The place is named once for
 * the settings that stand there together. */
void change_list_show (GtkWidget *list, GVariant *differences);
