/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/changes/postern-trial-window.h"

#include <glib/gi18n.h>

#include "gui/changes/change-list.h"
#include "gui/changes/change-time.h"
#include "gui/changes/differences.h"
#include "gui/changes/postern-temporary.h"
#include "gui/widgets/title-bar.h"

/* So often that no second is left out. */
#define TICK_MS 200

enum
{
  RESPONSE_TAKE_BACK = 1, /* as in the template */
  RESPONSE_KEEP
};

struct _PosternTrialWindow
{
  GtkDialog parent_instance;

  PosternClient *client;
  PosternTemporary *temporary; /* (unowned): of the client */
  guint64 id;
  GVariant *differences;
  gint64 end_us;   /* on the monotonic clock: this one is not turned */
  gint64 whole_us; /* from the start to the end */
  guint tick;
  gboolean listed; /* the authority has told of it once */
  gboolean over;
  gboolean asking; /* a call is under way */
  char *failure;   /* (nullable): of the last call */

  GtkLabel *title_label;
  GtkLabel *left_label;
  GtkProgressBar *left_bar;
  GtkBox *changes_box;
  GtkLabel *note_label;
  GtkWidget *take_back_button;
  GtkWidget *keep_button;
  GtkWidget *close_button;
};

G_DEFINE_TYPE (PosternTrialWindow, postern_trial_window, GTK_TYPE_DIALOG)

/* --- words --- */

static gint64
get_left_us (PosternTrialWindow *self)
{
  return MAX (self->end_us - g_get_monotonic_time (), 0);
}

static void
show_what_became (PosternTrialWindow *self)
{
  gboolean kept = differences_are_made (self->differences, self->client);

  gtk_label_set_text (self->title_label,
                      kept ? _ ("The settings are kept") : _ ("The settings were taken back"));
  gtk_label_set_text (self->left_label, kept ? _ ("Somebody else has kept them.")
                                             : _ ("What was tried is over, and the former settings "
                                                  "are in force again."));
}

static void
show_left (PosternTrialWindow *self)
{
  gint64 left_us = get_left_us (self);
  g_autofree char *span = change_time_span ((left_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
  g_autofree char *words = NULL;

  if (left_us == 0)
    words = g_strdup (_ ("The time is over; waiting for the settings service…"));
  else
    /* Translators: %s is a span such as "59 seconds" */
    words
        = g_strdup_printf (_ ("The former settings come back in %s, unless you keep these."), span);
  gtk_progress_bar_set_fraction (self->left_bar, (double) left_us / self->whole_us);
  if (!g_str_equal (words, gtk_label_get_text (self->left_label)))
    gtk_label_set_text (self->left_label, words);
}

static void
show_note (PosternTrialWindow *self)
{
  const char *note = _ ("The system itself takes them back: also when this window is closed, this "
                        "program ends, or you can no longer reach the system.");

  if (self->failure != NULL)
    note = self->failure;
  else if (!postern_client_is_ready (self->client))
    note = _ ("The settings service does not answer. Without your word it takes the settings back "
              "at the end.");
  gtk_label_set_text (self->note_label, note);
}

static void
update (PosternTrialWindow *self)
{
  gboolean can_ask = postern_client_is_ready (self->client) && !self->asking;

  if (self->over)
    show_what_became (self);
  else
    show_left (self);
  show_note (self);
  gtk_widget_set_sensitive (self->keep_button, can_ask);
  gtk_widget_set_sensitive (self->take_back_button, can_ask);
  gtk_widget_set_visible (GTK_WIDGET (self->left_bar), !self->over);
  gtk_widget_set_visible (GTK_WIDGET (self->note_label), !self->over);
  gtk_widget_set_visible (self->keep_button, !self->over);
  gtk_widget_set_visible (self->take_back_button, !self->over);
  gtk_widget_set_visible (self->close_button, self->over);
}

/* --- what happens --- */

static void
stop_ticking (PosternTrialWindow *self)
{
  g_clear_handle_id (&self->tick, g_source_remove);
}

static gboolean
on_tick (gpointer user_data)
{
  PosternTrialWindow *self = user_data;

  show_left (self);
  if (get_left_us (self) > 0)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  return G_SOURCE_REMOVE;
}

/* A list that has never had the trial in it may be older than the trial. */
static void
on_temporary_changed (PosternTrialWindow *self)
{
  gboolean listed = postern_temporary_has (self->temporary, self->id);

  self->listed = self->listed || listed;
  if (!listed && (self->listed || get_left_us (self) == 0) && !self->asking)
    {
      self->over = TRUE;
      stop_ticking (self);
    }
  update (self);
}

static void
on_asked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PosternTrialWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);

  if (self->client == NULL) /* closed meanwhile */
    return;
  self->asking = FALSE;
  if (reply != NULL)
    {
      gtk_widget_destroy (GTK_WIDGET (self));
      return;
    }
  g_free (self->failure);
  self->failure = client_error_to_words (error);
  on_temporary_changed (self);
}

static void
postern_trial_window_response (GtkDialog *dialog, int response)
{
  PosternTrialWindow *self = POSTERN_TRIAL_WINDOW (dialog);

  if (response != RESPONSE_KEEP && response != RESPONSE_TAKE_BACK)
    {
      gtk_widget_destroy (GTK_WIDGET (dialog));
      return;
    }
  self->asking = TRUE;
  g_clear_pointer (&self->failure, g_free);
  update (self);
  postern_client_call (self->client, POSTERN_PEER_AUTHORITY,
                       response == RESPONSE_KEEP ? "ServerProperties1.Keep"
                                                 : "ServerProperties1.EndTemporary",
                       g_variant_new ("(t)", self->id), TRUE, NULL, on_asked, g_object_ref (self));
}

/* --- the object --- */

static void
follow (PosternTrialWindow *self)
{
  self->temporary = postern_temporary_of (self->client);
  g_signal_connect_object (self->temporary, "changed", G_CALLBACK (on_temporary_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->client, "settings-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->client, "notify::ready", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  self->tick = g_timeout_add (TICK_MS, on_tick, self);
}

void
postern_trial_window_open (
    GtkWindow *parent, PosternClient *client, guint64 id, GVariant *differences, guint left_s)
{
  PosternTrialWindow *self = g_object_new (POSTERN_TYPE_TRIAL_WINDOW, "transient-for", parent,
                                           "use-header-bar", FALSE, NULL);
  GtkWidget *list = change_list_new (_ ("What is tried"), NULL, NULL);

  self->client = g_object_ref (client);
  self->id = id;
  self->differences = g_variant_ref (differences);
  self->whole_us = left_s * G_USEC_PER_SEC;
  self->end_us = g_get_monotonic_time () + self->whole_us;
  title_bar_add (GTK_WINDOW (self), _ ("Settings on Trial"));
  change_list_show (list, differences);
  gtk_container_add (GTK_CONTAINER (self->changes_box), list);
  follow (self);
  update (self);
  gtk_window_present (GTK_WINDOW (self));
}

static void
postern_trial_window_dispose (GObject *object)
{
  PosternTrialWindow *self = POSTERN_TRIAL_WINDOW (object);

  stop_ticking (self);
  g_clear_object (&self->client);
  g_clear_pointer (&self->differences, g_variant_unref);
  g_clear_pointer (&self->failure, g_free);
  G_OBJECT_CLASS (postern_trial_window_parent_class)->dispose (object);
}

static void
postern_trial_window_class_init (PosternTrialWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = postern_trial_window_dispose;
  GTK_DIALOG_CLASS (class)->response = postern_trial_window_response;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/postern/ServerProperties/changes/postern-trial-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PosternTrialWindow, title_label);
  gtk_widget_class_bind_template_child (widget_class, PosternTrialWindow, left_label);
  gtk_widget_class_bind_template_child (widget_class, PosternTrialWindow, left_bar);
  gtk_widget_class_bind_template_child (widget_class, PosternTrialWindow, changes_box);
  gtk_widget_class_bind_template_child (widget_class, PosternTrialWindow, note_label);
  gtk_widget_class_bind_template_child (widget_class, PosternTrialWindow, take_back_button);
  gtk_widget_class_bind_template_child (widget_class, PosternTrialWindow, keep_button);
  gtk_widget_class_bind_template_child (widget_class, PosternTrialWindow, close_button);
}

static void
postern_trial_window_init (PosternTrialWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
