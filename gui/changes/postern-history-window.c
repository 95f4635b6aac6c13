/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/changes/postern-history-window.h"

#include <glib/gi18n.h>

#include "gui/changes/change-list.h"
#include "gui/changes/change-save.h"
#include "gui/changes/differences.h"
#include "gui/changes/history-rows.h"
#include "gui/changes/postern-changes-dialog.h"
#include "gui/widgets/title-bar.h"

struct _PosternHistoryWindow
{
  GtkWindow parent_instance;

  PosternClient *client;
  GCancellable *loading;   /* (nullable) */
  GCancellable *comparing; /* (nullable) */
  guint64 kept;            /* the revision that is to be restored, while that is asked */
  gboolean saving;

  GtkInfoBar *info_bar;
  GtkLabel *info_label;
  GtkTreeView *view;
  GtkTreeSelection *selection;
  GtkListStore *store;
  GtkLabel *diff_label;
  GtkBox *diff_box;
  GtkWidget *diff_list;
  GtkWidget *restore_button;
};

static const char KEY[] = "postern-history-window";

G_DEFINE_TYPE (PosternHistoryWindow, postern_history_window, GTK_TYPE_WINDOW)

/* @words: (transfer full) (nullable): NULL takes the notice away */
static void
show_notice (PosternHistoryWindow *self, GtkMessageType type, char *words)
{
  gtk_info_bar_set_message_type (self->info_bar, type);
  gtk_label_set_text (self->info_label, words != NULL ? words : "");
  gtk_info_bar_set_revealed (self->info_bar, words != NULL);
  g_free (words);
}

/* Gives up the call that @cancellable is of, and returns a new one for the next. */
static GCancellable *
renew (GCancellable **cancellable)
{
  if (*cancellable != NULL)
    g_cancellable_cancel (*cancellable);
  g_clear_object (cancellable);
  return *cancellable = g_cancellable_new ();
}

/* --- what a revision changed --- */

static void
show_differences (PosternHistoryWindow *self, GVariant *differences)
{
  change_list_show (self->diff_list, differences);
  gtk_widget_set_visible (self->diff_list, TRUE);
}

static void
on_compared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);
  PosternHistoryWindow *self = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* something else has been selected; or the window is gone */
  if (reply == NULL)
    {
      show_notice (self, GTK_MESSAGE_ERROR, client_error_to_words (error));
      return;
    }
  g_autoptr (GVariant) differences = g_variant_get_child_value (reply, 0);
  show_differences (self, differences);
}

static void
compare (PosternHistoryWindow *self, guint64 from, guint64 to)
{
  gtk_widget_set_visible (self->diff_list, FALSE);
  postern_client_call (self->client, POSTERN_PEER_AUTHORITY, "ServerProperties1.Diff",
                       g_variant_new ("(tt)", from, to), FALSE, renew (&self->comparing),
                       on_compared, self);
}

/* Returns: (transfer full): what to say above the differences, which are asked for here */
static char *
describe_selection (PosternHistoryWindow *self, HistorySelection selected)
{
  if (selected.count == 2)
    {
      compare (self, selected.older, selected.newer);
      return g_strdup_printf (_ ("From revision %lu to revision %lu:"), (gulong) selected.older,
                              (gulong) selected.newer);
    }
  if (selected.count != 1)
    return g_strdup (_ ("Select a revision to see what it changed, or two of them to compare "
                        "them."));
  if (selected.before == 0)
    return g_strdup (_ ("This is the oldest revision that is kept: what it changed is not known "
                        "any more."));
  compare (self, selected.before, selected.newer);
  return g_strdup_printf (_ ("What revision %lu changed:"), (gulong) selected.newer);
}

static void
on_selection_changed (PosternHistoryWindow *self)
{
  HistorySelection selected = history_rows_get_selection (self->selection);
  g_autofree char *words = NULL;

  if (self->client == NULL) /* the window is being taken down */
    return;
  renew (&self->comparing);
  gtk_widget_set_visible (self->diff_list, FALSE);
  words = describe_selection (self, selected);
  gtk_label_set_text (self->diff_label, words);
  gtk_widget_set_sensitive (self->restore_button,
                            selected.count == 1 && !self->saving
                                && postern_client_is_ready (self->client)
                                && selected.newer != postern_client_get_revision (self->client));
}

/* --- the revisions --- */

static void
on_history (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);
  PosternHistoryWindow *self = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* asked anew; or the window is gone */
  if (reply == NULL)
    {
      show_notice (self, GTK_MESSAGE_WARNING, client_error_to_words (error));
      return;
    }
  g_autoptr (GVariant) revisions = g_variant_get_child_value (reply, 0);
  history_rows_fill (self->store, self->selection, revisions);
  on_selection_changed (self);
}

static void
load (PosternHistoryWindow *self)
{
  postern_client_call (self->client, POSTERN_PEER_AUTHORITY, "ServerProperties1.History",
                       g_variant_new ("()"), FALSE, renew (&self->loading), on_history, self);
}

static void
on_ready_changed (PosternHistoryWindow *self)
{
  const char *problem = postern_client_get_problem (self->client);

  show_notice (self, GTK_MESSAGE_WARNING, g_strdup (problem));
  if (problem == NULL)
    load (self);
  else
    on_selection_changed (self);
}

/* --- restoring --- */

static void
on_restored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PosternHistoryWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  guint64 revision = change_save_finish (result, &error);

  if (self->client == NULL) /* closed meanwhile */
    return;
  self->saving = FALSE;
  if (revision != 0)
    show_notice (self, GTK_MESSAGE_INFO,
                 g_strdup_printf (_ ("Revision %lu is in force again, as revision %lu."),
                                  (gulong) self->kept, (gulong) revision));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_notice (self, GTK_MESSAGE_ERROR, client_error_to_words (error));
  load (self);
}

static void
on_restore_response (PosternHistoryWindow *self, int response, GtkWidget *dialog)
{
  g_autoptr (GVariant) changes = g_variant_ref (g_object_get_data (G_OBJECT (dialog), "changes"));
  guint64 expected = *(guint64 *) g_object_get_data (G_OBJECT (dialog), "expected");

  gtk_widget_destroy (dialog);
  if (response != GTK_RESPONSE_OK)
    return;
  self->saving = TRUE;
  show_notice (self, GTK_MESSAGE_INFO, NULL);
  on_selection_changed (self);
  change_save_by (GTK_WINDOW (self), self->client, expected, changes, "Restore",
                  g_variant_new ("(tt)", expected, self->kept), on_restored, g_object_ref (self));
}

static void
ask_to_restore (PosternHistoryWindow *self, GVariant *differences)
{
  g_autofree char *title = g_strdup_printf (_ ("Restore Revision %lu"), (gulong) self->kept);
  PosternChangesDialog *dialog = postern_changes_dialog_new (
      GTK_WINDOW (self), title,
      _ ("All settings become what they were in that revision, and that is saved as a new one. "
         "This will change:"),
      _ ("_Restore"));
  guint64 *expected = g_new (guint64, 1);

  *expected = postern_client_get_revision (self->client);
  postern_changes_dialog_show (dialog, differences);
  g_object_set_data_full (G_OBJECT (dialog), "changes", differences_to_changes (differences),
                          (GDestroyNotify) g_variant_unref);
  g_object_set_data_full (G_OBJECT (dialog), "expected", expected, g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_restore_response), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_restore_compared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PosternHistoryWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);

  if (self->client == NULL) /* closed meanwhile */
    return;
  if (reply == NULL)
    {
      show_notice (self, GTK_MESSAGE_ERROR, client_error_to_words (error));
      return;
    }
  g_autoptr (GVariant) differences = g_variant_get_child_value (reply, 0);
  ask_to_restore (self, differences);
}

static void
on_restore (PosternHistoryWindow *self)
{
  self->kept = history_rows_get_selection (self->selection).newer;
  postern_client_call (
      self->client, POSTERN_PEER_AUTHORITY, "ServerProperties1.Diff",
      g_variant_new ("(tt)", postern_client_get_revision (self->client), self->kept), FALSE, NULL,
      on_restore_compared, g_object_ref (self));
}

/* --- the object --- */

void
postern_history_window_open (GtkWindow *parent, PosternClient *client)
{
  PosternHistoryWindow *self = g_object_get_data (G_OBJECT (client), KEY);

  if (self != NULL)
    {
      gtk_window_present (GTK_WINDOW (self));
      return;
    }
  self = g_object_new (POSTERN_TYPE_HISTORY_WINDOW, "transient-for", parent, NULL);
  title_bar_add (GTK_WINDOW (self), _ ("History of the Settings"));
  self->client = g_object_ref (client);
  g_object_set_data (G_OBJECT (client), KEY, self);
  g_signal_connect_object (client, "settings-changed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "notify::ready", G_CALLBACK (on_ready_changed), self,
                           G_CONNECT_SWAPPED);
  on_selection_changed (self);
  on_ready_changed (self);
  gtk_window_present (GTK_WINDOW (self));
}

static gboolean
postern_history_window_key_press_event (GtkWidget *widget, GdkEventKey *event)
{
  if (event->keyval != GDK_KEY_Escape)
    return GTK_WIDGET_CLASS (postern_history_window_parent_class)->key_press_event (widget, event);
  gtk_window_close (GTK_WINDOW (widget));
  return GDK_EVENT_STOP;
}

static void
postern_history_window_dispose (GObject *object)
{
  PosternHistoryWindow *self = POSTERN_HISTORY_WINDOW (object);

  g_object_unref (renew (&self->loading));
  g_object_unref (renew (&self->comparing));
  self->loading = self->comparing = NULL;
  if (self->client != NULL)
    g_object_set_data (G_OBJECT (self->client), KEY, NULL);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (postern_history_window_parent_class)->dispose (object);
}

static void
postern_history_window_class_init (PosternHistoryWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = postern_history_window_dispose;
  widget_class->key_press_event = postern_history_window_key_press_event;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/postern/ServerProperties/changes/postern-history-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PosternHistoryWindow, info_bar);
  gtk_widget_class_bind_template_child (widget_class, PosternHistoryWindow, info_label);
  gtk_widget_class_bind_template_child (widget_class, PosternHistoryWindow, view);
  gtk_widget_class_bind_template_child (widget_class, PosternHistoryWindow, selection);
  gtk_widget_class_bind_template_child (widget_class, PosternHistoryWindow, store);
  gtk_widget_class_bind_template_child (widget_class, PosternHistoryWindow, diff_label);
  gtk_widget_class_bind_template_child (widget_class, PosternHistoryWindow, diff_box);
  gtk_widget_class_bind_template_child (widget_class, PosternHistoryWindow, restore_button);
  gtk_widget_class_bind_template_callback (widget_class, on_selection_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_restore);
}

static void
postern_history_window_init (PosternHistoryWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->diff_list = change_list_new (_ ("What is different"), NULL, NULL);
  gtk_widget_set_no_show_all (self->diff_list, TRUE);
  gtk_widget_set_visible (self->diff_list, FALSE);
  gtk_box_pack_start (self->diff_box, self->diff_list, TRUE, TRUE, 0);
}
