/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/lists/postern-row-model.h"

/**
 * SECTION: postern-list-view
 *
 * The rows of a list, with a filter, sorting and a count once there are rows to look through. Both
 * are of the view alone. Typing in the list filters it; Control+F goes to the filter, Escape ends
 * it.
 *
 * Signals:
 *   "selection-changed"   other rows are selected, or the rows are others
 *   "row-activated"       Enter, or a double click
 */

#define POSTERN_TYPE_LIST_VIEW (postern_list_view_get_type ())
G_DECLARE_FINAL_TYPE (PosternListView, postern_list_view, POSTERN, LIST_VIEW, GtkBox)

/** Returns: (transfer none): to be read; it is changed by the functions below */
PosternRowModel *postern_list_view_get_model (PosternListView *self);

/** Returns: (transfer none): the widget with the keyboard focus, for names and key presses */
GtkWidget *postern_list_view_get_focus (PosternListView *self);

/** The name of the list, for screen readers. */
void postern_list_view_set_title (PosternListView *self, const char *title);

void postern_list_view_set_wrong (PosternListView *self, gboolean wrong);

/** @rows: (nullable): NULL-terminated */
void postern_list_view_set_rows (PosternListView *self, const char *const *rows);

/** Adds @rows at the end, and goes to the first of them. */
void postern_list_view_append (PosternListView *self, const char *const *rows);

/** Replaces the row at @index, or adds one if that is G_MAXUINT, and goes to it. */
void postern_list_view_put (PosternListView *self, guint index, const char *text);

void postern_list_view_remove_selected (PosternListView *self);

/** Returns: (transfer full) (element-type guint): indices of the selected rows, ascending */
GArray *postern_list_view_get_selected (PosternListView *self);

int postern_list_view_count_selected (PosternListView *self);

void postern_list_view_select_all (PosternListView *self);

/** Selects the row under the pointer, unless it is selected: what a context menu is for. */
void postern_list_view_select_at (PosternListView *self, GdkEventButton *event);

/** Goes to the filter. */
void postern_list_view_find (PosternListView *self);
