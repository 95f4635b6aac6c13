/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/window/postern-window.h"

#include <glib/gi18n.h>

#include "gui/client/enforcement.h"
#include "gui/help/postern-help-window.h"
#include "gui/sheets/postern-properties-dialog.h"
#include "gui/window/server-tree.h"

struct _PosternWindow
{
  GtkApplicationWindow parent_instance;

  PosternClient *client;
  PosternPropertiesDialog *sheets[POSTERN_N_SERVERS]; /* (nullable): made when first opened */
  PosternHelpWindow *help_window;                     /* (nullable): made when first opened */
  const char *sheet_to_open;                          /* (nullable): when the settings are there */
  guint64 saved_revision;                             /* 0: nothing was saved from here */
  char *last_deed; /* (nullable): what was done last, or why it could not be */

  GtkTreeStore *store;
  GtkTreeView *view;
  GtkTreeSelection *selection;
  GtkLabel *status_label;
  GtkMenuButton *menu_button;
  GtkMenu *context_menu;
};

/* The sheet of each server; NULL for one that has none. */
static const char *const sheet_ids[POSTERN_N_SERVERS] = { "smtp", "pop", NULL };

G_DEFINE_TYPE (PosternWindow, postern_window, GTK_TYPE_APPLICATION_WINDOW)

/* --- the status line --- */

static char *
settings_words (PosternClient *client)
{
  guint64 revision = postern_client_get_revision (client);
  g_autofree char *problems = enforcement_problems (client, revision);
  g_autofree char *words = g_strdup_printf (_ ("Settings: revision %lu."), (gulong) revision);

  return g_strconcat (words, problems, NULL);
}

static void
update_status (PosternWindow *self)
{
  g_autofree char *words = NULL;
  const char *problem = postern_client_get_problem (self->client);

  if (problem != NULL)
    words = g_strdup (problem);
  else if (self->last_deed != NULL)
    words = g_strdup (self->last_deed);
  else if (self->saved_revision > 0)
    enforcement_of (self->client, self->saved_revision, &words);
  else if (postern_client_is_ready (self->client))
    words = settings_words (self->client);
  else
    words = g_strdup (_ ("Connecting…"));
  gtk_label_set_text (self->status_label, words);
}

/* @words: (transfer full) (nullable) */
static void
set_last_deed (PosternWindow *self, char *words)
{
  g_free (self->last_deed);
  self->last_deed = words;
  update_status (self);
}

/* --- the selected server --- */

/* Returns -1 where a folder is selected, or nothing. */
static int
selected_server (PosternWindow *self)
{
  GtkTreeModel *model;
  GtkTreeIter iter;
  int server = -1;

  if (gtk_tree_selection_get_selected (self->selection, &model, &iter))
    gtk_tree_model_get (model, &iter, SERVER_TREE_SERVER, &server, -1);
  return server;
}

static void
enable (PosternWindow *self, const char *action, gboolean enabled)
{
  GAction *found = g_action_map_lookup_action (G_ACTION_MAP (self), action);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (found), enabled);
}

static void
update_actions (PosternWindow *self)
{
  int server = selected_server (self);
  gboolean running = server >= 0 && postern_client_get_server (self->client, server).running;
  gboolean ready = postern_client_is_ready (self->client);

  enable (self, "start", ready && server >= 0 && !running);
  enable (self, "stop", ready && running);
  enable (self, "properties",
          postern_client_has_settings (self->client) && server >= 0 && sheet_ids[server] != NULL);
}

/* --- sheets and help --- */

static void
on_saved (PosternWindow *self, guint64 revision)
{
  self->saved_revision = revision;
  set_last_deed (self, NULL);
}

void
postern_window_show_help (PosternWindow *self, const char *id)
{
  GtkWindow *parent = GTK_WINDOW (self);

  if (self->help_window == NULL)
    self->help_window = postern_help_window_new ();
  for (gsize i = 0; i < POSTERN_N_SERVERS; i++)
    if (self->sheets[i] != NULL && gtk_window_is_active (GTK_WINDOW (self->sheets[i])))
      parent = GTK_WINDOW (self->sheets[i]);
  postern_help_window_show (self->help_window, id, parent);
}

static void
open_sheet (PosternWindow *self, PosternServer server)
{
  if (self->sheets[server] == NULL)
    {
      self->sheets[server] = postern_properties_dialog_new (GTK_WINDOW (self), self->client,
                                                            sheet_find (sheet_ids[server]));
      g_signal_connect_object (self->sheets[server], "saved", G_CALLBACK (on_saved), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (self->sheets[server], "help", G_CALLBACK (postern_window_show_help),
                               self, G_CONNECT_SWAPPED);
    }
  postern_properties_dialog_open (self->sheets[server]);
}

static void
open_waiting_sheet (PosternWindow *self)
{
  if (self->sheet_to_open == NULL || !postern_client_has_settings (self->client))
    return;
  for (PosternServer server = 0; server < POSTERN_N_SERVERS; server++)
    if (g_strcmp0 (sheet_ids[server], self->sheet_to_open) == 0)
      open_sheet (self, server);
  self->sheet_to_open = NULL;
}

void
postern_window_open_sheet (PosternWindow *self, const char *id)
{
  self->sheet_to_open = g_intern_string (id);
  open_waiting_sheet (self);
}

/* --- actions --- */

/* @failure: what to say when it could not be done; why follows */
static void
end_control (PosternWindow *self, GObject *client, GAsyncResult *result, const char *failure)
{
  g_autoptr (GError) error = NULL;
  gboolean done = postern_client_control_finish (POSTERN_CLIENT (client), result, &error);

  if (self->client == NULL) /* the window has been closed meanwhile */
    return;
  g_autofree char *reason = done ? NULL : client_error_to_words (error);
  set_last_deed (self, done ? NULL : g_strdup_printf ("%s %s", failure, reason));
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PosternWindow) self = user_data;

  end_control (self, source, result, _ ("The server could not be started."));
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PosternWindow) self = user_data;

  end_control (self, source, result, _ ("The server could not be stopped."));
}

static void
start_selected (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PosternWindow *self = user_data;
  PosternServer server = selected_server (self);

  set_last_deed (self, g_strdup_printf (_ ("Starting %s…"), server_watch_get_title (server)));
  postern_client_control (self->client, server, TRUE, on_started, g_object_ref (self));
}

static void
stop_selected (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PosternWindow *self = user_data;
  PosternServer server = selected_server (self);

  set_last_deed (self, g_strdup_printf (_ ("Stopping %s…"), server_watch_get_title (server)));
  postern_client_control (self->client, server, FALSE, on_stopped, g_object_ref (self));
}

static void
open_properties (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PosternWindow *self = user_data;

  open_sheet (self, selected_server (self));
}

static void
refresh (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PosternWindow *self = user_data;

  self->saved_revision = 0;
  set_last_deed (self, NULL);
  postern_client_refresh (self->client);
}

static const GActionEntry actions[] = {
  { "start", start_selected, NULL, NULL, NULL },
  { "stop", stop_selected, NULL, NULL, NULL },
  { "properties", open_properties, NULL, NULL, NULL },
  { "refresh", refresh, NULL, NULL, NULL },
};

/* --- the tree --- */

static void
on_row_activated (PosternWindow *self, GtkTreePath *path)
{
  if (selected_server (self) >= 0)
    g_action_group_activate_action (G_ACTION_GROUP (self), "properties", NULL);
  else if (gtk_tree_view_row_expanded (self->view, path))
    gtk_tree_view_collapse_row (self->view, path);
  else
    gtk_tree_view_expand_row (self->view, path, FALSE);
}

static gboolean
on_button_press (PosternWindow *self, GdkEventButton *event)
{
  g_autoptr (GtkTreePath) path = NULL;

  if (!gdk_event_triggers_context_menu ((GdkEvent *) event))
    return GDK_EVENT_PROPAGATE;
  if (!gtk_tree_view_get_path_at_pos (self->view, event->x, event->y, &path, NULL, NULL, NULL))
    return GDK_EVENT_PROPAGATE;
  gtk_tree_view_set_cursor (self->view, path, NULL, FALSE);
  if (selected_server (self) >= 0)
    gtk_menu_popup_at_pointer (self->context_menu, (GdkEvent *) event);
  return GDK_EVENT_STOP;
}

/* Shift+F10 and the Menu key: the menu opens below the selected row. */
static gboolean
on_popup_menu (PosternWindow *self)
{
  g_autoptr (GtkTreePath) path = NULL;
  GdkRectangle area;

  if (selected_server (self) < 0)
    return FALSE;
  gtk_tree_view_get_cursor (self->view, &path, NULL);
  gtk_tree_view_get_cell_area (self->view, path, gtk_tree_view_get_column (self->view, 0), &area);
  gtk_menu_popup_at_rect (self->context_menu, gtk_tree_view_get_bin_window (self->view), &area,
                          GDK_GRAVITY_SOUTH_WEST, GDK_GRAVITY_NORTH_WEST, NULL);
  gtk_menu_shell_select_first (GTK_MENU_SHELL (self->context_menu), FALSE);
  return TRUE;
}

static void
on_client_changed (PosternWindow *self)
{
  server_tree_update (self->store, self->client);
  update_actions (self);
  update_status (self);
  open_waiting_sheet (self);
}

static void
fill_tree (PosternWindow *self)
{
  g_autoptr (GtkTreePath) smtp = server_tree_fill (self->store);

  gtk_tree_view_expand_all (self->view);
  gtk_tree_view_set_cursor (self->view, smtp, NULL, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

PosternWindow *
postern_window_new (GtkApplication *application, PosternClient *client)
{
  PosternWindow *self = g_object_new (POSTERN_TYPE_WINDOW, "application", application, NULL);
  GMenu *menu = gtk_application_get_menu_by_id (application, "server-menu");
  GMenu *main_menu = gtk_application_get_menu_by_id (application, "main-menu");

  self->client = g_object_ref (client);
  self->context_menu = GTK_MENU (gtk_menu_new_from_model (G_MENU_MODEL (menu)));
  gtk_menu_button_set_menu_model (self->menu_button, G_MENU_MODEL (main_menu));
  gtk_menu_attach_to_widget (self->context_menu, GTK_WIDGET (self->view), NULL);
  g_signal_connect_object (client, "servers-changed", G_CALLBACK (on_client_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "settings-changed", G_CALLBACK (on_client_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "notify::ready", G_CALLBACK (on_client_changed), self,
                           G_CONNECT_SWAPPED);
  fill_tree (self);
  on_client_changed (self);
  return self;
}

/* --- the object --- */

/* The sheets go with the window, but not with edits that nobody has decided about. */
static gboolean
postern_window_delete_event (GtkWidget *widget, GdkEventAny *event)
{
  PosternWindow *self = POSTERN_WINDOW (widget);

  for (gsize i = 0; i < POSTERN_N_SERVERS; i++)
    if (self->sheets[i] != NULL && !postern_properties_dialog_try_close (self->sheets[i]))
      return GDK_EVENT_STOP;
  return GDK_EVENT_PROPAGATE;
}

static void
postern_window_dispose (GObject *object)
{
  PosternWindow *self = POSTERN_WINDOW (object);

  for (gsize i = 0; i < POSTERN_N_SERVERS; i++)
    if (self->sheets[i] != NULL)
      gtk_widget_destroy (GTK_WIDGET (g_steal_pointer (&self->sheets[i])));
  if (self->help_window != NULL)
    gtk_widget_destroy (GTK_WIDGET (g_steal_pointer (&self->help_window)));
  g_clear_object (&self->client);
  g_clear_pointer (&self->last_deed, g_free);
  G_OBJECT_CLASS (postern_window_parent_class)->dispose (object);
}

static void
postern_window_class_init (PosternWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = postern_window_dispose;
  widget_class->delete_event = postern_window_delete_event;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/postern/ServerProperties/window/postern-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PosternWindow, store);
  gtk_widget_class_bind_template_child (widget_class, PosternWindow, view);
  gtk_widget_class_bind_template_child (widget_class, PosternWindow, selection);
  gtk_widget_class_bind_template_child (widget_class, PosternWindow, status_label);
  gtk_widget_class_bind_template_child (widget_class, PosternWindow, menu_button);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_button_press);
  gtk_widget_class_bind_template_callback (widget_class, on_popup_menu);
}

static void
postern_window_init (PosternWindow *self)
{
  g_autoptr (GPropertyAction) menu = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  menu = g_property_action_new ("menu", self->menu_button, "active");
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (menu));
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  g_signal_connect_object (self->selection, "changed", G_CALLBACK (update_actions), self,
                           G_CONNECT_SWAPPED);
}
