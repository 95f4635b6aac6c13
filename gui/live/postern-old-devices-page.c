/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/postern-old-devices-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/live/device-row.h"
#include "gui/live/live-poll.h"
#include "gui/live/postern-row-view.h"

#define ASK_INTERVAL_S 5
/* Of a long list, filling it shall take no more than such a part of the time. */
#define REST_FACTOR 50

struct _PosternOldDevicesPage
{
  GtkBox parent_instance;
  PosternClient *client;       /* (owned) */
  GCancellable *cancellable;   /* (owned) */
  GSimpleActionGroup *actions; /* (owned) */
  PosternRowStore *store;      /* (owned) */
  PosternRowView *view;
  char *needle; /* (owned) (nullable) folded */
  gboolean is_asking;
  gint64 ask_at_us; /* monotonic: not before */

  GtkInfoBar *problem_bar;
  GtkLabel *problem_label;
  GtkToggleButton *never_button;
  GtkSearchEntry *search_entry;
  GtkLabel *count_label;
  GMenuModel *menu;
};

enum
{
  TOLD,
  SHOW_SETTING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_TYPE (PosternOldDevicesPage, postern_old_devices_page, GTK_TYPE_BOX)

static void
show_count (PosternOldDevicesPage *self)
{
  int shown = gtk_tree_model_iter_n_children (GTK_TREE_MODEL (self->store), NULL);
  guint count = postern_row_store_count (self->store);
  /* Translators: how many devices are shown, and how many there are. */
  g_autofree char *words
      = g_strdup_printf (ngettext ("%d of %u device", "%d of %u devices", count), shown, count);

  gtk_label_set_text (self->count_label, words);
  postern_row_view_set_empty_words (
      self->view, count == 0             ? _ ("Nobody has logged on by POP in the last 90 days.")
                  : self->needle != NULL ? _ ("No address or user has that in it.")
                                         : _ ("Everybody who logs on by POP fetches mail, too."));
}

/* --- Asking --- */

static void
show_list (PosternOldDevicesPage *self, GVariant *reply)
{
  g_autoptr (GVariant) devices = g_variant_get_child_value (reply, 0);

  postern_row_store_replace (self->store, device_row_make_all (self->store, devices));
  show_count (self);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  PosternOldDevicesPage *self = data;
  gint64 began_us = g_get_monotonic_time ();
  self->is_asking = FALSE;
  if (reply != NULL && g_variant_is_of_type (reply, G_VARIANT_TYPE ("(aa{sv})")))
    show_list (self, reply);
  g_autofree char *words = error != NULL ? client_error_to_words (error) : NULL;
  if (words != NULL)
    gtk_label_set_text (self->problem_label, words);
  gtk_widget_set_visible (GTK_WIDGET (self->problem_bar), words != NULL);
  gint64 now_us = g_get_monotonic_time ();
  self->ask_at_us = now_us + REST_FACTOR * (now_us - began_us);
}

static void
ask (gpointer data)
{
  PosternOldDevicesPage *self = data;

  if (self->is_asking || g_get_monotonic_time () < self->ask_at_us)
    return;
  self->is_asking = TRUE;
  postern_client_call (self->client, POSTERN_PEER_POP, "Devices1.List", g_variant_new ("()"), FALSE,
                       self->cancellable, on_listed, self);
}

/* --- Which are shown --- */

static gboolean
is_wanted (const PosternRow *row, gpointer data)
{
  PosternOldDevicesPage *self = data;

  if (gtk_toggle_button_get_active (self->never_button)
      && postern_row_get_number (row, DEVICE_ROW_RETRIEVED) > 0)
    return FALSE;
  return self->needle == NULL || device_row_contains (row, self->needle);
}

static void
on_wish_changed (PosternOldDevicesPage *self)
{
  const char *text = gtk_entry_get_text (GTK_ENTRY (self->search_entry));

  g_free (self->needle);
  self->needle = *text != '\0' ? g_utf8_casefold (text, -1) : NULL;
  postern_row_store_refilter (self->store);
  show_count (self);
}

/* --- CSV --- */

static GPtrArray *
shown_rows (PosternOldDevicesPage *self)
{
  GPtrArray *rows = g_ptr_array_new ();
  GtkTreeModel *model = GTK_TREE_MODEL (self->store);
  GtkTreeIter iter;

  for (gboolean has = gtk_tree_model_get_iter_first (model, &iter); has;
       has = gtk_tree_model_iter_next (model, &iter))
    g_ptr_array_add (rows, postern_row_store_get_row (self->store, &iter));
  return rows;
}

static void
copy (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PosternOldDevicesPage *self = data;
  gboolean is_selected = postern_row_view_count_selected (self->view) > 0;
  g_autoptr (GPtrArray) rows
      = is_selected ? postern_row_view_get_selected (self->view) : shown_rows (self);
  g_autofree char *csv = device_row_to_csv (rows);
  GtkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self), GDK_SELECTION_CLIPBOARD);
  g_autofree char *words = g_strdup_printf (
      ngettext ("%u device was copied.", "%u devices were copied.", rows->len), rows->len);

  gtk_clipboard_set_text (clipboard, csv, -1);
  g_signal_emit (self, signals[TOLD], 0, words);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PosternOldDevicesPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_file_get_parse_name (G_FILE (source));
  g_autofree char *words = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    words = g_strdup_printf (_ ("The list was written into %s."), name);
  else
    words = g_strdup_printf (_ ("The list could not be written: %s"), error->message);
  g_signal_emit (self, signals[TOLD], 0, words);
}

static void
on_file_chosen (GtkNativeDialog *dialog, int response, PosternOldDevicesPage *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      g_autoptr (GPtrArray) rows = shown_rows (self);
      char *csv = device_row_to_csv (rows);
      g_autoptr (GBytes) bytes = g_bytes_new_take (csv, strlen (csv));
      g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL,
                                           on_written, g_object_ref (self));
    }
  g_object_unref (dialog);
}

static void export(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PosternOldDevicesPage *self = data;
  GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (self));
  GtkFileChooserNative *dialog
      = gtk_file_chooser_native_new (_ ("Export Devices"), GTK_WINDOW (window),
                                     GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), _ ("_Cancel"));

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_file_chooser_set_do_overwrite_confirmation (GTK_FILE_CHOOSER (dialog), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), "devices.csv");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_file_chosen), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
authentication (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_signal_emit (data, signals[SHOW_SETTING], 0, "smtp.authentication");
}

/* --- The page --- */

static void
postern_old_devices_page_dispose (GObject *object)
{
  PosternOldDevicesPage *self = POSTERN_OLD_DEVICES_PAGE (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->store != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->search_entry, self);
      postern_row_store_set_filter (self->store, NULL, NULL);
    }
  g_clear_object (&self->store);
  g_clear_object (&self->actions);
  g_clear_object (&self->client);
  g_clear_pointer (&self->needle, g_free);
  G_OBJECT_CLASS (postern_old_devices_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *class)
{
  gtk_widget_class_set_template_from_resource (
      class, "/org/postern/ServerProperties/live/postern-old-devices-page.ui");
  gtk_widget_class_bind_template_child (class, PosternOldDevicesPage, problem_bar);
  gtk_widget_class_bind_template_child (class, PosternOldDevicesPage, problem_label);
  gtk_widget_class_bind_template_child (class, PosternOldDevicesPage, never_button);
  gtk_widget_class_bind_template_child (class, PosternOldDevicesPage, search_entry);
  gtk_widget_class_bind_template_child (class, PosternOldDevicesPage, count_label);
  gtk_widget_class_bind_template_child (class, PosternOldDevicesPage, menu);
  gtk_widget_class_bind_template_callback (class, on_wish_changed);
}

static void
postern_old_devices_page_class_init (PosternOldDevicesPageClass *class)
{
  G_OBJECT_CLASS (class)->dispose = postern_old_devices_page_dispose;
  signals[TOLD] = g_signal_new ("told", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SHOW_SETTING]
      = g_signal_new ("show-setting", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  bind_children (GTK_WIDGET_CLASS (class));
}

static void
postern_old_devices_page_init (PosternOldDevicesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
}

static void
add_actions (PosternOldDevicesPage *self)
{
  static const GActionEntry entries[]
      = { { .name = "copy", .activate = copy },
          { .name = "export", .activate = export },
          { .name = "authentication", .activate = authentication } };

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "devices", G_ACTION_GROUP (self->actions));
}

GtkWidget *
postern_old_devices_page_new (PosternClient *client)
{
  PosternOldDevicesPage *self = g_object_new (POSTERN_TYPE_OLD_DEVICES_PAGE, NULL);
  PosternRowViewPlan plan = { .name = _ ("Devices"),
                              .tip = device_row_tip,
                              .columns = device_row_columns,
                              .n_columns = DEVICE_ROW_N_COLUMNS };

  self->client = g_object_ref (client);
  self->store = postern_row_store_new (&device_row_shape);
  plan.store = g_object_ref (self->store);
  plan.menu = g_object_ref (self->menu);
  self->view = POSTERN_ROW_VIEW (postern_row_view_new (&plan));
  postern_row_view_sort (self->view, DEVICE_ROW_LAST, GTK_SORT_DESCENDING);
  postern_row_store_set_filter (self->store, is_wanted, self);
  gtk_box_pack_start (GTK_BOX (self), GTK_WIDGET (self->view), TRUE, TRUE, 0);
  add_actions (self);
  live_poll_ask (GTK_WIDGET (self), self->client, ASK_INTERVAL_S, ask, self);
  return GTK_WIDGET (self);
}
