/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/window/postern-system-tree.h"

#include <glib/gi18n.h>

#include "gui/live/live-page.h"

struct _PosternSystemTree
{
  GtkTreeView parent_instance;

  GtkTreeStore *store; /* (owned) */
};

enum
{
  COLUMN_ICON,       /* string: icon name */
  COLUMN_TITLE,      /* string */
  COLUMN_STATE_ICON, /* string (nullable): icon name */
  COLUMN_STATE,      /* string: Started, Stopped; of a system how it is connected */
  COLUMN_PAGE,       /* string: see the header */
  COLUMN_SERVER,     /* int: a PosternServer; -1 for none */
  COLUMN_SYSTEM,     /* PosternSystem */
  N_COLUMNS
};

enum
{
  CHOSEN,
  OPENED,
  MENU,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_TYPE (PosternSystemTree, postern_system_tree, GTK_TYPE_TREE_VIEW)

static const struct
{
  const char *icon;
  const char *title;
} folders[] = {
  { "network-workgroup-symbolic", N_ ("Network") },
  { "network-server-symbolic", N_ ("Servers") },
  { "folder-symbolic", N_ ("TCP/IP") },
};

static const struct
{
  const char *icon;
  gboolean in_backup; /* has a sheet, that a settings file alone has use for */
} servers[POSTERN_N_SERVERS] = {
  { "mail-send-symbolic", TRUE },
  { "mail-unread-symbolic", TRUE },
  { "mail-forward-symbolic", FALSE },
};

/* --- rows --- */

typedef struct
{
  const char *icon, *title, *page;
  int server;
} Node;

static GtkTreeIter
add_row (PosternSystemTree *self, GtkTreeIter *parent, PosternSystem *system, Node node)
{
  GtkTreeIter iter;

  gtk_tree_store_insert_with_values (self->store, &iter, parent, -1, COLUMN_ICON, node.icon,
                                     COLUMN_TITLE, node.title, COLUMN_STATE, "", COLUMN_PAGE,
                                     node.page, COLUMN_SERVER, node.server, COLUMN_SYSTEM, system,
                                     -1);
  return iter;
}

static void
write_state (PosternSystemTree *self, GtkTreeIter *iter, const char *icon, const char *state)
{
  gtk_tree_store_set (self->store, iter, COLUMN_STATE_ICON, icon, COLUMN_STATE, state, -1);
}

static void
update_row (PosternSystemTree *self, GtkTreeIter *iter, PosternSystem *system)
{
  int server;
  GtkTreeIter parent;

  gtk_tree_model_get (GTK_TREE_MODEL (self->store), iter, COLUMN_SERVER, &server, -1);
  if (server >= 0 && postern_system_get_kind (system) != POSTERN_SYSTEM_BACKUP)
    {
      gboolean running
          = postern_client_get_server (postern_system_get_client (system), server).running;

      write_state (self, iter, running ? "postern-started" : "postern-stopped",
                   running ? _ ("Started") : _ ("Stopped"));
    }
  else if (!gtk_tree_model_iter_parent (GTK_TREE_MODEL (self->store), &parent, iter))
    {
      const char *state = postern_system_get_state (system);
      gboolean lost = postern_client_get_problem (postern_system_get_client (system)) != NULL;

      write_state (self, iter, lost ? "network-offline-symbolic" : NULL, state);
    }
}

/* Calls @function for @iter and all rows below it. */
static void
update_below (PosternSystemTree *self, GtkTreeIter *iter, PosternSystem *system)
{
  GtkTreeModel *model = GTK_TREE_MODEL (self->store);
  GtkTreeIter child;

  update_row (self, iter, system);
  for (gboolean more = gtk_tree_model_iter_children (model, &child, iter); more;
       more = gtk_tree_model_iter_next (model, &child))
    update_below (self, &child, system);
}

static gboolean
find_system (PosternSystemTree *self, PosternSystem *system, GtkTreeIter *iter)
{
  GtkTreeModel *model = GTK_TREE_MODEL (self->store);

  for (gboolean more = gtk_tree_model_get_iter_first (model, iter); more;
       more = gtk_tree_model_iter_next (model, iter))
    {
      g_autoptr (PosternSystem) found = NULL;

      gtk_tree_model_get (model, iter, COLUMN_SYSTEM, &found, -1);
      if (found == system)
        return TRUE;
    }
  return FALSE;
}

static void
on_system_changed (PosternSystemTree *self, PosternSystem *system)
{
  GtkTreeIter iter;

  if (find_system (self, system, &iter))
    update_below (self, &iter, system);
}

static void
add_servers (PosternSystemTree *self, GtkTreeIter *parent, PosternSystem *system)
{
  gboolean backup = postern_system_get_kind (system) == POSTERN_SYSTEM_BACKUP;

  for (PosternServer i = 0; i < POSTERN_N_SERVERS; i++)
    if (!backup || servers[i].in_backup)
      add_row (self, parent, system,
               (Node){ servers[i].icon, server_watch_get_title (i), server_watch_get_id (i), i });
}

void
postern_system_tree_add (PosternSystemTree *self, PosternSystem *system)
{
  GtkTreeIter top = add_row (self, NULL, system,
                             (Node){ postern_system_get_icon (system),
                                     postern_system_get_title (system), "overview", -1 });
  GtkTreeIter parent = top;

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    parent = add_row (self, &parent, system,
                      (Node){ folders[i].icon, _ (folders[i].title), "servers", -1 });
  add_servers (self, &parent, system);
  if (postern_system_get_kind (system) != POSTERN_SYSTEM_BACKUP)
    for (const LivePage *page = live_pages (); page->id != NULL; page++)
      add_row (self, &top, system, (Node){ page->icon, _ (page->title), page->id, -1 });

  g_autoptr (GtkTreePath) path = gtk_tree_model_get_path (GTK_TREE_MODEL (self->store), &top);
  gtk_tree_view_expand_row (GTK_TREE_VIEW (self), path, TRUE);
  g_signal_connect_object (system, "changed", G_CALLBACK (on_system_changed), self,
                           G_CONNECT_SWAPPED);
  update_below (self, &top, system);
}

void
postern_system_tree_remove (PosternSystemTree *self, PosternSystem *system)
{
  GtkTreeModel *model = GTK_TREE_MODEL (self->store);
  GtkTreeIter iter;
  SystemTreeRow selected = postern_system_tree_get_selected (self);

  if (!find_system (self, system, &iter))
    return;
  g_signal_handlers_disconnect_by_data (system, self);
  gtk_tree_store_remove (self->store, &iter);
  if (selected.system == system && gtk_tree_model_get_iter_first (model, &iter))
    {
      g_autoptr (GtkTreePath) first = gtk_tree_model_get_path (model, &iter);

      gtk_tree_view_set_cursor (GTK_TREE_VIEW (self), first, NULL, FALSE);
    }
}

/* --- the selection --- */

SystemTreeRow
postern_system_tree_get_selected (PosternSystemTree *self)
{
  SystemTreeRow row = { .server = -1 };
  GtkTreeIter iter;

  if (!gtk_tree_selection_get_selected (gtk_tree_view_get_selection (GTK_TREE_VIEW (self)), NULL,
                                        &iter))
    return row;

  g_autofree char *page = NULL;
  g_autoptr (PosternSystem) system = NULL;
  gtk_tree_model_get (GTK_TREE_MODEL (self->store), &iter, COLUMN_PAGE, &page, COLUMN_SERVER,
                      &row.server, COLUMN_SYSTEM, &system, -1);
  row.page = g_intern_string (page);
  row.system = system; /* the row has a reference */
  return row;
}

/* Of several rows for a page the innermost counts: of "servers" it is TCP/IP. */
static gboolean
find_page (PosternSystemTree *self, GtkTreeIter *below, const char *page, GtkTreeIter *found)
{
  GtkTreeModel *model = GTK_TREE_MODEL (self->store);
  GtkTreeIter child;
  g_autofree char *own = NULL;

  for (gboolean more = gtk_tree_model_iter_children (model, &child, below); more;
       more = gtk_tree_model_iter_next (model, &child))
    if (find_page (self, &child, page, found))
      return TRUE;
  gtk_tree_model_get (model, below, COLUMN_PAGE, &own, -1);
  if (!g_str_equal (own, page))
    return FALSE;
  *found = *below;
  return TRUE;
}

gboolean
postern_system_tree_select (PosternSystemTree *self, PosternSystem *system, const char *page)
{
  GtkTreeView *view = GTK_TREE_VIEW (self);
  GtkTreeIter top, iter;

  if (!find_system (self, system, &top) || !find_page (self, &top, page, &iter))
    return FALSE;

  g_autoptr (GtkTreePath) path = gtk_tree_model_get_path (GTK_TREE_MODEL (self->store), &iter);
  gtk_tree_view_expand_to_path (view, path);
  gtk_tree_view_set_cursor (view, path, NULL, FALSE);
  return TRUE;
}

void
postern_system_tree_toggle (PosternSystemTree *self)
{
  GtkTreeView *view = GTK_TREE_VIEW (self);
  g_autoptr (GtkTreePath) path = NULL;

  gtk_tree_view_get_cursor (view, &path, NULL);
  if (path == NULL)
    return;
  if (gtk_tree_view_row_expanded (view, path))
    gtk_tree_view_collapse_row (view, path);
  else
    gtk_tree_view_expand_row (view, path, FALSE);
}

GdkRectangle
postern_system_tree_get_selected_area (PosternSystemTree *self)
{
  GtkTreeView *view = GTK_TREE_VIEW (self);
  g_autoptr (GtkTreePath) path = NULL;
  GdkRectangle area = { 0 };

  gtk_tree_view_get_cursor (view, &path, NULL);
  if (path != NULL)
    gtk_tree_view_get_cell_area (view, path, gtk_tree_view_get_column (view, 0), &area);
  return area;
}

static void
on_selection_changed (PosternSystemTree *self)
{
  g_signal_emit (self, signals[CHOSEN], 0);
}

static void
postern_system_tree_row_activated (GtkTreeView *view, GtkTreePath *path, GtkTreeViewColumn *column)
{
  g_signal_emit (view, signals[OPENED], 0);
}

static gboolean
postern_system_tree_button_press_event (GtkWidget *widget, GdkEventButton *event)
{
  GtkTreeView *view = GTK_TREE_VIEW (widget);
  g_autoptr (GtkTreePath) path = NULL;

  if (!gdk_event_triggers_context_menu ((GdkEvent *) event)
      || !gtk_tree_view_get_path_at_pos (view, event->x, event->y, &path, NULL, NULL, NULL))
    return GTK_WIDGET_CLASS (postern_system_tree_parent_class)->button_press_event (widget, event);
  gtk_tree_view_set_cursor (view, path, NULL, FALSE);
  g_signal_emit (view, signals[MENU], 0, event);
  return GDK_EVENT_STOP;
}

/* Shift+F10 and the Menu key */
static gboolean
postern_system_tree_popup_menu (GtkWidget *widget)
{
  g_signal_emit (widget, signals[MENU], 0, NULL);
  return TRUE;
}

/* --- the object --- */

/* An icon and a text beside it. */
static GtkTreeViewColumn *
add_column (PosternSystemTree *self,
            const char *title,
            int icon_column,
            int text_column,
            PangoEllipsizeMode ellipsize)
{
  GtkTreeViewColumn *column = gtk_tree_view_column_new ();
  GtkCellRenderer *icon = gtk_cell_renderer_pixbuf_new ();
  GtkCellRenderer *text = gtk_cell_renderer_text_new ();

  g_object_set (column, "title", title, "spacing", 6, "sizing", GTK_TREE_VIEW_COLUMN_AUTOSIZE,
                NULL);
  g_object_set (text, "ypad", 4, "ellipsize", ellipsize, NULL);
  gtk_tree_view_column_pack_start (column, icon, FALSE);
  gtk_tree_view_column_add_attribute (column, icon, "icon-name", icon_column);
  gtk_tree_view_column_pack_start (column, text, TRUE);
  gtk_tree_view_column_add_attribute (column, text, "text", text_column);
  gtk_tree_view_append_column (GTK_TREE_VIEW (self), column);
  return column;
}

static void
postern_system_tree_dispose (GObject *object)
{
  PosternSystemTree *self = POSTERN_SYSTEM_TREE (object);

  g_clear_object (&self->store);
  G_OBJECT_CLASS (postern_system_tree_parent_class)->dispose (object);
}

static void
postern_system_tree_class_init (PosternSystemTreeClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = postern_system_tree_dispose;
  widget_class->button_press_event = postern_system_tree_button_press_event;
  widget_class->popup_menu = postern_system_tree_popup_menu;
  GTK_TREE_VIEW_CLASS (class)->row_activated = postern_system_tree_row_activated;

  signals[CHOSEN] = g_signal_new ("chosen", POSTERN_TYPE_SYSTEM_TREE, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  signals[OPENED] = g_signal_new ("opened", POSTERN_TYPE_SYSTEM_TREE, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  signals[MENU] = g_signal_new ("menu", POSTERN_TYPE_SYSTEM_TREE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, GDK_TYPE_EVENT | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
postern_system_tree_init (PosternSystemTree *self)
{
  self->store = gtk_tree_store_new (N_COLUMNS, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING,
                                    G_TYPE_STRING, G_TYPE_STRING, G_TYPE_INT, POSTERN_TYPE_SYSTEM);
  gtk_tree_view_set_model (GTK_TREE_VIEW (self), GTK_TREE_MODEL (self->store));
  gtk_tree_view_set_search_column (GTK_TREE_VIEW (self), COLUMN_TITLE);
  gtk_tree_view_set_headers_visible (GTK_TREE_VIEW (self), FALSE);
  gtk_tree_view_column_set_expand (
      add_column (self, _ ("Name"), COLUMN_ICON, COLUMN_TITLE, PANGO_ELLIPSIZE_END), TRUE);
  add_column (self, _ ("State"), COLUMN_STATE_ICON, COLUMN_STATE, PANGO_ELLIPSIZE_NONE);
  gtk_tree_selection_set_mode (gtk_tree_view_get_selection (GTK_TREE_VIEW (self)),
                               GTK_SELECTION_BROWSE);
  g_signal_connect_object (gtk_tree_view_get_selection (GTK_TREE_VIEW (self)), "changed",
                           G_CALLBACK (on_selection_changed), self, G_CONNECT_SWAPPED);
}
