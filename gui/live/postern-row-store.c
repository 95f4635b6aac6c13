/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/postern-row-store.h"

/* More rows than this that come and go at once are not told one by one. */
#define CHANGES_MAX 256

struct _PosternRowStore
{
  GObject parent_instance;
  const PosternRowShape *shape; /* (unowned) */
  GHashTable *rows;             /* (owned): key -> (owned) PosternRow */
  GPtrArray *shown;             /* (owned) (element-type PosternRow): in their order */
  PosternRowFilter filter;      /* (nullable) */
  gpointer filter_data;
  int sort_column; /* or GTK_TREE_SORTABLE_UNSORTED_SORT_COLUMN_ID */
  GtkSortType order;
  int stamp;
};

enum
{
  BEGIN_RESET,
  END_RESET,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- GtkTreeModel --- */

static GtkTreeModelFlags
get_flags (GtkTreeModel *model)
{
  return GTK_TREE_MODEL_LIST_ONLY;
}

static int
get_n_columns (GtkTreeModel *model)
{
  return (int) POSTERN_ROW_STORE (model)->shape->n_cells;
}

static GType
get_column_type (GtkTreeModel *model, int column)
{
  const PosternRowShape *shape = POSTERN_ROW_STORE (model)->shape;
  return shape->kinds[column] == POSTERN_CELL_TEXT ? G_TYPE_STRING : G_TYPE_INT64;
}

static gboolean
set_iter (PosternRowStore *self, GtkTreeIter *iter, int position)
{
  if (position < 0 || (guint) position >= self->shown->len)
    return FALSE;
  *iter = (GtkTreeIter){ .stamp = self->stamp,
                         .user_data = g_ptr_array_index (self->shown, position) };
  return TRUE;
}

static gboolean
get_iter (GtkTreeModel *model, GtkTreeIter *iter, GtkTreePath *path)
{
  return set_iter (POSTERN_ROW_STORE (model), iter, gtk_tree_path_get_indices (path)[0]);
}

static GtkTreePath *
get_path (GtkTreeModel *model, GtkTreeIter *iter)
{
  return gtk_tree_path_new_from_indices (postern_row_get_position (iter->user_data), -1);
}

static void
get_value (GtkTreeModel *model, GtkTreeIter *iter, int column, GValue *value)
{
  const PosternRow *row = iter->user_data;

  g_value_init (value, get_column_type (model, column));
  if (G_VALUE_HOLDS_STRING (value))
    g_value_set_string (value, postern_row_get_text (row, column));
  else
    g_value_set_int64 (value, postern_row_get_number (row, column));
}

static gboolean
iter_next (GtkTreeModel *model, GtkTreeIter *iter)
{
  return set_iter (POSTERN_ROW_STORE (model), iter, postern_row_get_position (iter->user_data) + 1);
}

static gboolean
iter_previous (GtkTreeModel *model, GtkTreeIter *iter)
{
  return set_iter (POSTERN_ROW_STORE (model), iter, postern_row_get_position (iter->user_data) - 1);
}

static gboolean
iter_nth_child (GtkTreeModel *model, GtkTreeIter *iter, GtkTreeIter *parent, int n)
{
  return parent == NULL && set_iter (POSTERN_ROW_STORE (model), iter, n);
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
  return iter == NULL ? (int) POSTERN_ROW_STORE (model)->shown->len : 0;
}

static gboolean
iter_parent (GtkTreeModel *model, GtkTreeIter *iter, GtkTreeIter *child)
{
  return FALSE;
}

static void
model_init (GtkTreeModelIface *iface)
{
  iface->get_flags = get_flags;
  iface->get_n_columns = get_n_columns;
  iface->get_column_type = get_column_type;
  iface->get_iter = get_iter;
  iface->get_path = get_path;
  iface->get_value = get_value;
  iface->iter_next = iter_next;
  iface->iter_previous = iter_previous;
  iface->iter_children = iter_children;
  iface->iter_has_child = iter_has_child;
  iface->iter_n_children = iter_n_children;
  iface->iter_nth_child = iter_nth_child;
  iface->iter_parent = iter_parent;
}

/* --- What is shown, from one state to the next --- */

static void
number (GPtrArray *rows, guint from)
{
  for (guint i = from; i < rows->len; i++)
    postern_row_set_position (g_ptr_array_index (rows, i), (int) i);
}

static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const PosternRowStore *self = user_data;
  const PosternRow *left = *(const PosternRow *const *) a;
  const PosternRow *right = *(const PosternRow *const *) b;
  int order = postern_row_compare (left, right, (guint) MAX (self->sort_column, 0));

  return self->order == GTK_SORT_ASCENDING ? order : -order;
}

/* Returns: (transfer full): the rows to show, in their order */
static GPtrArray *
choose_rows (PosternRowStore *self)
{
  GPtrArray *chosen = g_ptr_array_sized_new (g_hash_table_size (self->rows));
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    if (self->filter == NULL || self->filter (row, self->filter_data))
      g_ptr_array_add (chosen, row);
  g_ptr_array_sort_with_data (chosen, compare, self);
  return chosen;
}

static void
tell_deleted (PosternRowStore *self, guint position)
{
  GtkTreePath *path = gtk_tree_path_new_from_indices ((int) position, -1);

  g_ptr_array_remove_index (self->shown, position);
  number (self->shown, position);
  gtk_tree_model_row_deleted (GTK_TREE_MODEL (self), path);
  gtk_tree_path_free (path);
}

static void
tell_inserted (PosternRowStore *self, PosternRow *row, guint position)
{
  GtkTreePath *path = gtk_tree_path_new_from_indices ((int) position, -1);
  GtkTreeIter iter;

  g_ptr_array_insert (self->shown, (int) position, row);
  number (self->shown, position);
  (void) set_iter (self, &iter, (int) position);
  gtk_tree_model_row_inserted (GTK_TREE_MODEL (self), path, &iter);
  gtk_tree_path_free (path);
}

/* Brings the rows that stay into the order of @kept. */
static void
tell_reordered (PosternRowStore *self, GPtrArray *kept)
{
  g_autofree int *former = g_new (int, kept->len);
  gboolean is_moved = FALSE;

  for (guint i = 0; i < kept->len; i++)
    {
      former[i] = postern_row_get_position (g_ptr_array_index (kept, i));
      is_moved = is_moved || former[i] != (int) i;
    }
  if (!is_moved)
    return;
  for (guint i = 0; i < kept->len; i++)
    self->shown->pdata[i] = kept->pdata[i];
  number (self->shown, 0);

  GtkTreePath *root = gtk_tree_path_new ();
  gtk_tree_model_rows_reordered_with_length (GTK_TREE_MODEL (self), root, NULL, former,
                                             (int) kept->len);
  gtk_tree_path_free (root);
}

static void
tell_all (PosternRowStore *self, GPtrArray *next, GHashTable *staying)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();

  for (guint i = self->shown->len; i > 0; i--)
    if (!g_hash_table_contains (staying, g_ptr_array_index (self->shown, i - 1)))
      tell_deleted (self, i - 1);
  for (guint i = 0; i < next->len; i++)
    if (postern_row_get_position (g_ptr_array_index (next, i)) >= 0)
      g_ptr_array_add (kept, g_ptr_array_index (next, i));
  tell_reordered (self, kept);
  for (guint i = 0; i < next->len; i++)
    if (i >= self->shown->len || self->shown->pdata[i] != next->pdata[i])
      tell_inserted (self, g_ptr_array_index (next, i), i);
}

static void
reset (PosternRowStore *self, GPtrArray *next)
{
  g_signal_emit (self, signals[BEGIN_RESET], 0);
  self->stamp++;
  g_ptr_array_unref (self->shown);
  self->shown = g_ptr_array_ref (next);
  number (self->shown, 0);
  g_signal_emit (self, signals[END_RESET], 0);
}

/* A row that is not shown has no place; those that go are still there, until they are told. */
static void
show (PosternRowStore *self, GPtrArray *next)
{
  g_autoptr (GHashTable) staying = g_hash_table_new (NULL, NULL);
  guint n_new = 0;

  for (guint i = 0; i < next->len; i++)
    {
      g_hash_table_add (staying, g_ptr_array_index (next, i));
      n_new += postern_row_get_position (g_ptr_array_index (next, i)) < 0;
    }
  guint n_gone = self->shown->len - (next->len - n_new);
  GPtrArray *former = g_ptr_array_copy (self->shown, NULL, NULL);

  if (n_new + n_gone > CHANGES_MAX)
    reset (self, next);
  else
    tell_all (self, next, staying);
  for (guint i = 0; i < former->len; i++)
    if (!g_hash_table_contains (staying, g_ptr_array_index (former, i)))
      postern_row_set_position (g_ptr_array_index (former, i), -1);
  g_ptr_array_unref (former);
}

void
postern_row_store_refilter (PosternRowStore *self)
{
  g_autoptr (GPtrArray) next = choose_rows (self);
  show (self, next);
}

static void
tell_changed (PosternRowStore *self, GPtrArray *changed)
{
  for (guint i = 0; i < changed->len; i++)
    {
      GtkTreeIter iter;
      GtkTreePath *path;

      if (!set_iter (self, &iter, postern_row_get_position (g_ptr_array_index (changed, i))))
        continue;
      path = get_path (GTK_TREE_MODEL (self), &iter);
      gtk_tree_model_row_changed (GTK_TREE_MODEL (self), path, &iter);
      gtk_tree_path_free (path);
    }
}

void
postern_row_store_replace (PosternRowStore *self, GPtrArray *rows)
{
  g_autoptr (GHashTable) former = g_steal_pointer (&self->rows);
  g_autoptr (GPtrArray) changed = g_ptr_array_new ();

  self->rows
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) postern_row_free);
  for (guint i = 0; i < rows->len; i++)
    {
      g_autoptr (PosternRow) row = g_ptr_array_index (rows, i);
      const char *key = postern_row_get_text (row, 0);
      PosternRow *known = NULL;

      if (g_hash_table_contains (self->rows, key))
        continue;
      if (!g_hash_table_steal_extended (former, key, NULL, (gpointer *) &known))
        known = g_steal_pointer (&row);
      else if (postern_row_swap (known, row))
        g_ptr_array_add (changed, known);
      g_hash_table_insert (self->rows, (gpointer) postern_row_get_text (known, 0), known);
    }
  g_ptr_array_set_free_func (rows, NULL);
  g_ptr_array_unref (rows);
  postern_row_store_refilter (self);
  tell_changed (self, changed);
}

/* --- GtkTreeSortable --- */

static gboolean
get_sort_column_id (GtkTreeSortable *sortable, int *column, GtkSortType *order)
{
  PosternRowStore *self = POSTERN_ROW_STORE (sortable);

  if (column != NULL)
    *column = self->sort_column;
  if (order != NULL)
    *order = self->order;
  return self->sort_column >= 0;
}

static void
set_sort_column_id (GtkTreeSortable *sortable, int column, GtkSortType order)
{
  PosternRowStore *self = POSTERN_ROW_STORE (sortable);

  if (self->sort_column == column && self->order == order)
    return;
  self->sort_column = column;
  self->order = order;
  gtk_tree_sortable_sort_column_changed (sortable);
  postern_row_store_refilter (self);
}

static gboolean
has_default_sort_func (GtkTreeSortable *sortable)
{
  return FALSE;
}

static void
sortable_init (GtkTreeSortableIface *iface)
{
  iface->get_sort_column_id = get_sort_column_id;
  iface->set_sort_column_id = set_sort_column_id;
  iface->has_default_sort_func = has_default_sort_func;
}

/* --- The object --- */

G_DEFINE_TYPE_WITH_CODE (PosternRowStore,
                         postern_row_store,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (GTK_TYPE_TREE_MODEL, model_init)
                             G_IMPLEMENT_INTERFACE (GTK_TYPE_TREE_SORTABLE, sortable_init))

static void
postern_row_store_finalize (GObject *object)
{
  PosternRowStore *self = POSTERN_ROW_STORE (object);

  g_ptr_array_unref (self->shown);
  g_hash_table_unref (self->rows);
  G_OBJECT_CLASS (postern_row_store_parent_class)->finalize (object);
}

static void
postern_row_store_class_init (PosternRowStoreClass *class)
{
  G_OBJECT_CLASS (class)->finalize = postern_row_store_finalize;
  signals[BEGIN_RESET] = g_signal_new ("begin-reset", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[END_RESET] = g_signal_new ("end-reset", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
postern_row_store_init (PosternRowStore *self)
{
  self->rows
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) postern_row_free);
  self->shown = g_ptr_array_new ();
  self->sort_column = GTK_TREE_SORTABLE_UNSORTED_SORT_COLUMN_ID;
  self->stamp = 1;
}

PosternRowStore *
postern_row_store_new (const PosternRowShape *shape)
{
  PosternRowStore *self = g_object_new (POSTERN_TYPE_ROW_STORE, NULL);

  self->shape = shape;
  return self;
}

PosternRow *
postern_row_store_make_row (PosternRowStore *self)
{
  return postern_row_new (self->shape);
}

void
postern_row_store_set_filter (PosternRowStore *self, PosternRowFilter filter, gpointer user_data)
{
  self->filter = filter;
  self->filter_data = user_data;
  postern_row_store_refilter (self);
}

guint
postern_row_store_count (PosternRowStore *self)
{
  return g_hash_table_size (self->rows);
}

PosternRow *
postern_row_store_find (PosternRowStore *self, const char *key)
{
  return g_hash_table_lookup (self->rows, key);
}

PosternRow *
postern_row_store_get_row (PosternRowStore *self, const GtkTreeIter *iter)
{
  return iter->user_data;
}
