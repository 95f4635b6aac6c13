/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/window/known-systems.h"

#include <glib/gi18n.h>

#include "gui/client/ssh-pipe.h"
#include "gui/window/postern-connect-dialog.h"
#include "gui/window/preferences.h"

#define GROUP "systems"
#define KEY "places"

/* --- keeping --- */

static void
keep (const char *place)
{
  g_auto (GStrv) places = preferences_get_list (GROUP, KEY);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) more = NULL;

  if (g_strv_contains ((const char *const *) places, place))
    return;
  g_strv_builder_addv (builder, (const char **) places);
  g_strv_builder_add (builder, place);
  more = g_strv_builder_end (builder);
  preferences_set_list (GROUP, KEY, (const char *const *) more);
}

static void
forget (const char *place)
{
  g_auto (GStrv) places = preferences_get_list (GROUP, KEY);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) fewer = NULL;

  for (gsize i = 0; places[i] != NULL; i++)
    if (!g_str_equal (places[i], place))
      g_strv_builder_add (builder, places[i]);
  fewer = g_strv_builder_end (builder);
  preferences_set_list (GROUP, KEY, (const char *const *) fewer);
}

/* --- systems over ssh --- */

static PosternSystem *
add_remote (PosternWindow *window, const char *place)
{
  g_autofree char *where = g_strconcat ("ssh:", place, NULL);

  return postern_window_add_system (window, POSTERN_SYSTEM_REMOTE, where, place);
}

void
known_systems_restore (PosternWindow *window)
{
  g_auto (GStrv) places = preferences_get_list (GROUP, KEY);

  /* Anybody may have edited the file. */
  for (gsize i = 0; places[i] != NULL; i++)
    if (ssh_pipe_is_place (places[i]) && postern_window_find_system (window, places[i]) == NULL)
      add_remote (window, places[i]);
}

static void
on_connect_response (PosternWindow *window, int response, GtkWidget *dialog)
{
  g_autofree char *place = postern_connect_dialog_get_place (POSTERN_CONNECT_DIALOG (dialog));
  PosternSystem *system;

  gtk_widget_destroy (dialog);
  if (response != GTK_RESPONSE_OK)
    return;
  system = postern_window_find_system (window, place);
  if (system == NULL)
    system = add_remote (window, place);
  keep (place);
  postern_window_show_page (window, system, "overview");
}

static void
connect_to (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  GtkWidget *dialog = postern_connect_dialog_new (window);

  g_signal_connect_object (dialog, "response", G_CALLBACK (on_connect_response), window,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- backups --- */

void
known_systems_open_backup (PosternWindow *window, const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *where = g_strconcat ("file:", absolute, NULL);
  g_autofree char *name = g_filename_display_basename (absolute);
  PosternSystem *system = postern_window_find_place (window, where);

  if (system == NULL)
    system = postern_window_add_system (window, POSTERN_SYSTEM_BACKUP, where, name);
  postern_window_show_page (window, system, "overview");
}

static void
add_filter (GtkFileChooser *chooser, const char *title, const char *pattern)
{
  GtkFileFilter *filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, title);
  gtk_file_filter_add_pattern (filter, pattern);
  gtk_file_chooser_add_filter (chooser, filter);
}

static void
on_backup_response (PosternWindow *window, int response, GtkFileChooser *chooser)
{
  g_autofree char *path = gtk_file_chooser_get_filename (chooser);

  gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (chooser));
  if (response == GTK_RESPONSE_ACCEPT && path != NULL)
    known_systems_open_backup (window, path);
  g_object_unref (chooser);
}

static void
open_backup (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (
      _ ("Open Backup"), window, GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"), _ ("_Cancel"));

  add_filter (GTK_FILE_CHOOSER (chooser), _ ("Settings files"), "*.xml");
  add_filter (GTK_FILE_CHOOSER (chooser), _ ("All files"), "*");
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (on_backup_response), window,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/* --- leaving --- */

static void
remove_system (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  PosternSystem *system = postern_window_get_system (window);
  g_autofree char *place = g_strdup (postern_system_get_name (system));
  gboolean remote = postern_system_get_kind (system) == POSTERN_SYSTEM_REMOTE;

  if (postern_window_remove_system (window, system) && remote)
    forget (place);
}

static const GActionEntry actions[] = {
  { "connect", connect_to, NULL, NULL, NULL },
  { "open-backup", open_backup, NULL, NULL, NULL },
  { "remove-system", remove_system, NULL, NULL, NULL },
};

void
known_systems_add_actions (PosternWindow *window)
{
  g_action_map_add_action_entries (G_ACTION_MAP (window), actions, G_N_ELEMENTS (actions), window);
}
