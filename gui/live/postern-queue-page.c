/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/postern-queue-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/live/live-poll.h"
#include "gui/live/postern-message-details.h"
#include "gui/live/postern-source-window.h"
#include "gui/live/queue-deed.h"
#include "gui/live/queue-reading.h"
#include "gui/live/queue-row.h"

#define ASK_INTERVAL_S 2
/* Of a long queue, reading it shall take no more than such a part of the time. */
#define REST_FACTOR 20

struct _PosternQueuePage
{
  GtkBox parent_instance;

  PosternClient *client;       /* (owned) */
  GCancellable *cancellable;   /* (owned): of what is read */
  GCancellable *work;          /* (owned) (nullable): of the deed under way */
  GSimpleActionGroup *actions; /* (owned) */
  PosternRowStore *store;      /* (owned) */
  PosternRowView *view;
  PosternMessageDetails *details;
  char *needle; /* (owned) (nullable) folded: what is filtered by */
  gboolean is_asking;
  gint64 asked_us, ask_at_us; /* monotonic: when it began, and not before when it begins again */

  GtkInfoBar *problem_bar;
  GtkLabel *problem_label;
  GtkComboBox *state_box;
  GtkSearchEntry *search_entry;
  GtkPaned *paned;
  GtkRevealer *work_revealer;
  GtkProgressBar *work_bar;
  GtkLabel *count_label;
  GMenuModel *menu;
};

static guint told_signal;

G_DEFINE_TYPE (PosternQueuePage, postern_queue_page, GTK_TYPE_BOX)

/* --- what can be done now --- */

static void
set_enabled (PosternQueuePage *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
update_actions (PosternQueuePage *self)
{
  guint selected = postern_row_view_count_selected (self->view);
  static const char *const deeds[] = { "hold", "release", "retry", "remove" };

  for (gsize i = 0; i < G_N_ELEMENTS (deeds); i++)
    set_enabled (self, deeds[i], selected > 0 && self->work == NULL);
  set_enabled (self, "source", selected == 1);
}

static void
on_selection_changed (PosternQueuePage *self)
{
  g_autoptr (GPtrArray) rows = postern_row_view_get_selected (self->view);

  postern_message_details_show (
      self->details, rows->len == 1 ? postern_row_get_text (rows->pdata[0], QUEUE_ROW_ID) : NULL);
  update_actions (self);
}

/* --- the list --- */

static void
show_problem (PosternQueuePage *self, const GError *error)
{
  g_autofree char *words = NULL;

  if (g_error_matches (error, CLIENT_ERROR, CLIENT_ERROR_UNREACHABLE))
    words = g_strdup (
        _ ("The delivery server does not run. What is in the queue waits until it is started."));
  else if (error != NULL)
    words = client_error_to_words (error);
  if (words != NULL)
    gtk_label_set_text (self->problem_label, words);
  gtk_info_bar_set_revealed (self->problem_bar, words != NULL);
}

static void
show_count (PosternQueuePage *self)
{
  guint count = postern_row_store_count (self->store);
  g_autofree char *words = g_strdup_printf (ngettext ("%u message", "%u messages", count), count);

  gtk_label_set_text (self->count_label, words);
  postern_row_view_set_empty_words (self->view, count > 0 ? _ ("No message is like that.")
                                                          : _ ("The queue is empty."));
  update_actions (self);
}

static void
on_read (gpointer user_data, GVariant *messages, const GError *error)
{
  PosternQueuePage *self = user_data;
  gint64 now_us;

  self->is_asking = FALSE;
  if (messages != NULL)
    {
      postern_row_store_replace (self->store, queue_row_make_all (self->store, messages));
      show_count (self);
      postern_message_details_refresh (self->details);
    }
  show_problem (self, error);
  now_us = g_get_monotonic_time ();
  self->ask_at_us = now_us + REST_FACTOR * (now_us - self->asked_us);
}

static void
ask_now (PosternQueuePage *self)
{
  if (self->is_asking)
    return;
  self->is_asking = TRUE;
  self->asked_us = g_get_monotonic_time ();
  queue_reading_start (self->client, g_variant_dict_new (NULL), self->cancellable, on_read, self);
}

static void
ask (gpointer user_data)
{
  PosternQueuePage *self = user_data;

  if (g_get_monotonic_time () >= self->ask_at_us)
    ask_now (self);
}

static void
count_down (gpointer user_data)
{
  postern_row_view_redraw (((PosternQueuePage *) user_data)->view);
}

/* --- deeds --- */

static void
end_work (PosternQueuePage *self)
{
  g_clear_object (&self->work);
  gtk_revealer_set_reveal_child (self->work_revealer, FALSE);
  if (self->view != NULL)
    update_actions (self);
}

static void
on_progress (gpointer user_data, double part)
{
  PosternQueuePage *self = user_data;

  gtk_progress_bar_set_fraction (self->work_bar, part);
  gtk_revealer_set_reveal_child (self->work_revealer, part < 1);
}

static void
on_ended (gpointer user_data, const QueueDeed *deed, guint count, const GError *error)
{
  g_autoptr (PosternQueuePage) self = user_data;
  g_autofree char *done = deed->tell (count);
  g_autofree char *reason = error != NULL ? client_error_to_words (error) : NULL;
  g_autofree char *words = NULL;

  if (self->client == NULL) /* the page has gone meanwhile */
    return;
  if (reason != NULL && count == 0)
    words = g_steal_pointer (&reason);
  else if (reason != NULL)
    words = g_strdup_printf ("%s %s", done, reason);
  else if (g_cancellable_is_cancelled (self->work))
    words = g_strdup_printf (_ ("%s Then it was cancelled."), done);
  else
    words = g_steal_pointer (&done);
  end_work (self);
  g_signal_emit (self, told_signal, 0, words);
  ask_now (self);
}

static const QueueDeedListener listener = { on_progress, on_ended };

static void
start (PosternQueuePage *self, const QueueDeed *deed)
{
  g_autoptr (GPtrArray) rows = postern_row_view_get_selected (self->view);
  GPtrArray *ids = g_ptr_array_new_full (rows->len, g_free);

  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (ids, g_strdup (postern_row_get_text (rows->pdata[i], QUEUE_ROW_ID)));
  self->work = g_cancellable_new ();
  gtk_progress_bar_set_fraction (self->work_bar, 0);
  update_actions (self);
  queue_deed_start (deed, self->client, ids, self->work, &listener, g_object_ref (self));
}

static void
hold (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  start (user_data, &queue_deed_hold);
}

static void
release (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  start (user_data, &queue_deed_release);
}

static void
retry (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  start (user_data, &queue_deed_retry);
}

static void
on_remove_answered (PosternQueuePage *self, int response, GtkWidget *question)
{
  gtk_widget_destroy (question);
  if (response == GTK_RESPONSE_ACCEPT && postern_row_view_count_selected (self->view) > 0
      && self->work == NULL)
    start (self, &queue_deed_remove);
}

static void
ask_to_remove (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PosternQueuePage *self = user_data;
  guint count = postern_row_view_count_selected (self->view);
  GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (self));
  GtkWidget *question = gtk_message_dialog_new (
      GTK_WINDOW (window), GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT, GTK_MESSAGE_WARNING,
      GTK_BUTTONS_NONE, ngettext ("Remove %u message?", "Remove %u messages?", count), count);
  GtkWidget *button;

  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (question), "%s",
                                            _ ("What is removed is not delivered, and the senders "
                                               "are not told. It cannot be brought back."));
  gtk_dialog_add_button (GTK_DIALOG (question), _ ("_Cancel"), GTK_RESPONSE_CANCEL);
  button = gtk_dialog_add_button (GTK_DIALOG (question), _ ("_Remove"), GTK_RESPONSE_ACCEPT);
  gtk_style_context_add_class (gtk_widget_get_style_context (button),
                               GTK_STYLE_CLASS_DESTRUCTIVE_ACTION);
  gtk_dialog_set_default_response (GTK_DIALOG (question), GTK_RESPONSE_CANCEL);
  g_signal_connect_object (question, "response", G_CALLBACK (on_remove_answered), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (question));
}

static void
show_source (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PosternQueuePage *self = user_data;
  g_autoptr (GPtrArray) rows = postern_row_view_get_selected (self->view);

  postern_source_window_show (self->client, postern_row_get_text (rows->pdata[0], QUEUE_ROW_ID),
                              GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self))));
}

static void
on_cancel_work (PosternQueuePage *self)
{
  if (self->work != NULL)
    g_cancellable_cancel (self->work);
}

static const GActionEntry entries[] = {
  { .name = "hold", .activate = hold },          { .name = "release", .activate = release },
  { .name = "retry", .activate = retry },        { .name = "remove", .activate = ask_to_remove },
  { .name = "source", .activate = show_source },
};

/* --- the filter --- */

static gboolean
contains (const PosternRow *row, guint cell, const char *needle)
{
  g_autofree char *text = g_utf8_casefold (postern_row_get_text (row, cell), -1);

  return strstr (text, needle) != NULL;
}

/* @state: "all", a state, or "stopped": held or kept */
static gboolean
has_state (const PosternRow *row, const char *state)
{
  const char *its_state = postern_row_get_text (row, QUEUE_ROW_STATE);

  if (g_str_equal (state, "all"))
    return TRUE;
  if (g_str_equal (state, "stopped"))
    return g_str_equal (its_state, "held") || g_str_equal (its_state, "kept");
  return g_str_equal (its_state, "waiting") || g_str_equal (its_state, "active");
}

static gboolean
is_wanted (const PosternRow *row, gpointer user_data)
{
  PosternQueuePage *self = user_data;

  return has_state (row, gtk_combo_box_get_active_id (self->state_box))
         && (self->needle == NULL || contains (row, QUEUE_ROW_SENDER, self->needle)
             || contains (row, QUEUE_ROW_RECIPIENTS, self->needle)
             || contains (row, QUEUE_ROW_REASON, self->needle));
}

static void
on_filter_changed (PosternQueuePage *self)
{
  const char *text = gtk_entry_get_text (GTK_ENTRY (self->search_entry));

  if (self->store == NULL)
    return;
  g_free (self->needle);
  self->needle = *text != '\0' ? g_utf8_casefold (text, -1) : NULL;
  postern_row_store_refilter (self->store);
  update_actions (self);
}

static gboolean
on_key_press (PosternQueuePage *self, GdkEventKey *event)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "remove");

  if ((event->keyval != GDK_KEY_Delete && event->keyval != GDK_KEY_KP_Delete)
      || !g_action_get_enabled (action))
    return GDK_EVENT_PROPAGATE;
  g_action_activate (action, NULL);
  return GDK_EVENT_STOP;
}

/* --- the object --- */

static void
add_list (PosternQueuePage *self)
{
  PosternRowViewPlan plan = { .name = _ ("Queued messages"),
                              .columns = queue_row_columns,
                              .n_columns = QUEUE_ROW_N_COLUMNS,
                              .menu = g_object_ref (self->menu) };

  self->store = postern_row_store_new (&queue_row_shape);
  plan.store = g_object_ref (self->store);
  self->view = POSTERN_ROW_VIEW (postern_row_view_new (&plan));
  postern_row_view_sort (self->view, QUEUE_ROW_ARRIVED, GTK_SORT_ASCENDING);
  postern_row_store_set_filter (self->store, is_wanted, self);
  gtk_paned_pack1 (self->paned, GTK_WIDGET (self->view), TRUE, FALSE);
  self->details = POSTERN_MESSAGE_DETAILS (postern_message_details_new (self->client));
  gtk_paned_pack2 (self->paned, GTK_WIDGET (self->details), FALSE, FALSE);
  g_signal_connect_object (self->view, "selection-changed", G_CALLBACK (on_selection_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "key-press-event", G_CALLBACK (on_key_press), self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
postern_queue_page_new (PosternClient *client)
{
  PosternQueuePage *self = g_object_new (POSTERN_TYPE_QUEUE_PAGE, NULL);

  self->client = g_object_ref (client);
  add_list (self);
  update_actions (self);
  live_poll_ask (GTK_WIDGET (self->paned), self->client, ASK_INTERVAL_S, ask, self);
  live_poll_tick (GTK_WIDGET (self->paned), count_down, self);
  return GTK_WIDGET (self);
}

/* A deed under way goes on; only the page no longer hears of it. */
static void
postern_queue_page_dispose (GObject *object)
{
  PosternQueuePage *self = POSTERN_QUEUE_PAGE (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->store != NULL)
    postern_row_store_set_filter (self->store, NULL, NULL);
  g_clear_object (&self->store);
  g_clear_object (&self->actions);
  g_clear_object (&self->client);
  g_clear_object (&self->work);
  g_clear_pointer (&self->needle, g_free);
  G_OBJECT_CLASS (postern_queue_page_parent_class)->dispose (object);
}

static void
postern_queue_page_class_init (PosternQueuePageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = postern_queue_page_dispose;
  told_signal = g_signal_new ("told", POSTERN_TYPE_QUEUE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/postern/ServerProperties/live/postern-queue-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PosternQueuePage, problem_bar);
  gtk_widget_class_bind_template_child (widget_class, PosternQueuePage, problem_label);
  gtk_widget_class_bind_template_child (widget_class, PosternQueuePage, state_box);
  gtk_widget_class_bind_template_child (widget_class, PosternQueuePage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, PosternQueuePage, paned);
  gtk_widget_class_bind_template_child (widget_class, PosternQueuePage, work_revealer);
  gtk_widget_class_bind_template_child (widget_class, PosternQueuePage, work_bar);
  gtk_widget_class_bind_template_child (widget_class, PosternQueuePage, count_label);
  gtk_widget_class_bind_template_child (widget_class, PosternQueuePage, menu);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel_work);
}

static void
postern_queue_page_init (PosternQueuePage *self)
{
  self->cancellable = g_cancellable_new ();
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "queue", G_ACTION_GROUP (self->actions));
  gtk_widget_init_template (GTK_WIDGET (self));
}
