/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: postern-row
 *
 * One row of a long list: cells, each of which is a text or a number. Cell 0 is a text that no
 * other row has: by it a row is known again when the list is asked for anew.
 */
typedef struct _PosternRow PosternRow;

typedef enum
{
  POSTERN_CELL_TEXT,
  POSTERN_CELL_NUMBER
} PosternCellKind;

/** What is in each cell. */
typedef struct
{
  const PosternCellKind *kinds;
  guint n_cells;
} PosternRowShape;

/** @shape: outlives the row */
PosternRow *postern_row_new (const PosternRowShape *shape);
void postern_row_free (PosternRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PosternRow, postern_row_free)

void postern_row_set_text (PosternRow *row, guint cell, const char *text);
/** @text: (transfer full) */
void postern_row_take_text (PosternRow *row, guint cell, char *text);
void postern_row_set_number (PosternRow *row, guint cell, gint64 number);

/** Returns: "" for a text that was never set */
const char *postern_row_get_text (const PosternRow *row, guint cell);
gint64 postern_row_get_number (const PosternRow *row, guint cell);

/** As strcmp(): by one cell; where it says nothing, by the first. */
int postern_row_compare (const PosternRow *a, const PosternRow *b, guint cell);

/** Gives @row the cells of @other, and @other those of @row. Returns whether they differ. */
gboolean postern_row_swap (PosternRow *row, PosternRow *other);

/** Where the row stands in its list; -1 for nowhere. For the list alone. */
int postern_row_get_position (const PosternRow *row);
void postern_row_set_position (PosternRow *row, int position);
