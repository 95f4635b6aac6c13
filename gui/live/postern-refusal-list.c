/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/postern-refusal-list.h"

#include <glib/gi18n.h>

#include "gui/live/live-poll.h"
#include "gui/live/postern-allow-dialog.h"
#include "gui/live/refusal-row.h"

#define ASK_INTERVAL_S 2

struct _PosternRefusalList
{
  GtkBox parent_instance;
  PosternClient *client;       /* (owned) */
  GCancellable *cancellable;   /* (owned) */
  GSimpleActionGroup *actions; /* (owned) */
  PosternRowStore *store;      /* (owned) */
  PosternRowView *view;
  gboolean is_asking;

  GtkBox *view_box;
  GMenuModel *menu;
};

enum
{
  SHOW_SETTING,
  SHOW_PAGE,
  TOLD,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_TYPE (PosternRefusalList, postern_refusal_list, GTK_TYPE_BOX)

/* Returns: (transfer none) (nullable) */
static const PosternRow *
selected_row (PosternRefusalList *self)
{
  g_autoptr (GPtrArray) rows = postern_row_view_get_selected (self->view);

  return rows->len == 1 ? g_ptr_array_index (rows, 0) : NULL;
}

static void
set_enabled (PosternRefusalList *self, const char *name, gboolean is_enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), is_enabled);
}

static void
update_actions (PosternRefusalList *self)
{
  const PosternRow *row = selected_row (self);

  set_enabled (self, "allow", row != NULL);
  set_enabled (self, "why", row != NULL);
  set_enabled (self, "setting",
               row != NULL && *postern_row_get_text (row, REFUSAL_ROW_SETTING) != '\0');
}

/* --- Asking --- */

static void
on_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  PosternRefusalList *self = data;
  self->is_asking = FALSE;
  if (reply == NULL || !g_variant_is_of_type (reply, G_VARIANT_TYPE ("(aa{sv})")))
    return;
  g_autoptr (GVariant) refusals = g_variant_get_child_value (reply, 0);
  postern_row_store_replace (self->store, refusal_row_make_all (self->store, refusals));
  postern_row_view_set_empty_words (
      self->view, _ ("Nobody has been refused since the SMTP server was started."));
  update_actions (self);
}

static void
ask (gpointer data)
{
  PosternRefusalList *self = data;

  if (self->is_asking)
    return;
  self->is_asking = TRUE;
  postern_client_call (self->client, POSTERN_PEER_SMTP, "Refusals1.List", g_variant_new ("(u)", 0),
                       FALSE, self->cancellable, on_listed, self);
}

/* --- Deeds --- */

static void
on_dialog_setting (PosternRefusalList *self, const char *setting)
{
  g_signal_emit (self, signals[SHOW_SETTING], 0, setting);
}

static void
on_dialog_told (PosternRefusalList *self, const char *words)
{
  g_signal_emit (self, signals[TOLD], 0, words);
}

static void
allow (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PosternRefusalList *self = data;
  const PosternRow *row = selected_row (self);
  GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (self));

  if (row == NULL)
    return;
  GtkWidget *dialog = postern_allow_dialog_new (GTK_WINDOW (window), self->client,
                                                postern_row_get_text (row, REFUSAL_ROW_CLIENT),
                                                postern_row_get_text (row, REFUSAL_ROW_RULE),
                                                postern_row_get_text (row, REFUSAL_ROW_SETTING));
  g_signal_connect_object (dialog, "show-setting", G_CALLBACK (on_dialog_setting), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (dialog, "told", G_CALLBACK (on_dialog_told), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
why (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PosternRefusalList *self = data;
  const PosternRow *row = selected_row (self);

  if (row == NULL)
    return;
  g_autofree char *argument = g_strjoin ("\n", postern_row_get_text (row, REFUSAL_ROW_CLIENT),
                                         postern_row_get_text (row, REFUSAL_ROW_SENDER),
                                         postern_row_get_text (row, REFUSAL_ROW_RECIPIENT), NULL);
  g_signal_emit (self, signals[SHOW_PAGE], 0, "check-message", argument);
}

static void
show_setting (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PosternRefusalList *self = data;
  const PosternRow *row = selected_row (self);

  if (row != NULL)
    g_signal_emit (self, signals[SHOW_SETTING], 0, postern_row_get_text (row, REFUSAL_ROW_SETTING));
}

/* --- Life --- */

static void
add_actions (PosternRefusalList *self)
{
  static const GActionEntry entries[] = { { .name = "allow", .activate = allow },
                                          { .name = "why", .activate = why },
                                          { .name = "setting", .activate = show_setting } };

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "refusals", G_ACTION_GROUP (self->actions));
}

static void
add_view (PosternRefusalList *self)
{
  PosternRowViewPlan plan = { .name = _ ("Last refusals"),
                              .tip = refusal_row_tip,
                              .columns = refusal_row_columns,
                              .n_columns = REFUSAL_ROW_N_COLUMNS };

  self->store = postern_row_store_new (&refusal_row_shape);
  plan.store = g_object_ref (self->store);
  plan.menu = g_object_ref (self->menu);
  self->view = POSTERN_ROW_VIEW (postern_row_view_new (&plan));
  postern_row_view_sort (self->view, REFUSAL_ROW_TIME, GTK_SORT_DESCENDING);
  gtk_box_pack_start (self->view_box, GTK_WIDGET (self->view), TRUE, TRUE, 0);
  g_signal_connect_swapped (self->view, "selection-changed", G_CALLBACK (update_actions), self);
}

static void
postern_refusal_list_dispose (GObject *object)
{
  PosternRefusalList *self = POSTERN_REFUSAL_LIST (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_data (self->view, self);
  g_clear_object (&self->store);
  g_clear_object (&self->actions);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (postern_refusal_list_parent_class)->dispose (object);
}

static guint
add_signal (GObjectClass *class, const char *name, guint n_texts)
{
  return g_signal_new (name, G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, n_texts, G_TYPE_STRING, G_TYPE_STRING);
}

static void
postern_refusal_list_class_init (PosternRefusalListClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = postern_refusal_list_dispose;
  signals[SHOW_SETTING] = add_signal (G_OBJECT_CLASS (class), "show-setting", 1);
  signals[SHOW_PAGE] = add_signal (G_OBJECT_CLASS (class), "show-page", 2);
  signals[TOLD] = add_signal (G_OBJECT_CLASS (class), "told", 1);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/postern/ServerProperties/live/postern-refusal-list.ui");
  gtk_widget_class_bind_template_child (widget_class, PosternRefusalList, view_box);
  gtk_widget_class_bind_template_child (widget_class, PosternRefusalList, menu);
}

static void
postern_refusal_list_init (PosternRefusalList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
}

GtkWidget *
postern_refusal_list_new (PosternClient *client)
{
  PosternRefusalList *self = g_object_new (POSTERN_TYPE_REFUSAL_LIST, NULL);

  self->client = g_object_ref (client);
  add_actions (self);
  add_view (self);
  update_actions (self);
  live_poll_ask (GTK_WIDGET (self->view_box), self->client, ASK_INTERVAL_S, ask, self);
  return GTK_WIDGET (self);
}
