/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/live/postern-row.h"

/**
 * SECTION: postern-row-store
 *
 * A list of rows that is asked for anew again and again: a GtkTreeModel, and a GtkTreeSortable
 * whose sort columns are cells. It sorts and filters an array, so 100,000 rows are no matter. What
 * stays in the list stays the same row to a view: its selection and where it has scrolled to, too.
 *
 * Signals:
 *   "begin-reset", "end-reset"   so much changes that a view does best to look away meanwhile
 */
#define POSTERN_TYPE_ROW_STORE (postern_row_store_get_type ())
G_DECLARE_FINAL_TYPE (PosternRowStore, postern_row_store, POSTERN, ROW_STORE, GObject)

/** Whether a row is shown. */
typedef gboolean (*PosternRowFilter) (const PosternRow *row, gpointer user_data);

/** @shape: outlives the store */
PosternRowStore *postern_row_store_new (const PosternRowShape *shape);

/** Returns: (transfer full): an empty row, for postern_row_store_replace() */
PosternRow *postern_row_store_make_row (PosternRowStore *self);

/** Makes @rows, (transfer full) (element-type PosternRow), the list. */
void postern_row_store_replace (PosternRowStore *self, GPtrArray *rows);

/** Shows what passes @filter; (nullable) for all. */
void
postern_row_store_set_filter (PosternRowStore *self, PosternRowFilter filter, gpointer user_data);

/** The filter may say something else now. */
void postern_row_store_refilter (PosternRowStore *self);

/** How many there are, shown or not. */
guint postern_row_store_count (PosternRowStore *self);

/** Returns: (transfer none) (nullable): by its first cell */
PosternRow *postern_row_store_find (PosternRowStore *self, const char *key);

/** Returns: (transfer none): a row that is shown */
PosternRow *postern_row_store_get_row (PosternRowStore *self, const GtkTreeIter *iter);
