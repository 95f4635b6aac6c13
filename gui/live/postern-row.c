/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/postern-row.h"

#include <string.h>

typedef union
{
  char *text; /* (owned) (nullable) */
  gint64 number;
} Cell;

struct _PosternRow
{
  const PosternRowShape *shape; /* (unowned) */
  int position;
  Cell cells[];
};

PosternRow *
postern_row_new (const PosternRowShape *shape)
{
  PosternRow *row = g_malloc0 (sizeof (PosternRow) + shape->n_cells * sizeof (Cell));

  row->shape = shape;
  row->position = -1;
  return row;
}

void
postern_row_free (PosternRow *row)
{
  for (guint i = 0; i < row->shape->n_cells; i++)
    if (row->shape->kinds[i] == POSTERN_CELL_TEXT)
      g_free (row->cells[i].text);
  g_free (row);
}

void
postern_row_take_text (PosternRow *row, guint cell, char *text)
{
  g_assert (cell < row->shape->n_cells && row->shape->kinds[cell] == POSTERN_CELL_TEXT);
  g_free (row->cells[cell].text);
  row->cells[cell].text = text;
}

void
postern_row_set_text (PosternRow *row, guint cell, const char *text)
{
  postern_row_take_text (row, cell, g_strdup (text));
}

void
postern_row_set_number (PosternRow *row, guint cell, gint64 number)
{
  g_assert (cell < row->shape->n_cells && row->shape->kinds[cell] == POSTERN_CELL_NUMBER);
  row->cells[cell].number = number;
}

const char *
postern_row_get_text (const PosternRow *row, guint cell)
{
  g_assert (cell < row->shape->n_cells && row->shape->kinds[cell] == POSTERN_CELL_TEXT);
  return row->cells[cell].text != NULL ? row->cells[cell].text : "";
}

gint64
postern_row_get_number (const PosternRow *row, guint cell)
{
  g_assert (cell < row->shape->n_cells && row->shape->kinds[cell] == POSTERN_CELL_NUMBER);
  return row->cells[cell].number;
}

static int
compare_cells (const PosternRow *a, const PosternRow *b, guint cell)
{
  if (a->shape->kinds[cell] == POSTERN_CELL_TEXT)
    return strcmp (postern_row_get_text (a, cell), postern_row_get_text (b, cell));
  return (a->cells[cell].number > b->cells[cell].number)
         - (a->cells[cell].number < b->cells[cell].number);
}

int
postern_row_compare (const PosternRow *a, const PosternRow *b, guint cell)
{
  int order = compare_cells (a, b, cell);
  return order != 0 ? order : compare_cells (a, b, 0);
}

gboolean
postern_row_swap (PosternRow *row, PosternRow *other)
{
  gboolean differs = FALSE;

  for (guint i = 0; i < row->shape->n_cells; i++)
    {
      Cell cell = row->cells[i];

      differs = differs || compare_cells (row, other, i) != 0;
      row->cells[i] = other->cells[i];
      other->cells[i] = cell;
    }
  return differs;
}

int
postern_row_get_position (const PosternRow *row)
{
  return row->position;
}

void
postern_row_set_position (PosternRow *row, int position)
{
  row->position = position;
}
