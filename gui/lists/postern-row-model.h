/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/**
 * SECTION: postern-row-model
 *
 * A GtkTreeModel of one text column over an array of rows, made for lists of a hundred thousand.
 * Rows are known by their index in the list; what is shown of them, and in which order, is a view
 * of its own: a filter, and sorting, change nothing in the list.
 *
 * postern_row_model_insert(), _replace() and _remove() tell a tree view what happened. The others
 * change the model as a whole: a tree view is to be detached meanwhile, which is what makes them
 * quick.
 */

#define POSTERN_TYPE_ROW_MODEL (postern_row_model_get_type ())
G_DECLARE_FINAL_TYPE (PosternRowModel, postern_row_model, POSTERN, ROW_MODEL, GObject)

PosternRowModel *postern_row_model_new (void);

/** How many rows the list has, shown or not. */
guint postern_row_model_get_length (PosternRowModel *self);

/** How many rows are shown. */
guint postern_row_model_get_shown (PosternRowModel *self);

/** Returns: (transfer none): the row at @index; valid until the next change */
const char *postern_row_model_get_row (PosternRowModel *self, guint index);

/** Returns: (transfer full): all rows in the order of the list, NULL-terminated */
char **postern_row_model_get_rows (PosternRowModel *self);

/** The index in the list of the row that is shown at @iter. */
guint postern_row_model_get_index (PosternRowModel *self, GtkTreeIter *iter);

/** Finds where the row at @index is shown; FALSE where the filter hides it. */
gboolean postern_row_model_get_iter_at (PosternRowModel *self, guint index, GtkTreeIter *iter);

/** Returns: the index of the first row that means the same as @text, but for the one at @except;
 * G_MAXUINT for none */
guint postern_row_model_find (PosternRowModel *self, const char *text, guint except);

/** Adds @text at the end of the list. */
void postern_row_model_insert (PosternRowModel *self, const char *text);

void postern_row_model_replace (PosternRowModel *self, guint index, const char *text);

void postern_row_model_remove (PosternRowModel *self, guint index);

/** Replaces all rows; @rows: (nullable): NULL-terminated. To be called detached, like those below. */
void postern_row_model_set_rows (PosternRowModel *self, const char *const *rows);

/** Adds @rows at the end of the list. */
void postern_row_model_append_rows (PosternRowModel *self, const char *const *rows);

/** Removes the rows at @indices, which ascend. */
void postern_row_model_remove_rows (PosternRowModel *self, const guint *indices, guint length);

/** Shows only rows that have @text in them, in whatever case, and networks that the network or
 * address @text is in. @text: "" shows all. */
void postern_row_model_set_filter (PosternRowModel *self, const char *text);

/** Whether rows are shown in order: networks by their addresses, then other texts by their letters.
 */
void postern_row_model_set_sorted (PosternRowModel *self, gboolean sorted);
