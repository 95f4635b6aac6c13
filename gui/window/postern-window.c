/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/window/postern-window.h"

#include <glib/gi18n.h>

#include "gui/changes/change-menu.h"
#include "gui/help/postern-help-window.h"
#include "gui/window/known-systems.h"
#include "gui/window/postern-system-tree.h"
#include "gui/window/preferences.h"
#include "gui/window/system-pages.h"
#include "gui/window/system-sheets.h"

/* In the preferences. */
#define GROUP "window"
#define MAX_SIZE 16384

/* In pixels, unless the person wants more. */
#define MAX_PANE 420

/* A system, and what this window has of it. */
typedef struct
{
  PosternSystem *system; /* (owned) */
  SystemSheets *sheets;  /* (owned) */
  SystemPages *pages;    /* (owned) */
} Place;

struct _PosternWindow
{
  GtkApplicationWindow parent_instance;

  GPtrArray *places;              /* (owned) (element-type Place) */
  PosternHelpWindow *help_window; /* (nullable): made when first opened */
  GMenuModel *menus[3];           /* (owned): see context_menus */

  GtkHeaderBar *header_bar;
  GtkPaned *paned;
  PosternSystemTree *tree;
  GtkStack *stack;
  GtkLabel *status_label;
  GtkMenuButton *menu_button;
};

/* Of a row with a server, of a system, and of any other one. */
static const char *const context_menus[] = { "server-menu", "system-menu", "page-menu" };

G_DEFINE_TYPE (PosternWindow, postern_window, GTK_TYPE_APPLICATION_WINDOW)

/* --- systems --- */

static void
place_free (Place *place)
{
  system_pages_free (place->pages);
  system_sheets_free (place->sheets);
  g_object_unref (place->system);
  g_free (place);
}

static Place *
place_of (PosternWindow *self, PosternSystem *system)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      Place *place = self->places->pdata[i];

      if (place->system == system)
        return place;
    }
  return NULL;
}

PosternSystem *
postern_window_find_system (PosternWindow *self, const char *name)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      PosternSystem *system = ((Place *) self->places->pdata[i])->system;

      if (g_str_equal (postern_system_get_name (system), name)
          || g_str_equal (postern_system_get_title (system), name))
        return system;
    }
  return NULL;
}

PosternSystem *
postern_window_find_place (PosternWindow *self, const char *where)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      PosternSystem *system = ((Place *) self->places->pdata[i])->system;

      if (g_str_equal (postern_client_get_where (postern_system_get_client (system)), where))
        return system;
    }
  return NULL;
}

/* --- what is selected --- */

static void
enable (PosternWindow *self, const char *action, gboolean enabled)
{
  GAction *found = g_action_map_lookup_action (G_ACTION_MAP (self), action);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (found), enabled);
}

static void
update_autostart (PosternWindow *self, const SystemTreeRow *row)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "autostart");
  gboolean known = FALSE;
  gboolean on = row->server >= 0 && postern_system_get_autostart (row->system, row->server, &known);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), known);
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_boolean (on));
}

static void
update_actions (PosternWindow *self, const SystemTreeRow *row)
{
  gboolean server = row->server >= 0;

  enable (self, "start",
          server && postern_system_can (row->system, row->server, POSTERN_DEED_START));
  enable (self, "stop", server && postern_system_can (row->system, row->server, POSTERN_DEED_STOP));
  enable (self, "restart",
          server && postern_system_can (row->system, row->server, POSTERN_DEED_RESTART));
  enable (self, "properties",
          server && postern_client_has_settings (postern_system_get_client (row->system)));
  enable (self, "remove-system",
          row->system != NULL && postern_system_get_kind (row->system) != POSTERN_SYSTEM_LOCAL);
  update_autostart (self, row);
  change_menu_update (GTK_WINDOW (self));
}

/* Something of the selected system has changed. */
static void
update (PosternWindow *self)
{
  SystemTreeRow row = postern_system_tree_get_selected (self->tree);
  g_autofree char *status = NULL;

  update_actions (self, &row);
  if (row.system == NULL)
    return;
  status = postern_system_get_status (row.system);
  gtk_label_set_text (self->status_label, status);
}

static void
on_chosen (PosternWindow *self)
{
  SystemTreeRow row = postern_system_tree_get_selected (self->tree);

  if (row.system == NULL)
    return;
  gtk_header_bar_set_title (self->header_bar, system_pages_get_title (row.page));
  gtk_header_bar_set_subtitle (self->header_bar, postern_system_get_title (row.system));
  system_pages_show (place_of (self, row.system)->pages, row.page);
  update (self);
}

static void
on_opened (PosternWindow *self)
{
  SystemTreeRow row = postern_system_tree_get_selected (self->tree);

  if (row.server >= 0)
    g_action_group_activate_action (G_ACTION_GROUP (self), "properties", NULL);
  else
    postern_system_tree_toggle (self->tree);
}

static void
on_menu (PosternWindow *self, GdkEvent *event)
{
  SystemTreeRow row = postern_system_tree_get_selected (self->tree);
  gboolean top = row.page != NULL && g_str_equal (row.page, "overview");
  GdkRectangle area = postern_system_tree_get_selected_area (self->tree);
  GtkWidget *menu = gtk_menu_new_from_model (self->menus[row.server >= 0 ? 0 : top ? 1 : 2]);

  gtk_menu_attach_to_widget (GTK_MENU (menu), GTK_WIDGET (self->tree), NULL);
  g_signal_connect (menu, "selection-done", G_CALLBACK (gtk_widget_destroy), NULL);
  if (event != NULL)
    {
      gtk_menu_popup_at_pointer (GTK_MENU (menu), event);
      return;
    }
  gtk_menu_popup_at_rect (GTK_MENU (menu),
                          gtk_tree_view_get_bin_window (GTK_TREE_VIEW (self->tree)), &area,
                          GDK_GRAVITY_SOUTH_WEST, GDK_GRAVITY_NORTH_WEST, NULL);
  gtk_menu_shell_select_first (GTK_MENU_SHELL (menu), FALSE);
}

PosternSystem *
postern_window_get_system (PosternWindow *self)
{
  return postern_system_tree_get_selected (self->tree).system;
}

PosternClient *
postern_window_get_client (PosternWindow *self)
{
  PosternSystem *system = postern_window_get_system (self);

  return system != NULL ? postern_system_get_client (system) : NULL;
}

/* --- pages, sheets and help --- */

gboolean
postern_window_show_page (PosternWindow *self, PosternSystem *system, const char *id)
{
  return postern_system_tree_select (self->tree, system, id);
}

static void
on_page_wanted (PosternSystem *system, const char *id, const char *argument, gpointer user_data)
{
  postern_window_show_page (user_data, system, id);
}

void
postern_window_open_sheet (PosternWindow *self, PosternSystem *system, const char *id)
{
  system_sheets_open (place_of (self, system)->sheets, id);
}

static void
show_help_above (GtkWindow *parent, const char *id, gpointer user_data)
{
  PosternWindow *self = user_data;

  if (self->help_window == NULL)
    self->help_window = postern_help_window_new ();
  postern_help_window_show (self->help_window, id, parent);
}

void
postern_window_show_help (PosternWindow *self, const char *id)
{
  show_help_above (GTK_WINDOW (self), id, self);
}

PosternSystem *
postern_window_add_system (PosternWindow *self,
                           PosternSystemKind kind,
                           const char *where,
                           const char *name)
{
  Place *place = g_new0 (Place, 1);

  place->system = postern_system_new (kind, where, name);
  place->sheets = system_sheets_new (GTK_WINDOW (self), place->system, show_help_above, self);
  place->pages = system_pages_new (self->stack, place->system, place->sheets, on_page_wanted, self);
  g_ptr_array_add (self->places, place);
  g_signal_connect_object (place->system, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  postern_system_tree_add (self->tree, place->system);
  return place->system;
}

gboolean
postern_window_remove_system (PosternWindow *self, PosternSystem *system)
{
  Place *place = place_of (self, system);

  if (!system_sheets_try_close (place->sheets))
    return FALSE;
  postern_system_tree_remove (self->tree, system);
  g_ptr_array_remove (self->places, place);
  return TRUE;
}

/* --- actions --- */

static void
do_selected (PosternWindow *self, PosternDeed deed)
{
  SystemTreeRow row = postern_system_tree_get_selected (self->tree);

  postern_system_do (row.system, row.server, deed);
}

static void
start_selected (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  do_selected (user_data, POSTERN_DEED_START);
}

static void
stop_selected (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  do_selected (user_data, POSTERN_DEED_STOP);
}

static void
restart_selected (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  do_selected (user_data, POSTERN_DEED_RESTART);
}

/* The tick moves when the settings do. */
static void
change_autostart (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  PosternWindow *self = user_data;
  SystemTreeRow row = postern_system_tree_get_selected (self->tree);

  postern_system_set_autostart (row.system, row.server, g_variant_get_boolean (value));
}

static void
open_properties (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PosternWindow *self = user_data;
  SystemTreeRow row = postern_system_tree_get_selected (self->tree);

  system_sheets_open_server (place_of (self, row.system)->sheets, row.server);
}

static void
refresh (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PosternWindow *self = user_data;
  SystemTreeRow row = postern_system_tree_get_selected (self->tree);

  if (row.system != NULL)
    postern_system_refresh (row.system);
}

static const GActionEntry actions[] = {
  { "start", start_selected, NULL, NULL, NULL },
  { "stop", stop_selected, NULL, NULL, NULL },
  { "restart", restart_selected, NULL, NULL, NULL },
  { "autostart", NULL, NULL, "false", change_autostart },
  { "properties", open_properties, NULL, NULL, NULL },
  { "refresh", refresh, NULL, NULL, NULL },
};

/* --- what is remembered --- */

static void
restore_size (PosternWindow *self)
{
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (self),
                               preferences_get_size (GROUP, "width", width, MAX_SIZE),
                               preferences_get_size (GROUP, "height", height, MAX_SIZE));
}

/* As wide as the tree wants to be, until the person moves it. */
static void
postern_window_map (GtkWidget *widget)
{
  PosternWindow *self = POSTERN_WINDOW (widget);
  int wanted;

  GTK_WIDGET_CLASS (postern_window_parent_class)->map (widget);
  gtk_widget_get_preferred_width (GTK_WIDGET (self->tree), NULL, &wanted);
  gtk_paned_set_position (
      self->paned,
      preferences_get_size (GROUP, "pane", MIN (wanted + wanted / 4, MAX_PANE), MAX_SIZE));
}

static void
remember (PosternWindow *self)
{
  SystemTreeRow row = postern_system_tree_get_selected (self->tree);
  int width, height;

  gtk_window_get_size (GTK_WINDOW (self), &width, &height);
  if (!gtk_window_is_maximized (GTK_WINDOW (self)))
    {
      preferences_set_size (GROUP, "width", width);
      preferences_set_size (GROUP, "height", height);
    }
  preferences_set_size (GROUP, "pane", gtk_paned_get_position (self->paned));
  if (row.system == NULL || postern_system_get_kind (row.system) == POSTERN_SYSTEM_BACKUP)
    return;
  preferences_set_text (GROUP, "system", postern_system_get_name (row.system));
  preferences_set_text (GROUP, "page", row.page);
}

gboolean
postern_window_show_last_page (PosternWindow *self)
{
  g_autofree char *name = preferences_get_text (GROUP, "system");
  g_autofree char *page = preferences_get_text (GROUP, "page");
  PosternSystem *system = name != NULL ? postern_window_find_system (self, name) : NULL;

  return system != NULL && page != NULL && postern_window_show_page (self, system, page);
}

static void
tell_selected (GtkWindow *window, const char *words)
{
  PosternSystem *system = postern_window_get_system (POSTERN_WINDOW (window));

  if (system != NULL)
    postern_system_tell (system, words);
}

/* --- the object --- */

PosternWindow *
postern_window_new (GtkApplication *application)
{
  PosternWindow *self = g_object_new (POSTERN_TYPE_WINDOW, "application", application, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (context_menus); i++)
    self->menus[i] = g_object_ref (
        G_MENU_MODEL (gtk_application_get_menu_by_id (application, context_menus[i])));
  gtk_menu_button_set_menu_model (
      self->menu_button, G_MENU_MODEL (gtk_application_get_menu_by_id (application, "main-menu")));
  restore_size (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->tree));
  return self;
}

/* The sheets go with the window, but not with edits that nobody has decided about. */
static gboolean
postern_window_delete_event (GtkWidget *widget, GdkEventAny *event)
{
  PosternWindow *self = POSTERN_WINDOW (widget);

  for (guint i = 0; i < self->places->len; i++)
    if (!system_sheets_try_close (((Place *) self->places->pdata[i])->sheets))
      return GDK_EVENT_STOP;
  remember (self);
  return GDK_EVENT_PROPAGATE;
}

static void
postern_window_dispose (GObject *object)
{
  PosternWindow *self = POSTERN_WINDOW (object);

  if (self->tree != NULL)
    g_signal_handlers_disconnect_by_data (self->tree, self);
  g_ptr_array_set_size (self->places, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (self->menus); i++)
    g_clear_object (&self->menus[i]);
  if (self->help_window != NULL)
    gtk_widget_destroy (GTK_WIDGET (g_steal_pointer (&self->help_window)));
  G_OBJECT_CLASS (postern_window_parent_class)->dispose (object);
}

static void
postern_window_finalize (GObject *object)
{
  g_ptr_array_unref (POSTERN_WINDOW (object)->places);
  G_OBJECT_CLASS (postern_window_parent_class)->finalize (object);
}

static void
postern_window_class_init (PosternWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = postern_window_dispose;
  G_OBJECT_CLASS (class)->finalize = postern_window_finalize;
  widget_class->delete_event = postern_window_delete_event;
  widget_class->map = postern_window_map;
  g_type_ensure (POSTERN_TYPE_SYSTEM_TREE); /* the template names it */
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/postern/ServerProperties/window/postern-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PosternWindow, header_bar);
  gtk_widget_class_bind_template_child (widget_class, PosternWindow, paned);
  gtk_widget_class_bind_template_child (widget_class, PosternWindow, tree);
  gtk_widget_class_bind_template_child (widget_class, PosternWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, PosternWindow, status_label);
  gtk_widget_class_bind_template_child (widget_class, PosternWindow, menu_button);
  gtk_widget_class_bind_template_callback (widget_class, on_chosen);
  gtk_widget_class_bind_template_callback (widget_class, on_opened);
  gtk_widget_class_bind_template_callback (widget_class, on_menu);
}

static void
postern_window_init (PosternWindow *self)
{
  g_autoptr (GPropertyAction) menu = NULL;

  self->places = g_ptr_array_new_with_free_func ((GDestroyNotify) place_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  menu = g_property_action_new ("menu", self->menu_button, "active");
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (menu));
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  change_menu_add (GTK_WINDOW (self), (ChangeMenuSelected) postern_window_get_client,
                   tell_selected);
  known_systems_add_actions (self);
  update (self);
}
