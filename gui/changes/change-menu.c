/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/changes/change-menu.h"

#include "gui/changes/change-backup.h"
#include "gui/changes/postern-history-window.h"
#include "gui/changes/postern-temporary-window.h"

typedef struct
{
  ChangeMenuSelected selected;
  ChangeMenuTold told;
} ChangeMenu;

static const char KEY[] = "change-menu";

static ChangeMenu *
menu_of (gpointer window)
{
  return g_object_get_data (window, KEY);
}

static void
show_history (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  postern_history_window_open (window, menu_of (window)->selected (window));
}

static void
show_temporary (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  postern_temporary_window_open (window, menu_of (window)->selected (window));
}

static void
back_up (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  change_backup_save (window, menu_of (window)->selected (window), menu_of (window)->told);
}

static void
restore_backup (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  change_backup_restore (window, menu_of (window)->selected (window), menu_of (window)->told);
}

static const GActionEntry actions[] = {
  { "history", show_history, NULL, NULL, NULL },
  { "temporary", show_temporary, NULL, NULL, NULL },
  { "back-up", back_up, NULL, NULL, NULL },
  { "restore-backup", restore_backup, NULL, NULL, NULL },
};

void
change_menu_add (GtkWindow *window, ChangeMenuSelected selected, ChangeMenuTold told)
{
  ChangeMenu *menu = g_new (ChangeMenu, 1);

  menu->selected = selected;
  menu->told = told;
  g_object_set_data_full (G_OBJECT (window), KEY, menu, g_free);
  g_action_map_add_action_entries (G_ACTION_MAP (window), actions, G_N_ELEMENTS (actions), window);
}

void
change_menu_update (GtkWindow *window)
{
  PosternClient *client = menu_of (window)->selected (window);
  gboolean can = client != NULL && postern_client_has_settings (client);

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      GAction *action = g_action_map_lookup_action (G_ACTION_MAP (window), actions[i].name);

      g_simple_action_set_enabled (G_SIMPLE_ACTION (action), can);
    }
}
