/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/lists/list-menu.h"

typedef struct
{
  PosternListView *list;
  GtkMenu *menu; /* of the list, which destroys it */
  GActionGroup *actions;
} ListMenu;

static const struct
{
  guint key;
  GdkModifierType modifiers;
  const char *action;
} keys[] = {
  { GDK_KEY_Insert, 0, "add" },
  { GDK_KEY_KP_Insert, 0, "add" },
  { GDK_KEY_Delete, 0, "remove" },
  { GDK_KEY_KP_Delete, 0, "remove" },
  { GDK_KEY_c, GDK_CONTROL_MASK, "copy" },
  { GDK_KEY_v, GDK_CONTROL_MASK, "paste" },
  { GDK_KEY_Insert, GDK_CONTROL_MASK, "copy" },
  { GDK_KEY_Insert, GDK_SHIFT_MASK, "paste" },
};

static gboolean
on_key_press (GtkWidget *view, GdkEventKey *event, ListMenu *self)
{
  guint modifiers = event->state & gtk_accelerator_get_default_mod_mask ();

  if (modifiers == GDK_CONTROL_MASK && event->keyval == GDK_KEY_f)
    {
      postern_list_view_find (self->list);
      return GDK_EVENT_STOP;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].key == event->keyval && keys[i].modifiers == modifiers)
      {
        g_action_group_activate_action (self->actions, keys[i].action, NULL);
        return GDK_EVENT_STOP;
      }
  return GDK_EVENT_PROPAGATE;
}

static gboolean
on_popup_menu (GtkWidget *view, ListMenu *self)
{
  gtk_menu_popup_at_widget (self->menu, view, GDK_GRAVITY_CENTER, GDK_GRAVITY_NORTH_WEST, NULL);
  return TRUE;
}

static gboolean
on_button_press (GtkWidget *view, GdkEventButton *event, ListMenu *self)
{
  if (!gdk_event_triggers_context_menu ((GdkEvent *) event))
    return GDK_EVENT_PROPAGATE;
  gtk_widget_grab_focus (view);
  postern_list_view_select_at (self->list, event);
  gtk_menu_popup_at_pointer (self->menu, (GdkEvent *) event);
  return GDK_EVENT_STOP;
}

void
list_menu_attach (PosternListView *list, GMenuModel *menu, GActionGroup *actions)
{
  GtkWidget *view = postern_list_view_get_focus (list);
  ListMenu *self = g_new (ListMenu, 1);

  *self = (ListMenu){ list, GTK_MENU (gtk_menu_new_from_model (menu)), actions };
  gtk_menu_attach_to_widget (self->menu, view, NULL);
  g_object_set_data_full (G_OBJECT (view), "list-menu", self, g_free);
  g_signal_connect (view, "key-press-event", G_CALLBACK (on_key_press), self);
  g_signal_connect (view, "popup-menu", G_CALLBACK (on_popup_menu), self);
  g_signal_connect (view, "button-press-event", G_CALLBACK (on_button_press), self);
}
