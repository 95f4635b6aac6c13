/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/lists/postern-list-view.h"

#include <glib/gi18n.h>

/* From so many rows on they are looked through with a filter, and not by eye. */
#define MANY_ROWS 10

/* A tree view that is told of so many changes is slower than one that looks anew. */
#define FEW_CHANGES 100

struct _PosternListView
{
  GtkBox parent_instance;

  PosternRowModel *model;
  GtkWidget *filter_bar;
  GtkEntry *filter_entry;
  GtkWidget *sort_button;
  GtkLabel *count_label;
  GtkWidget *scroller;
  GtkTreeView *view;
  GtkTreeSelection *selection;
};

enum
{
  SELECTION_CHANGED,
  ROW_ACTIVATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_TYPE (PosternListView, postern_list_view, GTK_TYPE_BOX)

/* --- what is shown --- */

static void
emit_selection_changed (PosternListView *self)
{
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

static void
on_row_activated (PosternListView *self)
{
  g_signal_emit (self, signals[ROW_ACTIVATED], 0);
}

static gboolean
is_filtered (PosternListView *self)
{
  return *gtk_entry_get_text (self->filter_entry) != '\0';
}

static gboolean
has_many_rows (PosternListView *self)
{
  return postern_row_model_get_length (self->model) >= MANY_ROWS;
}

static void
update_count (PosternListView *self)
{
  guint length = postern_row_model_get_length (self->model);
  g_autofree char *all = g_strdup_printf ("%'u", length);
  g_autofree char *some = g_strdup_printf ("%'u", postern_row_model_get_shown (self->model));
  g_autofree char *text = NULL;
  gboolean shown = has_many_rows (self) || is_filtered (self);

  if (is_filtered (self))
    text = g_strdup_printf (ngettext ("%s of %s row", "%s of %s rows", length), some, all);
  else
    text = g_strdup_printf (ngettext ("%s row", "%s rows", length), all);
  gtk_label_set_text (self->count_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->count_label), shown);
  gtk_widget_set_visible (self->filter_bar,
                          shown || gtk_widget_has_focus (GTK_WIDGET (self->filter_entry)));
}

/* The tree view looks at nothing meanwhile. */
static void
detach (PosternListView *self)
{
  gtk_tree_view_set_model (self->view, NULL);
}

static void
attach (PosternListView *self)
{
  gtk_tree_view_set_model (self->view, GTK_TREE_MODEL (self->model));
  update_count (self);
  emit_selection_changed (self);
}

static void
select_iter (PosternListView *self, GtkTreeIter *iter)
{
  g_autoptr (GtkTreePath) path = gtk_tree_model_get_path (GTK_TREE_MODEL (self->model), iter);

  gtk_tree_view_set_cursor (self->view, path, NULL, FALSE);
  gtk_tree_view_scroll_to_cell (self->view, path, NULL, FALSE, 0, 0);
}

static void
on_filter (PosternListView *self)
{
  detach (self);
  postern_row_model_set_filter (self->model, gtk_entry_get_text (self->filter_entry));
  attach (self);
}

/* A row that somebody has just typed is not to vanish behind the filter. */
static void
select_row (PosternListView *self, guint index)
{
  GtkTreeIter iter;

  if (!postern_row_model_get_iter_at (self->model, index, &iter) && is_filtered (self))
    {
      gtk_entry_set_text (self->filter_entry, "");
      on_filter (self);
    }
  if (postern_row_model_get_iter_at (self->model, index, &iter))
    select_iter (self, &iter);
}

/* --- filter and order --- */

void
postern_list_view_find (PosternListView *self)
{
  gtk_widget_show (self->filter_bar);
  gtk_widget_grab_focus (GTK_WIDGET (self->filter_entry));
}

static void
on_stop_search (PosternListView *self)
{
  gtk_entry_set_text (self->filter_entry, "");
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  on_filter (self);
}

static void
on_sort_toggled (PosternListView *self)
{
  detach (self);
  postern_row_model_set_sorted (
      self->model, gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->sort_button)));
  attach (self);
}

/* Down, and Enter, lead from the filter to what it has found. */
static gboolean
on_filter_key (PosternListView *self, GdkEventKey *event)
{
  GtkTreeIter iter;

  if (event->keyval != GDK_KEY_Down && event->keyval != GDK_KEY_Return)
    return GDK_EVENT_PROPAGATE;
  on_filter (self);
  if (gtk_tree_model_get_iter_first (GTK_TREE_MODEL (self->model), &iter))
    select_iter (self, &iter);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  return GDK_EVENT_STOP;
}

/* Letters go to the filter, where there is one. */
static gboolean
on_view_key (PosternListView *self, GdkEventKey *event)
{
  guint modifiers = event->state & gtk_accelerator_get_default_mod_mask ();

  if ((modifiers & ~GDK_SHIFT_MASK) != 0 || !has_many_rows (self)
      || gtk_search_entry_handle_event (GTK_SEARCH_ENTRY (self->filter_entry), (GdkEvent *) event)
             == GDK_EVENT_PROPAGATE)
    return GDK_EVENT_PROPAGATE;
  gtk_entry_grab_focus_without_selecting (self->filter_entry);
  return GDK_EVENT_STOP;
}

/* --- rows --- */

void
postern_list_view_set_rows (PosternListView *self, const char *const *rows)
{
  detach (self);
  postern_row_model_set_rows (self->model, rows);
  attach (self);
}

void
postern_list_view_append (PosternListView *self, const char *const *rows)
{
  guint index = postern_row_model_get_length (self->model);

  detach (self);
  postern_row_model_append_rows (self->model, rows);
  attach (self);
  if (index < postern_row_model_get_length (self->model))
    select_row (self, index);
}

void
postern_list_view_put (PosternListView *self, guint index, const char *text)
{
  if (index != G_MAXUINT)
    postern_row_model_replace (self->model, index, text);
  else
    {
      index = postern_row_model_get_length (self->model);
      postern_row_model_insert (self->model, text);
    }
  update_count (self);
  select_row (self, index);
}

static int
compare_indices (gconstpointer a, gconstpointer b)
{
  guint first = *(const guint *) a, second = *(const guint *) b;

  return (first > second) - (first < second);
}

GArray *
postern_list_view_get_selected (PosternListView *self)
{
  GArray *indices = g_array_new (FALSE, FALSE, sizeof (guint));
  GList *paths = gtk_tree_selection_get_selected_rows (self->selection, NULL);

  for (GList *item = paths; item != NULL; item = item->next)
    {
      GtkTreeIter iter;

      if (gtk_tree_model_get_iter (GTK_TREE_MODEL (self->model), &iter, item->data))
        {
          guint index = postern_row_model_get_index (self->model, &iter);

          g_array_append_val (indices, index);
        }
    }
  g_list_free_full (paths, (GDestroyNotify) gtk_tree_path_free);
  g_array_sort (indices, compare_indices);
  return indices;
}

static void
remove_indices (PosternListView *self, GArray *indices)
{
  if (indices->len > FEW_CHANGES)
    {
      detach (self);
      postern_row_model_remove_rows (self->model, (const guint *) (gpointer) indices->data,
                                     indices->len);
      attach (self);
      return;
    }
  for (guint i = indices->len; i > 0; i--)
    postern_row_model_remove (self->model, g_array_index (indices, guint, i - 1));
  update_count (self);
}

/* Where the first selected row is shown. */
static int
first_selected (PosternListView *self)
{
  GList *paths = gtk_tree_selection_get_selected_rows (self->selection, NULL);
  int position = paths != NULL ? gtk_tree_path_get_indices (paths->data)[0] : 0;

  g_list_free_full (paths, (GDestroyNotify) gtk_tree_path_free);
  return position;
}

void
postern_list_view_remove_selected (PosternListView *self)
{
  g_autoptr (GArray) indices = postern_list_view_get_selected (self);
  int position = first_selected (self);
  GtkTreeIter iter;

  remove_indices (self, indices);
  position = MIN (position, (int) postern_row_model_get_shown (self->model) - 1);
  if (position >= 0
      && gtk_tree_model_iter_nth_child (GTK_TREE_MODEL (self->model), &iter, NULL, position))
    select_iter (self, &iter);
  emit_selection_changed (self);
}

int
postern_list_view_count_selected (PosternListView *self)
{
  return gtk_tree_selection_count_selected_rows (self->selection);
}

void
postern_list_view_select_all (PosternListView *self)
{
  gtk_tree_selection_select_all (self->selection);
}

void
postern_list_view_select_at (PosternListView *self, GdkEventButton *event)
{
  g_autoptr (GtkTreePath) path = NULL;

  if (!gtk_tree_view_get_path_at_pos (self->view, (int) event->x, (int) event->y, &path, NULL, NULL,
                                      NULL))
    return;
  if (!gtk_tree_selection_path_is_selected (self->selection, path))
    gtk_tree_view_set_cursor (self->view, path, NULL, FALSE);
}

/* --- what others ask --- */

PosternRowModel *
postern_list_view_get_model (PosternListView *self)
{
  return self->model;
}

GtkWidget *
postern_list_view_get_focus (PosternListView *self)
{
  return GTK_WIDGET (self->view);
}

void
postern_list_view_set_title (PosternListView *self, const char *title)
{
  g_autofree char *filter = g_strdup_printf (_ ("Filter “%s”"), title);
  g_autofree char *sort = g_strdup_printf (_ ("Show “%s” in order"), title);

  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->view)), title);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->filter_entry)), filter);
  atk_object_set_name (gtk_widget_get_accessible (self->sort_button), sort);
}

void
postern_list_view_set_wrong (PosternListView *self, gboolean wrong)
{
  GtkStyleContext *style = gtk_widget_get_style_context (self->scroller);

  if (wrong)
    gtk_style_context_add_class (style, GTK_STYLE_CLASS_ERROR);
  else
    gtk_style_context_remove_class (style, GTK_STYLE_CLASS_ERROR);
}

/* --- the object --- */

static void
postern_list_view_dispose (GObject *object)
{
  PosternListView *self = POSTERN_LIST_VIEW (object);

  if (self->view != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->selection, self);
      detach (self);
    }
  g_clear_object (&self->model);
  G_OBJECT_CLASS (postern_list_view_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *class)
{
  gtk_widget_class_set_template_from_resource (
      class, "/org/postern/ServerProperties/lists/postern-list-view.ui");
  gtk_widget_class_bind_template_child (class, PosternListView, filter_bar);
  gtk_widget_class_bind_template_child (class, PosternListView, filter_entry);
  gtk_widget_class_bind_template_child (class, PosternListView, sort_button);
  gtk_widget_class_bind_template_child (class, PosternListView, count_label);
  gtk_widget_class_bind_template_child (class, PosternListView, scroller);
  gtk_widget_class_bind_template_child (class, PosternListView, view);
  gtk_widget_class_bind_template_child (class, PosternListView, selection);
  gtk_widget_class_bind_template_callback (class, on_filter);
  gtk_widget_class_bind_template_callback (class, on_filter_key);
  gtk_widget_class_bind_template_callback (class, on_stop_search);
  gtk_widget_class_bind_template_callback (class, on_sort_toggled);
  gtk_widget_class_bind_template_callback (class, on_row_activated);
  gtk_widget_class_bind_template_callback (class, emit_selection_changed);
}

static void
postern_list_view_class_init (PosternListViewClass *class)
{
  G_OBJECT_CLASS (class)->dispose = postern_list_view_dispose;
  signals[SELECTION_CHANGED]
      = g_signal_new ("selection-changed", POSTERN_TYPE_LIST_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 0);
  signals[ROW_ACTIVATED] = g_signal_new ("row-activated", POSTERN_TYPE_LIST_VIEW, G_SIGNAL_RUN_LAST,
                                         0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  bind_template (GTK_WIDGET_CLASS (class));
}

static void
postern_list_view_init (PosternListView *self)
{
  self->model = postern_row_model_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  /* After the keys that mean something to the list, and to who shows it. */
  g_signal_connect_object (self->view, "key-press-event", G_CALLBACK (on_view_key), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  attach (self);
}
