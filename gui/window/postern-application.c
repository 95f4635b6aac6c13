/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/window/postern-application.h"

#include <glib/gi18n.h>

#include "gui/pages/sheet.h"
#include "gui/window/known-systems.h"
#include "gui/window/postern-window.h"
#include "gui/window/system-pages.h"

struct _PosternApplication
{
  GtkApplication parent_instance;

  char *where;    /* option --bus */
  char *sheet_id; /* option --properties */
  char *page_id;  /* option --page */
  char *name;     /* option --system */
  char *backup;   /* option --open */
  PosternWindow *window;
};

G_DEFINE_TYPE (PosternApplication, postern_application, GTK_TYPE_APPLICATION)

/* --- actions --- */

static void
show_help (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  postern_window_show_help (POSTERN_APPLICATION (user_data)->window, "window");
}

static void
show_about (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PosternApplication *self = user_data;

  gtk_show_about_dialog (
      GTK_WINDOW (self->window), "program-name", _ ("Server Properties"), "version",
      POSTERN_VERSION, "logo-icon-name", "org.postern.ServerProperties", "comments",
      _ ("The settings of the Postern mail gateway"), "license-type", GTK_LICENSE_GPL_3_0, NULL);
}

static void
quit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_window_close (GTK_WINDOW (POSTERN_APPLICATION (user_data)->window));
}

static const GActionEntry actions[] = {
  { "help", show_help, NULL, NULL, NULL },
  { "about", show_about, NULL, NULL, NULL },
  { "quit", quit, NULL, NULL, NULL },
};

static const struct
{
  const char *action;
  const char *keys[3];
} accelerators[] = {
  { "app.help", { "F1", NULL } },
  { "app.quit", { "<Primary>q", NULL } },
  { "win.properties", { "<Alt>Return", "<Alt>KP_Enter", NULL } },
  { "win.menu", { "F10", NULL } },
  { "win.refresh", { "F5", "<Primary>r", NULL } },
};

/* --- the program --- */

static int
postern_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  PosternApplication *self = POSTERN_APPLICATION (application);

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("server-properties %s\n", POSTERN_VERSION);
      return 0;
    }
  g_variant_dict_lookup (options, "bus", "s", &self->where);
  g_variant_dict_lookup (options, "properties", "s", &self->sheet_id);
  g_variant_dict_lookup (options, "page", "s", &self->page_id);
  g_variant_dict_lookup (options, "system", "s", &self->name);
  g_variant_dict_lookup (options, "open", "^ay", &self->backup);
  if (self->where == NULL)
    self->where = g_strdup (g_getenv ("POSTERN_BUS"));
  if (self->where == NULL)
    self->where = g_strdup ("system");
  if (self->sheet_id != NULL && sheet_find (self->sheet_id) == NULL)
    {
      g_printerr (_ ("There are no properties “%s”; there are smtp and pop.\n"), self->sheet_id);
      return 64;
    }
  if (self->page_id != NULL && !system_pages_is_page (self->page_id))
    {
      g_printerr (_ ("There is no page “%s”.\n"), self->page_id);
      return 64;
    }
  return -1;
}

static void
load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/org/postern/ServerProperties/style.css");
  gtk_style_context_add_provider_for_screen (gdk_screen_get_default (),
                                             GTK_STYLE_PROVIDER (provider),
                                             GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static void
postern_application_startup (GApplication *application)
{
  PosternApplication *self = POSTERN_APPLICATION (application);

  G_APPLICATION_CLASS (postern_application_parent_class)->startup (application);
  load_style ();
  gtk_window_set_default_icon_name ("org.postern.ServerProperties");
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (gsize i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accelerators[i].action,
                                           accelerators[i].keys);
}

static void
show_first_page (PosternApplication *self, PosternSystem *system)
{
  gboolean named = self->page_id != NULL || self->name != NULL || self->backup != NULL;

  if (self->page_id != NULL && postern_window_show_page (self->window, system, self->page_id))
    return;
  if (named)
    postern_window_show_page (self->window, system, "overview");
  else if (!postern_window_show_last_page (self->window))
    postern_window_show_page (self->window, system, "servers");
}

/* Returns the system that the options name; @local, which says so, when there is none. */
static PosternSystem *
find_wanted (PosternApplication *self, PosternSystem *local)
{
  PosternSystem *found = local;

  if (self->backup != NULL)
    {
      known_systems_open_backup (self->window, self->backup);
      return postern_window_get_system (self->window);
    }
  if (self->name != NULL)
    found = postern_window_find_system (self->window, self->name);
  if (found != NULL)
    return found;

  g_autofree char *words = g_strdup_printf (_ ("There is no system “%s” in the tree."), self->name);
  postern_system_tell (local, words);
  return local;
}

static void
open_window (PosternApplication *self)
{
  PosternSystem *system;

  self->window = postern_window_new (GTK_APPLICATION (self));
  g_object_add_weak_pointer (G_OBJECT (self->window), (gpointer *) &self->window);
  system = postern_window_add_system (self->window, POSTERN_SYSTEM_LOCAL, self->where,
                                      g_get_host_name ());
  known_systems_restore (self->window);
  system = find_wanted (self, system);
  show_first_page (self, system);
  if (self->sheet_id != NULL)
    postern_window_open_sheet (self->window, system, self->sheet_id);
}

static void
postern_application_activate (GApplication *application)
{
  PosternApplication *self = POSTERN_APPLICATION (application);

  if (self->window == NULL)
    open_window (self);
  gtk_window_present (GTK_WINDOW (self->window));
}

static void
postern_application_dispose (GObject *object)
{
  PosternApplication *self = POSTERN_APPLICATION (object);

  g_clear_weak_pointer (&self->window);
  g_clear_pointer (&self->where, g_free);
  g_clear_pointer (&self->sheet_id, g_free);
  g_clear_pointer (&self->page_id, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->backup, g_free);
  G_OBJECT_CLASS (postern_application_parent_class)->dispose (object);
}

static void
postern_application_class_init (PosternApplicationClass *class)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = postern_application_dispose;
  application_class->handle_local_options = postern_application_handle_local_options;
  application_class->startup = postern_application_startup;
  application_class->activate = postern_application_activate;
}

static void
postern_application_init (PosternApplication *self)
{
  const GOptionEntry options[] = {
    { "bus", 0, 0, G_OPTION_ARG_STRING, NULL,
      N_ ("The bus of the gateway (default: $POSTERN_BUS, else system)"),
      N_ ("system|session|ADDRESS") },
    { "properties", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Open these properties at once"),
      "smtp|pop" },
    { "page", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Show this page"), N_ ("ID") },
    { "system", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Show this system of the tree"), N_ ("NAME") },
    { "open", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_ ("Open this backup of settings"), N_ ("FILE") },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version and exit"), NULL },
    { NULL }
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), NULL);
}

/* Not unique: each bus that somebody administers has a program of its own. */
PosternApplication *
postern_application_new (void)
{
  return g_object_new (POSTERN_TYPE_APPLICATION, "application-id", "org.postern.ServerProperties",
                       "flags", G_APPLICATION_NON_UNIQUE, NULL);
}
