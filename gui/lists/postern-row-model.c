/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/lists/postern-row-model.h"

#include <string.h>

#include "gui/lists/row-key.h"

typedef enum
{
  KEY_UNREAD,
  KEY_NETWORK,
  KEY_TEXT
} KeyKind;

typedef struct
{
  char *text;
  KeyKind kind; /* keys are read when they are first needed */
  RowKey key;   /* of a network */
} Row;

struct _PosternRowModel
{
  GObject parent_instance;

  GArray *rows;  /* of Row, in the order of the list */
  GArray *shown; /* of guint: indices into rows, in the order of the view */
  char *filter;  /* "" for none */
  gboolean filter_is_network;
  RowKey filter_key;
  gboolean sorted;
  int stamp;
};

static void postern_row_model_tree_model_init (GtkTreeModelIface *iface);

G_DEFINE_TYPE_WITH_CODE (PosternRowModel,
                         postern_row_model,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (GTK_TYPE_TREE_MODEL,
                                                postern_row_model_tree_model_init))

/* --- rows, and what they mean --- */

static Row *
row_at (PosternRowModel *self, guint index)
{
  return &g_array_index (self->rows, Row, index);
}

static gboolean
row_is_network (Row *row)
{
  if (row->kind == KEY_UNREAD)
    row->kind = row_key_read (row->text, &row->key) ? KEY_NETWORK : KEY_TEXT;
  return row->kind == KEY_NETWORK;
}

static void
row_clear (gpointer row)
{
  g_free (((Row *) row)->text);
}

static gboolean
has_text (const char *row, const char *wanted)
{
  if (g_str_is_ascii (wanted))
    return strcasestr (row, wanted) != NULL;

  g_autofree char *folded = g_utf8_casefold (row, -1);
  g_autofree char *wanted_folded = g_utf8_casefold (wanted, -1);
  return strstr (folded, wanted_folded) != NULL;
}

static gboolean
passes_filter (PosternRowModel *self, Row *row)
{
  if (*self->filter == '\0' || has_text (row->text, self->filter))
    return TRUE;
  return self->filter_is_network && row_is_network (row)
         && row_key_contains (&row->key, &self->filter_key);
}

static int
compare_rows (Row *a, Row *b)
{
  gboolean first = row_is_network (a);
  gboolean second = row_is_network (b);

  if (first != second)
    return first ? -1 : 1;
  return first ? row_key_compare (&a->key, &b->key) : g_ascii_strcasecmp (a->text, b->text);
}

/* The order of the view: what means the same keeps the order of the list. */
static int
compare_indices (gconstpointer a, gconstpointer b, gpointer user_data)
{
  PosternRowModel *self = user_data;
  guint first = *(const guint *) a;
  guint second = *(const guint *) b;
  int order = self->sorted ? compare_rows (row_at (self, first), row_at (self, second)) : 0;

  return order != 0 ? order : (first > second) - (first < second);
}

/* --- what is shown --- */

static guint
shown_at (PosternRowModel *self, guint position)
{
  return g_array_index (self->shown, guint, position);
}

/* Where the row at @index is shown, or would be. */
static guint
find_position (PosternRowModel *self, guint index, gboolean *found)
{
  guint low = 0, high = self->shown->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      guint other = shown_at (self, middle);

      if (compare_indices (&other, &index, self) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  *found = low < self->shown->len && shown_at (self, low) == index;
  return low;
}

static void
show_all_again (PosternRowModel *self)
{
  g_array_set_size (self->shown, 0);
  for (guint i = 0; i < self->rows->len; i++)
    if (passes_filter (self, row_at (self, i)))
      g_array_append_val (self->shown, i);
  if (self->sorted)
    g_array_sort_with_data (self->shown, compare_indices, self);
  self->stamp++;
}

static void
set_iter (PosternRowModel *self, GtkTreeIter *iter, guint position)
{
  iter->stamp = self->stamp;
  iter->user_data = GUINT_TO_POINTER (position);
}

static guint
position_of (GtkTreeIter *iter)
{
  return GPOINTER_TO_UINT (iter->user_data);
}

static void
show_row (PosternRowModel *self, guint index)
{
  GtkTreeIter iter;
  gboolean found;
  guint position;

  if (!passes_filter (self, row_at (self, index)))
    return;
  position = find_position (self, index, &found);
  g_array_insert_val (self->shown, position, index);
  self->stamp++;
  set_iter (self, &iter, position);
  g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices ((int) position, -1);
  gtk_tree_model_row_inserted (GTK_TREE_MODEL (self), path, &iter);
}

/* @position: of a row that is in the list no more, or no more shown there */
static void
hide_position (PosternRowModel *self, guint position)
{
  g_array_remove_index (self->shown, position);
  self->stamp++;
  g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices ((int) position, -1);
  gtk_tree_model_row_deleted (GTK_TREE_MODEL (self), path);
}

/* --- what others ask --- */

PosternRowModel *
postern_row_model_new (void)
{
  return g_object_new (POSTERN_TYPE_ROW_MODEL, NULL);
}

guint
postern_row_model_get_length (PosternRowModel *self)
{
  return self->rows->len;
}

guint
postern_row_model_get_shown (PosternRowModel *self)
{
  return self->shown->len;
}

const char *
postern_row_model_get_row (PosternRowModel *self, guint index)
{
  return row_at (self, index)->text;
}

char **
postern_row_model_get_rows (PosternRowModel *self)
{
  char **rows = g_new (char *, self->rows->len + 1);

  for (guint i = 0; i < self->rows->len; i++)
    rows[i] = g_strdup (row_at (self, i)->text);
  rows[self->rows->len] = NULL;
  return rows;
}

guint
postern_row_model_get_index (PosternRowModel *self, GtkTreeIter *iter)
{
  return shown_at (self, position_of (iter));
}

gboolean
postern_row_model_get_iter_at (PosternRowModel *self, guint index, GtkTreeIter *iter)
{
  gboolean found;
  guint position = find_position (self, index, &found);

  if (found)
    set_iter (self, iter, position);
  return found;
}

guint
postern_row_model_find (PosternRowModel *self, const char *text, guint except)
{
  g_autofree char *wanted = row_key_canonical (text);
  RowKey key;
  gboolean network = row_key_read (text, &key);

  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = row_at (self, i);

      if (i == except || row_is_network (row) != network)
        continue;
      if (network && row_key_compare (&row->key, &key) == 0)
        return i;
      if (!network && g_ascii_tolower (*row->text) == *wanted)
        {
          g_autofree char *canonical = row_key_canonical (row->text);

          if (g_str_equal (canonical, wanted))
            return i;
        }
    }
  return G_MAXUINT;
}

static void
append_row (PosternRowModel *self, const char *text)
{
  Row row = { .text = g_strdup (text), .kind = KEY_UNREAD };

  g_array_append_val (self->rows, row);
}

void
postern_row_model_insert (PosternRowModel *self, const char *text)
{
  append_row (self, text);
  show_row (self, self->rows->len - 1);
}

void
postern_row_model_replace (PosternRowModel *self, guint index, const char *text)
{
  Row *row = row_at (self, index);
  gboolean found;
  guint position = find_position (self, index, &found);
  GtkTreeIter iter;

  g_free (row->text);
  *row = (Row){ .text = g_strdup (text), .kind = KEY_UNREAD };
  if (found && !self->sorted && passes_filter (self, row))
    {
      g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices ((int) position, -1);

      set_iter (self, &iter, position);
      gtk_tree_model_row_changed (GTK_TREE_MODEL (self), path, &iter);
      return;
    }
  if (found)
    hide_position (self, position);
  show_row (self, index);
}

void
postern_row_model_remove (PosternRowModel *self, guint index)
{
  gboolean found;
  guint position = find_position (self, index, &found);

  g_array_remove_index (self->rows, index);
  for (guint i = 0; i < self->shown->len; i++)
    if (shown_at (self, i) > index)
      g_array_index (self->shown, guint, i)--;
  if (found)
    hide_position (self, position);
}

void
postern_row_model_set_rows (PosternRowModel *self, const char *const *rows)
{
  g_array_set_size (self->rows, 0);
  postern_row_model_append_rows (self, rows);
}

void
postern_row_model_append_rows (PosternRowModel *self, const char *const *rows)
{
  for (gsize i = 0; rows != NULL && rows[i] != NULL; i++)
    append_row (self, rows[i]);
  show_all_again (self);
}

void
postern_row_model_remove_rows (PosternRowModel *self, const guint *indices, guint length)
{
  GArray *kept = g_array_sized_new (FALSE, FALSE, sizeof (Row), self->rows->len);
  guint next = 0;

  for (guint i = 0; i < self->rows->len; i++)
    {
      if (next < length && indices[next] == i)
        {
          row_clear (row_at (self, i));
          next++;
        }
      else
        g_array_append_val (kept, *row_at (self, i));
    }
  g_array_set_clear_func (self->rows, NULL); /* their texts have moved on */
  g_array_unref (self->rows);
  self->rows = kept;
  g_array_set_clear_func (self->rows, row_clear);
  show_all_again (self);
}

void
postern_row_model_set_filter (PosternRowModel *self, const char *text)
{
  g_free (self->filter);
  self->filter = g_strstrip (g_strdup (text));
  self->filter_is_network = row_key_read (self->filter, &self->filter_key);
  show_all_again (self);
}

void
postern_row_model_set_sorted (PosternRowModel *self, gboolean sorted)
{
  self->sorted = sorted;
  show_all_again (self);
}

/* --- as a GtkTreeModel --- */

static GtkTreeModelFlags
get_flags (GtkTreeModel *model)
{
  return GTK_TREE_MODEL_LIST_ONLY;
}

static int
get_n_columns (GtkTreeModel *model)
{
  return 1;
}

static GType
get_column_type (GtkTreeModel *model, int column)
{
  return G_TYPE_STRING;
}

static gboolean
iter_nth_child (GtkTreeModel *model, GtkTreeIter *iter, GtkTreeIter *parent, int n)
{
  PosternRowModel *self = POSTERN_ROW_MODEL (model);

  if (parent != NULL || n < 0 || (guint) n >= self->shown->len)
    return FALSE;
  set_iter (self, iter, (guint) n);
  return TRUE;
}

static gboolean
get_iter (GtkTreeModel *model, GtkTreeIter *iter, GtkTreePath *path)
{
  return gtk_tree_path_get_depth (path) == 1
         && iter_nth_child (model, iter, NULL, gtk_tree_path_get_indices (path)[0]);
}

static GtkTreePath *
get_path (GtkTreeModel *model, GtkTreeIter *iter)
{
  return gtk_tree_path_new_from_indices ((int) position_of (iter), -1);
}

static void
get_value (GtkTreeModel *model, GtkTreeIter *iter, int column, GValue *value)
{
  PosternRowModel *self = POSTERN_ROW_MODEL (model);

  g_value_init (value, G_TYPE_STRING);
  g_value_set_string (value, row_at (self, postern_row_model_get_index (self, iter))->text);
}

static gboolean
iter_next (GtkTreeModel *model, GtkTreeIter *iter)
{
  return iter_nth_child (model, iter, NULL, (int) position_of (iter) + 1);
}

static gboolean
iter_children (GtkTreeModel *model, GtkTreeIter *iter, GtkTreeIter *parent)
{
  return iter_nth_child (model, iter, parent, 0);
}

static gboolean
iter_has_child (GtkTreeModel *model, GtkTreeIter *iter)
{
  return FALSE;
}

static int
iter_n_children (GtkTreeModel *model, GtkTreeIter *iter)
{
  return iter == NULL ? (int) POSTERN_ROW_MODEL (model)->shown->len : 0;
}

static gboolean
iter_parent (GtkTreeModel *model, GtkTreeIter *iter, GtkTreeIter *child)
{
  return FALSE;
}

static void
postern_row_model_tree_model_init (GtkTreeModelIface *iface)
{
  iface->get_flags = get_flags;
  iface->get_n_columns = get_n_columns;
  iface->get_column_type = get_column_type;
  iface->get_iter = get_iter;
  iface->get_path = get_path;
  iface->get_value = get_value;
  iface->iter_next = iter_next;
  iface->iter_children = iter_children;
  iface->iter_has_child = iter_has_child;
  iface->iter_n_children = iter_n_children;
  iface->iter_nth_child = iter_nth_child;
  iface->iter_parent = iter_parent;
}

/* --- the object --- */

static void
postern_row_model_finalize (GObject *object)
{
  PosternRowModel *self = POSTERN_ROW_MODEL (object);

  g_array_unref (self->rows);
  g_array_unref (self->shown);
  g_free (self->filter);
  G_OBJECT_CLASS (postern_row_model_parent_class)->finalize (object);
}

static void
postern_row_model_class_init (PosternRowModelClass *class)
{
  G_OBJECT_CLASS (class)->finalize = postern_row_model_finalize;
}

static void
postern_row_model_init (PosternRowModel *self)
{
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_array_set_clear_func (self->rows, row_clear);
  self->shown = g_array_new (FALSE, FALSE, sizeof (guint));
  self->filter = g_strdup ("");
}
