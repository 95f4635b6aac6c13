/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/postern-row-view.h"

#include <glib/gi18n.h>

struct _PosternRowView
{
  GtkOverlay parent_instance;
  PosternRowStore *store; /* (owned) */
  GtkTreeView *view;
  GtkTreeSelection *selection;
  GtkLabel *empty_label;
  GMenuModel *menu; /* (owned) */
  PosternRowWords tip;

  /* While the store is being reset: first cells of rows. */
  GPtrArray *selected_keys; /* (owned) (nullable) (element-type utf8) */
  char *cursor_key;         /* (owned) (nullable) */
  char *top_key;            /* (owned) (nullable) */
};

enum
{
  SELECTION_CHANGED,
  ACTIVATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_TYPE (PosternRowView, postern_row_view, GTK_TYPE_OVERLAY)

/* --- Words --- */

static void
write_cell (GtkTreeViewColumn *column,
            GtkCellRenderer *renderer,
            GtkTreeModel *model,
            GtkTreeIter *iter,
            gpointer data)
{
  const PosternRowColumn *plan = data;
  const PosternRow *row = postern_row_store_get_row (POSTERN_ROW_STORE (model), iter);
  g_autofree char *words = plan->words (row, plan->cell);

  g_object_set (renderer, "text", words, NULL);
}

static gboolean
on_query_tooltip (PosternRowView *self, int x, int y, gboolean by_keyboard, GtkTooltip *tooltip)
{
  GtkTreePath *path = NULL;
  GtkTreeIter iter;

  if (self->tip == NULL
      || !gtk_tree_view_get_tooltip_context (self->view, &x, &y, by_keyboard, NULL, &path, &iter))
    return FALSE;
  g_autofree char *words = self->tip (postern_row_store_get_row (self->store, &iter), 0);
  gtk_tooltip_set_text (tooltip, words);
  gtk_tree_view_set_tooltip_row (self->view, tooltip, path);
  gtk_tree_path_free (path);
  return words != NULL;
}

static void
show_whether_empty (PosternRowView *self)
{
  gboolean is_empty = gtk_tree_model_iter_n_children (GTK_TREE_MODEL (self->store), NULL) == 0;
  gtk_widget_set_visible (GTK_WIDGET (self->empty_label), is_empty);
}

/* --- A store that is reset --- */

static char *
key_at (PosternRowView *self, GtkTreePath *path)
{
  GtkTreeIter iter;

  if (path == NULL || !gtk_tree_model_get_iter (GTK_TREE_MODEL (self->store), &iter, path))
    return NULL;
  return g_strdup (postern_row_get_text (postern_row_store_get_row (self->store, &iter), 0));
}

static GtkTreePath *
path_of (PosternRowView *self, const char *key)
{
  const PosternRow *row = key != NULL ? postern_row_store_find (self->store, key) : NULL;
  int position = row != NULL ? postern_row_get_position (row) : -1;

  return position >= 0 ? gtk_tree_path_new_from_indices (position, -1) : NULL;
}

static void
on_begin_reset (PosternRowView *self)
{
  g_autoptr (GPtrArray) selected = postern_row_view_get_selected (self);
  GtkTreePath *cursor = NULL, *top = NULL;

  self->selected_keys = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < selected->len; i++)
    g_ptr_array_add (self->selected_keys,
                     g_strdup (postern_row_get_text (g_ptr_array_index (selected, i), 0)));
  gtk_tree_view_get_cursor (self->view, &cursor, NULL);
  if (gtk_tree_view_get_visible_range (self->view, &top, NULL))
    self->top_key = gtk_tree_path_get_indices (top)[0] > 0 ? key_at (self, top) : NULL;
  self->cursor_key = key_at (self, cursor);
  gtk_tree_path_free (cursor);
  gtk_tree_path_free (top);
  gtk_tree_view_set_model (self->view, NULL);
}

static void
on_end_reset (PosternRowView *self)
{
  gtk_tree_view_set_model (self->view, GTK_TREE_MODEL (self->store));
  g_autoptr (GtkTreePath) cursor = path_of (self, self->cursor_key);
  g_autoptr (GtkTreePath) top = path_of (self, self->top_key);

  if (cursor != NULL)
    gtk_tree_view_set_cursor (self->view, cursor, NULL, FALSE);
  gtk_tree_selection_unselect_all (self->selection);
  for (guint i = 0; i < self->selected_keys->len; i++)
    {
      g_autoptr (GtkTreePath) path = path_of (self, g_ptr_array_index (self->selected_keys, i));
      if (path != NULL)
        gtk_tree_selection_select_path (self->selection, path);
    }
  if (top != NULL)
    gtk_tree_view_scroll_to_cell (self->view, top, NULL, TRUE, 0, 0);
  g_clear_pointer (&self->selected_keys, g_ptr_array_unref);
  g_clear_pointer (&self->cursor_key, g_free);
  g_clear_pointer (&self->top_key, g_free);
  show_whether_empty (self);
}

/* --- The menu --- */

static void
pop_up (PosternRowView *self, const GdkEvent *event)
{
  GtkWidget *menu = gtk_menu_new_from_model (self->menu);

  gtk_menu_attach_to_widget (GTK_MENU (menu), GTK_WIDGET (self), NULL);
  g_signal_connect (menu, "selection-done", G_CALLBACK (gtk_widget_destroy), NULL);
  if (event != NULL)
    gtk_menu_popup_at_pointer (GTK_MENU (menu), event);
  else
    gtk_menu_popup_at_widget (GTK_MENU (menu), GTK_WIDGET (self->view), GDK_GRAVITY_CENTER,
                              GDK_GRAVITY_NORTH_WEST, NULL);
}

static gboolean
on_popup_menu (PosternRowView *self)
{
  pop_up (self, NULL);
  return TRUE;
}

/* The right button selects the row that it points at, unless that is selected among others. */
static gboolean
on_button_press (PosternRowView *self, GdkEventButton *event)
{
  g_autoptr (GtkTreePath) path = NULL;

  if (!gdk_event_triggers_context_menu ((GdkEvent *) event))
    return FALSE;
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  if (gtk_tree_view_get_path_at_pos (self->view, (int) event->x, (int) event->y, &path, NULL, NULL,
                                     NULL)
      && !gtk_tree_selection_path_is_selected (self->selection, path))
    gtk_tree_view_set_cursor (self->view, path, NULL, FALSE);
  pop_up (self, (GdkEvent *) event);
  return TRUE;
}

static void
on_selection_changed (PosternRowView *self)
{
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

static void
on_row_activated (PosternRowView *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0);
}

/* --- Making one --- */

static int
text_width (PosternRowView *self, const char *markup)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self->view), NULL);
  int width;

  pango_layout_set_markup (layout, markup, -1);
  pango_layout_get_pixel_size (layout, &width, NULL);
  return width;
}

/* Headings are bold, and have room for the arrow of the order. */
static int
column_width (PosternRowView *self, const PosternRowColumn *plan)
{
  g_autofree char *title = g_markup_printf_escaped ("<b>%s</b>", _ (plan->title));

  return MAX (text_width (self, "0") * plan->width_chars + 8, text_width (self, title) + 26);
}

static void
add_column (PosternRowView *self, const PosternRowColumn *plan, gboolean takes_room)
{
  GtkCellRenderer *renderer = gtk_cell_renderer_text_new ();
  GtkTreeViewColumn *column
      = gtk_tree_view_column_new_with_attributes (_ (plan->title), renderer, NULL);

  g_object_set (renderer, "ellipsize", PANGO_ELLIPSIZE_END, "xalign", plan->is_number ? 1.0 : 0.0,
                NULL);
  if (plan->words != NULL)
    gtk_tree_view_column_set_cell_data_func (column, renderer, write_cell, (gpointer) plan, NULL);
  else
    gtk_tree_view_column_add_attribute (column, renderer, "text", (int) plan->cell);
  gtk_tree_view_column_set_alignment (column, plan->is_number ? 1.0f : 0.0f);
  gtk_tree_view_column_set_sizing (column, GTK_TREE_VIEW_COLUMN_FIXED);
  gtk_tree_view_column_set_fixed_width (column, column_width (self, plan));
  gtk_tree_view_column_set_min_width (column, 48);
  gtk_tree_view_column_set_expand (column, takes_room);
  gtk_tree_view_column_set_resizable (column, TRUE);
  gtk_tree_view_column_set_sort_column_id (column, (int) plan->sort_cell);
  gtk_tree_view_append_column (self->view, column);
}

static GtkWidget *
make_scroller (PosternRowView *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new (NULL, NULL);

  gtk_scrolled_window_set_shadow_type (GTK_SCROLLED_WINDOW (scroller), GTK_SHADOW_IN);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), 120);
  gtk_container_add (GTK_CONTAINER (scroller), GTK_WIDGET (self->view));
  gtk_widget_show_all (scroller);
  return scroller;
}

static void
make_empty_label (PosternRowView *self)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 50);
  gtk_widget_set_halign (label, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (label, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_start (label, 24);
  gtk_widget_set_margin_end (label, 24);
  gtk_style_context_add_class (gtk_widget_get_style_context (label), GTK_STYLE_CLASS_DIM_LABEL);
  gtk_overlay_add_overlay (GTK_OVERLAY (self), label);
  gtk_overlay_set_overlay_pass_through (GTK_OVERLAY (self), label, TRUE);
  self->empty_label = GTK_LABEL (label);
}

static void
connect_signals (PosternRowView *self)
{
  g_signal_connect_swapped (self->selection, "changed", G_CALLBACK (on_selection_changed), self);
  g_signal_connect_swapped (self->view, "row-activated", G_CALLBACK (on_row_activated), self);
  g_signal_connect_swapped (self->view, "popup-menu", G_CALLBACK (on_popup_menu), self);
  g_signal_connect_swapped (self->view, "button-press-event", G_CALLBACK (on_button_press), self);
  g_signal_connect_swapped (self->view, "query-tooltip", G_CALLBACK (on_query_tooltip), self);
  g_signal_connect_object (self->store, "begin-reset", G_CALLBACK (on_begin_reset), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->store, "end-reset", G_CALLBACK (on_end_reset), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->store, "row-inserted", G_CALLBACK (show_whether_empty), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->store, "row-deleted", G_CALLBACK (show_whether_empty), self,
                           G_CONNECT_SWAPPED);
}

static void
postern_row_view_dispose (GObject *object)
{
  PosternRowView *self = POSTERN_ROW_VIEW (object);

  g_clear_object (&self->store);
  g_clear_object (&self->menu);
  G_OBJECT_CLASS (postern_row_view_parent_class)->dispose (object);
}

static void
postern_row_view_class_init (PosternRowViewClass *class)
{
  G_OBJECT_CLASS (class)->dispose = postern_row_view_dispose;
  signals[SELECTION_CHANGED]
      = g_signal_new ("selection-changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                      NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
postern_row_view_init (PosternRowView *self)
{
}

GtkWidget *
postern_row_view_new (const PosternRowViewPlan *plan)
{
  PosternRowView *self = g_object_new (POSTERN_TYPE_ROW_VIEW, "visible", TRUE, NULL);

  self->store = plan->store;
  self->menu = plan->menu;
  self->tip = plan->tip;
  self->view = GTK_TREE_VIEW (gtk_tree_view_new_with_model (GTK_TREE_MODEL (self->store)));
  self->selection = gtk_tree_view_get_selection (self->view);
  gtk_tree_selection_set_mode (self->selection, GTK_SELECTION_MULTIPLE);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self->view), plan->tip != NULL);
  gtk_tree_view_set_enable_search (self->view, FALSE);
  for (guint i = 0; i < plan->n_columns; i++)
    add_column (self, &plan->columns[i], i == 0);
  gtk_tree_view_set_fixed_height_mode (self->view, TRUE);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->view)), plan->name);
  gtk_container_add (GTK_CONTAINER (self), make_scroller (self));
  make_empty_label (self);
  connect_signals (self);
  show_whether_empty (self);
  return GTK_WIDGET (self);
}

void
postern_row_view_set_empty_words (PosternRowView *self, const char *words)
{
  gtk_label_set_text (self->empty_label, words);
}

GPtrArray *
postern_row_view_get_selected (PosternRowView *self)
{
  GPtrArray *rows = g_ptr_array_new ();
  GList *paths = gtk_tree_selection_get_selected_rows (self->selection, NULL);

  for (GList *link = paths; link != NULL; link = link->next)
    {
      GtkTreeIter iter;
      if (gtk_tree_model_get_iter (GTK_TREE_MODEL (self->store), &iter, link->data))
        g_ptr_array_add (rows, postern_row_store_get_row (self->store, &iter));
    }
  g_list_free_full (paths, (GDestroyNotify) gtk_tree_path_free);
  return rows;
}

guint
postern_row_view_count_selected (PosternRowView *self)
{
  return (guint) gtk_tree_selection_count_selected_rows (self->selection);
}

gboolean
postern_row_view_select (PosternRowView *self, const char *key)
{
  g_autoptr (GtkTreePath) path = path_of (self, key);

  if (path == NULL)
    return FALSE;
  gtk_tree_view_set_cursor (self->view, path, NULL, FALSE);
  gtk_tree_view_scroll_to_cell (self->view, path, NULL, FALSE, 0, 0);
  return TRUE;
}

void
postern_row_view_redraw (PosternRowView *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self->view));
}

void
postern_row_view_sort (PosternRowView *self, guint cell, GtkSortType order)
{
  gtk_tree_sortable_set_sort_column_id (GTK_TREE_SORTABLE (self->store), (int) cell, order);
}
