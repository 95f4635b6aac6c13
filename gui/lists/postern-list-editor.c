/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/lists/postern-list-editor.h"

#include <glib/gi18n.h>

#include "gui/lists/postern-row-dialog.h"

struct _PosternListEditor
{
  GtkBox parent_instance;

  char *title;
  char *prompt;
  char *example;
  GtkListStore *store;
  GtkWidget *scroller;
  GtkTreeView *view;
  GtkTreeSelection *selection;
  GtkWidget *add_button;
  GtkWidget *change_button;
  GtkWidget *remove_button;
  PosternRowDialog *dialog; /* (nullable): while a row is being typed */
  GtkTreeRowReference *row; /* (nullable): the row that the dialog changes; NULL for a new one */
  gboolean wrong;           /* there is a problem */
  gboolean wrong_before;    /* there was one when the dialog was opened */
};

enum
{
  PROP_TITLE = 1,
  PROP_PROMPT,
  PROP_EXAMPLE,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];
static guint changed_signal;

G_DEFINE_TYPE (PosternListEditor, postern_list_editor, GTK_TYPE_BOX)

static void
emit_changed (PosternListEditor *self)
{
  g_signal_emit (self, changed_signal, 0);
}

static void
update_buttons (PosternListEditor *self)
{
  int count = gtk_tree_selection_count_selected_rows (self->selection);

  gtk_widget_set_sensitive (self->change_button, count == 1);
  gtk_widget_set_sensitive (self->remove_button, count > 0);
}

/* --- the row that is being typed --- */

/* Returns whether @iter is the row that the dialog is changing. */
static gboolean
is_open_row (PosternListEditor *self, GtkTreeIter *iter)
{
  if (self->row == NULL)
    return FALSE;

  g_autoptr (GtkTreePath) open = gtk_tree_row_reference_get_path (self->row);
  g_autoptr (GtkTreePath) path = gtk_tree_model_get_path (GTK_TREE_MODEL (self->store), iter);
  return open != NULL && gtk_tree_path_compare (open, path) == 0;
}

static void
select_row (PosternListEditor *self, GtkTreeIter *iter)
{
  g_autoptr (GtkTreePath) path = gtk_tree_model_get_path (GTK_TREE_MODEL (self->store), iter);

  gtk_tree_view_set_cursor (self->view, path, NULL, FALSE);
  gtk_tree_view_scroll_to_cell (self->view, path, NULL, FALSE, 0, 0);
}

/* The row may have gone while it was typed (somebody else's change): then what was typed is added,
 * and not lost. */
static void
accept_row (PosternListEditor *self)
{
  g_autofree char *text = postern_row_dialog_get_text (self->dialog);
  g_autoptr (GtkTreePath) path
      = self->row != NULL ? gtk_tree_row_reference_get_path (self->row) : NULL;
  GtkTreeIter iter;

  if (path == NULL || !gtk_tree_model_get_iter (GTK_TREE_MODEL (self->store), &iter, path))
    gtk_list_store_append (self->store, &iter);
  gtk_list_store_set (self->store, &iter, 0, text, -1);
  select_row (self, &iter);
}

static void
on_response (PosternListEditor *self, int response)
{
  PosternRowDialog *dialog = self->dialog;

  if (response == GTK_RESPONSE_OK)
    accept_row (self);
  self->dialog = NULL;
  g_clear_pointer (&self->row, gtk_tree_row_reference_free);
  emit_changed (self);
  gtk_widget_destroy (GTK_WIDGET (dialog));
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/* @row: (transfer full) (nullable): the row to change; NULL adds one */
static void
open_dialog (PosternListEditor *self, GtkTreeRowReference *row, const char *text)
{
  GtkWindow *parent = GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self)));
  g_autofree char *title
      = g_strdup_printf (row != NULL ? _ ("Change in “%s”") : _ ("Add to “%s”"), self->title);

  if (self->dialog != NULL) /* assistive technology can press a button behind a dialog */
    {
      g_clear_pointer (&row, gtk_tree_row_reference_free);
      gtk_window_present (GTK_WINDOW (self->dialog));
      return;
    }
  self->wrong_before = self->wrong;
  self->row = row;
  self->dialog = postern_row_dialog_new (parent, title, self->prompt, self->example, text);
  g_signal_connect_object (self->dialog, "changed", G_CALLBACK (emit_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->dialog, "response", G_CALLBACK (on_response), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (self->dialog));
}

/* --- Add, Change, Remove --- */

static void
on_add (PosternListEditor *self)
{
  open_dialog (self, NULL, "");
}

static void
on_change (PosternListEditor *self)
{
  GtkTreeModel *model = GTK_TREE_MODEL (self->store);
  GList *paths = gtk_tree_selection_get_selected_rows (self->selection, NULL);

  if (g_list_length (paths) == 1)
    {
      g_autofree char *text = NULL;
      GtkTreeIter iter;

      gtk_tree_model_get_iter (model, &iter, paths->data);
      gtk_tree_model_get (model, &iter, 0, &text, -1);
      open_dialog (self, gtk_tree_row_reference_new (model, paths->data), text);
    }
  g_list_free_full (paths, (GDestroyNotify) gtk_tree_path_free);
}

static void
on_remove (PosternListEditor *self)
{
  GtkTreeModel *model = GTK_TREE_MODEL (self->store);
  GList *paths = g_list_reverse (gtk_tree_selection_get_selected_rows (self->selection, NULL));
  GtkTreeIter iter;
  gboolean another = FALSE;

  if (paths == NULL)
    return;
  for (GList *item = paths; item != NULL; item = item->next)
    if (gtk_tree_model_get_iter (model, &iter, item->data))
      another = gtk_list_store_remove (self->store, &iter);
  g_list_free_full (paths, (GDestroyNotify) gtk_tree_path_free);

  int length = gtk_tree_model_iter_n_children (model, NULL);
  if (another || (length > 0 && gtk_tree_model_iter_nth_child (model, &iter, NULL, length - 1)))
    select_row (self, &iter);
  emit_changed (self);
}

static void
on_row_activated (PosternListEditor *self)
{
  on_change (self);
}

static gboolean
on_key_press (PosternListEditor *self, GdkEventKey *event)
{
  switch (event->keyval)
    {
    case GDK_KEY_Insert:
    case GDK_KEY_KP_Insert:
      on_add (self);
      return GDK_EVENT_STOP;
    case GDK_KEY_Delete:
    case GDK_KEY_KP_Delete:
      on_remove (self);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

/* --- what others ask --- */

char **
postern_list_editor_get_items (PosternListEditor *self)
{
  GtkTreeModel *model = GTK_TREE_MODEL (self->store);
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  g_autofree char *typed
      = self->dialog != NULL ? postern_row_dialog_get_text (self->dialog) : g_strdup ("");
  GtkTreeIter iter;

  for (gboolean more = gtk_tree_model_get_iter_first (model, &iter); more;
       more = gtk_tree_model_iter_next (model, &iter))
    {
      char *text;

      gtk_tree_model_get (model, &iter, 0, &text, -1);
      if (*typed != '\0' && is_open_row (self, &iter))
        {
          g_free (text);
          text = g_strdup (typed);
        }
      g_ptr_array_add (items, text);
    }
  if (*typed != '\0' && self->row == NULL)
    g_ptr_array_add (items, g_steal_pointer (&typed));
  g_ptr_array_add (items, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&items), FALSE);
}

void
postern_list_editor_set_items (PosternListEditor *self, const char *const *items)
{
  /* Detached while it is filled: the view would otherwise look at every row. */
  gtk_tree_view_set_model (self->view, NULL);
  gtk_list_store_clear (self->store);
  for (gsize i = 0; items != NULL && items[i] != NULL; i++)
    gtk_list_store_insert_with_values (self->store, NULL, -1, 0, items[i], -1);
  gtk_tree_view_set_model (self->view, GTK_TREE_MODEL (self->store));
  update_buttons (self);
}

void
postern_list_editor_set_problem (PosternListEditor *self, const char *problem)
{
  GtkStyleContext *style = gtk_widget_get_style_context (self->scroller);

  /* Who mends one of two wrong rows must be able to, although the list is still wrong then. */
  if (self->dialog != NULL)
    postern_row_dialog_set_problem (self->dialog, problem, !self->wrong_before);
  self->wrong = problem != NULL;
  if (problem != NULL)
    gtk_style_context_add_class (style, GTK_STYLE_CLASS_ERROR);
  else
    gtk_style_context_remove_class (style, GTK_STYLE_CLASS_ERROR);
}

void
postern_list_editor_suggest_example (PosternListEditor *self, const char *example)
{
  if (self->example == NULL)
    self->example = g_strdup (example);
}

GtkWidget *
postern_list_editor_get_view (PosternListEditor *self)
{
  return GTK_WIDGET (self->view);
}

/* --- the object --- */

static void
set_title (PosternListEditor *self, const char *title)
{
  GtkWidget *buttons[] = { self->add_button, self->change_button, self->remove_button };

  g_free (self->title);
  self->title = g_strdup (title);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self)), title);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->view)), title);
  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    atk_object_set_description (gtk_widget_get_accessible (buttons[i]), title);
}

static void
postern_list_editor_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PosternListEditor *self = POSTERN_LIST_EDITOR (object);

  switch (id)
    {
    case PROP_TITLE:
      set_title (self, g_value_get_string (value));
      break;
    case PROP_PROMPT:
      g_free (self->prompt);
      self->prompt = g_value_dup_string (value);
      break;
    case PROP_EXAMPLE:
      g_free (self->example);
      self->example = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
postern_list_editor_finalize (GObject *object)
{
  PosternListEditor *self = POSTERN_LIST_EDITOR (object);

  g_clear_pointer (&self->row, gtk_tree_row_reference_free);
  g_free (self->title);
  g_free (self->prompt);
  g_free (self->example);
  G_OBJECT_CLASS (postern_list_editor_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *class)
{
  gtk_widget_class_set_template_from_resource (
      class, "/org/postern/ServerProperties/lists/postern-list-editor.ui");
  gtk_widget_class_bind_template_child (class, PosternListEditor, store);
  gtk_widget_class_bind_template_child (class, PosternListEditor, scroller);
  gtk_widget_class_bind_template_child (class, PosternListEditor, view);
  gtk_widget_class_bind_template_child (class, PosternListEditor, selection);
  gtk_widget_class_bind_template_child (class, PosternListEditor, add_button);
  gtk_widget_class_bind_template_child (class, PosternListEditor, change_button);
  gtk_widget_class_bind_template_child (class, PosternListEditor, remove_button);
  gtk_widget_class_bind_template_callback (class, on_add);
  gtk_widget_class_bind_template_callback (class, on_change);
  gtk_widget_class_bind_template_callback (class, on_remove);
  gtk_widget_class_bind_template_callback (class, on_row_activated);
  gtk_widget_class_bind_template_callback (class, on_key_press);
  gtk_widget_class_bind_template_callback (class, update_buttons);
}

static void
postern_list_editor_class_init (PosternListEditorClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;

  object_class->set_property = postern_list_editor_set_property;
  object_class->finalize = postern_list_editor_finalize;
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_PROMPT] = g_param_spec_string ("prompt", NULL, NULL, NULL, flags);
  properties[PROP_EXAMPLE] = g_param_spec_string ("example", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  changed_signal = g_signal_new ("changed", POSTERN_TYPE_LIST_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  bind_template (GTK_WIDGET_CLASS (class));
}

static void
postern_list_editor_init (PosternListEditor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update_buttons (self);
}
