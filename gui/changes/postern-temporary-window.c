/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/changes/postern-temporary-window.h"

#include <glib/gi18n.h>

#include "gui/changes/change-time.h"
#include "gui/changes/change-words.h"
#include "gui/changes/postern-temporary.h"
#include "gui/widgets/title-bar.h"

enum
{
  COLUMN_ID,   /* uint64 */
  COLUMN_WHAT, /* string */
  COLUMN_WHO,  /* string */
  COLUMN_ENDS, /* string: "18:00, in 59 minutes" */
  COLUMN_END   /* int64: in seconds since 1970 */
};

struct _PosternTemporaryWindow
{
  GtkWindow parent_instance;

  PosternClient *client;
  PosternTemporary *temporary; /* (unowned): of the client */
  guint tick;
  gboolean asking;

  GtkInfoBar *info_bar;
  GtkLabel *info_label;
  GtkStack *stack;
  GtkTreeView *view;
  GtkTreeSelection *selection;
  GtkListStore *store;
  GtkWidget *keep_button;
  GtkWidget *end_button;
};

static const char KEY[] = "postern-temporary-window";

G_DEFINE_TYPE (PosternTemporaryWindow, postern_temporary_window, GTK_TYPE_WINDOW)

/* --- the list --- */

static char *
ends_words (gint64 end_s)
{
  g_autofree char *when = change_time_words (end_s);
  g_autofree char *left = change_time_span (end_s - g_get_real_time () / G_USEC_PER_SEC);

  /* Translators: when temporary settings end, and how long that is from now: "18:00, in 59 minutes" */
  return g_strdup_printf (_ ("%s, in %s"), when, left);
}

static char *
what_words (PosternTemporaryWindow *self, GVariant *entry)
{
  g_autoptr (GVariant) before = g_variant_lookup_value (entry, "before", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) changes = g_variant_lookup_value (entry, "changes", G_VARIANT_TYPE_VARDICT);

  if (changes == NULL)
    return g_strdup ("");
  g_autoptr (GPtrArray) lines = change_words (self->client, before, changes);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **) lines->pdata);
}

static void
add_row (PosternTemporaryWindow *self, GVariant *entry)
{
  g_autofree char *what = what_words (self, entry);
  const char *who = "";
  guint64 id = 0;
  gint64 end = 0;

  g_variant_lookup (entry, "id", "t", &id);
  g_variant_lookup (entry, "who", "&s", &who);
  g_variant_lookup (entry, "end", "x", &end);
  g_autofree char *ends = ends_words (end);
  gtk_list_store_insert_with_values (self->store, NULL, -1, COLUMN_ID, id, COLUMN_WHAT, what,
                                     COLUMN_WHO, who, COLUMN_ENDS, ends, COLUMN_END, end, -1);
}

/* Returns 0 where nothing is selected. */
static guint64
get_selected (PosternTemporaryWindow *self)
{
  GtkTreeModel *model;
  GtkTreeIter iter;
  guint64 id = 0;

  if (gtk_tree_selection_get_selected (self->selection, &model, &iter))
    gtk_tree_model_get (model, &iter, COLUMN_ID, &id, -1);
  return id;
}

static void
update_buttons (PosternTemporaryWindow *self)
{
  gboolean can = get_selected (self) != 0 && !self->asking && self->client != NULL
                 && postern_client_is_ready (self->client);

  gtk_widget_set_sensitive (self->keep_button, can);
  gtk_widget_set_sensitive (self->end_button, can);
}

/* What was selected stays so; where it has gone, the first row is. */
static void
select_again (PosternTemporaryWindow *self, guint64 wanted)
{
  GtkTreeModel *model = GTK_TREE_MODEL (self->store);
  gboolean found = FALSE;
  GtkTreeIter iter;

  for (gboolean more = gtk_tree_model_get_iter_first (model, &iter); more && !found;
       more = more && !found && gtk_tree_model_iter_next (model, &iter))
    {
      guint64 id;

      gtk_tree_model_get (model, &iter, COLUMN_ID, &id, -1);
      found = id == wanted;
      if (found)
        gtk_tree_selection_select_iter (self->selection, &iter);
    }
  if (!found && gtk_tree_model_get_iter_first (model, &iter))
    gtk_tree_selection_select_iter (self->selection, &iter);
}

static void
fill (PosternTemporaryWindow *self)
{
  GVariant *all = postern_temporary_get_all (self->temporary);
  guint64 selected = get_selected (self);
  GVariantIter iter;
  GVariant *entry;

  gtk_list_store_clear (self->store);
  if (all != NULL)
    {
      g_variant_iter_init (&iter, all);
      while (g_variant_iter_loop (&iter, "@a{sv}", &entry))
        add_row (self, entry);
    }
  gtk_stack_set_visible_child_name (
      self->stack, all != NULL && g_variant_n_children (all) > 0 ? "list" : "empty");
  select_again (self, selected);
  update_buttons (self);
}

static gboolean
count_down (GtkTreeModel *model, GtkTreePath *path, GtkTreeIter *iter, gpointer user_data)
{
  g_autofree char *shown = NULL;
  gint64 end;

  gtk_tree_model_get (model, iter, COLUMN_END, &end, COLUMN_ENDS, &shown, -1);
  g_autofree char *ends = ends_words (end);
  if (!g_str_equal (shown, ends))
    gtk_list_store_set (GTK_LIST_STORE (model), iter, COLUMN_ENDS, ends, -1);
  return FALSE;
}

static gboolean
on_tick (gpointer user_data)
{
  PosternTemporaryWindow *self = user_data;

  gtk_tree_model_foreach (GTK_TREE_MODEL (self->store), count_down, NULL);
  return G_SOURCE_CONTINUE;
}

/* --- deeds --- */

/* @words: (transfer full) (nullable): NULL takes the notice away */
static void
show_notice (PosternTemporaryWindow *self, char *words)
{
  gtk_label_set_text (self->info_label, words != NULL ? words : "");
  gtk_info_bar_set_revealed (self->info_bar, words != NULL);
  g_free (words);
}

static void
on_asked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PosternTemporaryWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);

  if (self->client == NULL) /* closed meanwhile */
    return;
  self->asking = FALSE;
  show_notice (self, reply == NULL ? client_error_to_words (error) : NULL);
  update_buttons (self);
}

static void
ask (PosternTemporaryWindow *self, const char *method)
{
  self->asking = TRUE;
  update_buttons (self);
  postern_client_call (self->client, POSTERN_PEER_AUTHORITY, method,
                       g_variant_new ("(t)", get_selected (self)), TRUE, NULL, on_asked,
                       g_object_ref (self));
}

static void
on_keep (PosternTemporaryWindow *self)
{
  ask (self, "ServerProperties1.Keep");
}

static void
on_end (PosternTemporaryWindow *self)
{
  ask (self, "ServerProperties1.EndTemporary");
}

static void
on_ready_changed (PosternTemporaryWindow *self)
{
  const char *problem = postern_client_get_problem (self->client);

  show_notice (self, g_strdup (problem));
  update_buttons (self);
}

/* --- the object --- */

void
postern_temporary_window_open (GtkWindow *parent, PosternClient *client)
{
  PosternTemporaryWindow *self = g_object_get_data (G_OBJECT (client), KEY);

  if (self != NULL)
    {
      gtk_window_present (GTK_WINDOW (self));
      return;
    }
  self = g_object_new (POSTERN_TYPE_TEMPORARY_WINDOW, "transient-for", parent, NULL);
  title_bar_add (GTK_WINDOW (self), _ ("Temporary Settings"));
  self->client = g_object_ref (client);
  self->temporary = postern_temporary_of (client);
  g_object_set_data (G_OBJECT (client), KEY, self);
  g_signal_connect_object (self->temporary, "changed", G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "notify::ready", G_CALLBACK (on_ready_changed), self,
                           G_CONNECT_SWAPPED);
  self->tick = g_timeout_add_seconds (1, on_tick, self);
  fill (self);
  on_ready_changed (self);
  gtk_window_present (GTK_WINDOW (self));
}

static gboolean
postern_temporary_window_key_press_event (GtkWidget *widget, GdkEventKey *event)
{
  if (event->keyval != GDK_KEY_Escape)
    return GTK_WIDGET_CLASS (postern_temporary_window_parent_class)
        ->key_press_event (widget, event);
  gtk_window_close (GTK_WINDOW (widget));
  return GDK_EVENT_STOP;
}

static void
postern_temporary_window_dispose (GObject *object)
{
  PosternTemporaryWindow *self = POSTERN_TEMPORARY_WINDOW (object);

  g_clear_handle_id (&self->tick, g_source_remove);
  if (self->client != NULL)
    g_object_set_data (G_OBJECT (self->client), KEY, NULL);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (postern_temporary_window_parent_class)->dispose (object);
}

static void
postern_temporary_window_class_init (PosternTemporaryWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = postern_temporary_window_dispose;
  widget_class->key_press_event = postern_temporary_window_key_press_event;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/postern/ServerProperties/changes/postern-temporary-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PosternTemporaryWindow, info_bar);
  gtk_widget_class_bind_template_child (widget_class, PosternTemporaryWindow, info_label);
  gtk_widget_class_bind_template_child (widget_class, PosternTemporaryWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, PosternTemporaryWindow, view);
  gtk_widget_class_bind_template_child (widget_class, PosternTemporaryWindow, selection);
  gtk_widget_class_bind_template_child (widget_class, PosternTemporaryWindow, store);
  gtk_widget_class_bind_template_child (widget_class, PosternTemporaryWindow, keep_button);
  gtk_widget_class_bind_template_child (widget_class, PosternTemporaryWindow, end_button);
  gtk_widget_class_bind_template_callback (widget_class, update_buttons);
  gtk_widget_class_bind_template_callback (widget_class, on_keep);
  gtk_widget_class_bind_template_callback (widget_class, on_end);
}

static void
postern_temporary_window_init (PosternTemporaryWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
