/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/postern-activity-page.h"

#include <glib/gi18n.h>

#include "gui/live/activity-view.h"
#include "gui/live/live-poll.h"
#include "gui/live/plot-legend.h"
#include "gui/live/postern-refusal-list.h"
#include "gui/widgets/postern-plot.h"

#define TICK_S 2

struct _PosternActivityPage
{
  GtkBox parent_instance;
  PosternClient *client;                  /* (owned) */
  GCancellable *cancellable;              /* (owned) of what is asked now */
  GVariant *histories[POSTERN_N_SERVERS]; /* (owned) (nullable) */
  GError *problems[POSTERN_N_SERVERS];    /* (owned) (nullable) */
  guint n_asked;                          /* servers that have not answered yet */
  gint64 ask_at_us;                       /* monotonic: not before */
  PosternPlot *plot;

  GtkInfoBar *problem_bar;
  GtkLabel *problem_label;
  GtkComboBoxText *view_combo;
  GtkComboBoxText *span_combo;
  GtkPaned *paned;
  GtkFrame *plot_frame;
  GtkFlowBox *legend;
  GtkBox *list_box;
};

enum
{
  SHOW_SETTING,
  SHOW_PAGE,
  TOLD,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_TYPE (PosternActivityPage, postern_activity_page, GTK_TYPE_BOX)

static gint64
now_s (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static const ActivitySpan *
chosen_span (PosternActivityPage *self)
{
  int chosen = gtk_combo_box_get_active (GTK_COMBO_BOX (self->span_combo));
  return &activity_spans ()[MAX (chosen, 0)];
}

static guint
chosen_view (PosternActivityPage *self)
{
  return (guint) MAX (gtk_combo_box_get_active (GTK_COMBO_BOX (self->view_combo)), 0);
}

/* --- Showing --- */

static void show_plot (gpointer data);

static void
name_plot (PosternActivityPage *self)
{
  /* Translators: what is plotted, and over which time: “Mail, Last Hour”. */
  g_autofree char *name = g_strdup_printf (
      _ ("%s, %s"), _ (activity_views ()[chosen_view (self)].title), _ (chosen_span (self)->title));

  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->plot)), name);
}

static void
show_plot (gpointer user_data)
{
  PosternActivityPage *self = user_data;
  g_autoptr (PlotData) data
      = activity_view_make (chosen_view (self), chosen_span (self), now_s (), self->histories);

  plot_legend_show (self->legend, data, show_plot, self);
  plot_legend_apply (self->legend, data);
  name_plot (self);
  postern_plot_take (self->plot, g_steal_pointer (&data));
}

/* Each server that does not answer, by its name: what it has done is not in the plot. */
static void
show_problems (PosternActivityPage *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const GError *last = NULL;

  for (PosternServer server = 0; server < POSTERN_N_SERVERS; server++)
    if (self->problems[server] != NULL)
      {
        g_ptr_array_add (names, (gpointer) server_watch_get_title (server));
        last = self->problems[server];
      }
  gtk_info_bar_set_revealed (self->problem_bar, names->len > 0);
  if (names->len == 0)
    return;
  g_ptr_array_add (names, NULL);
  g_autofree char *list = g_strjoinv (", ", (char **) names->pdata);
  g_autofree char *words = client_error_to_words (last);
  /* Translators: names of servers; why they do not answer. */
  g_autofree char *text = g_strdup_printf (_ ("Not in the plot: %s. %s"), list, words);
  gtk_label_set_text (self->problem_label, text);
}

/* --- Asking --- */

typedef struct
{
  PosternActivityPage *self;
  PosternServer server;
} Asked;

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Asked *asked = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  PosternActivityPage *self = asked->self;
  g_clear_error (&self->problems[asked->server]);
  if (reply != NULL && g_variant_is_of_type (reply, G_VARIANT_TYPE ("(asa(xau))")))
    {
      g_clear_pointer (&self->histories[asked->server], g_variant_unref);
      self->histories[asked->server] = g_steal_pointer (&reply);
    }
  else if (error != NULL)
    self->problems[asked->server] = g_steal_pointer (&error);
  if (--self->n_asked > 0)
    return;
  show_plot (self);
  show_problems (self);
}

static void
ask_now (PosternActivityPage *self)
{
  const ActivitySpan *span = chosen_span (self);
  gint64 start_s = activity_span_start (span, now_s ());

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->n_asked = POSTERN_N_SERVERS;
  self->ask_at_us = g_get_monotonic_time () + span->every_s * G_USEC_PER_SEC - G_USEC_PER_SEC / 2;
  for (PosternServer server = 0; server < POSTERN_N_SERVERS; server++)
    {
      Asked *asked = g_new0 (Asked, 1);
      *asked = (Asked){ self, server };
      postern_client_call (self->client, (PosternPeer) server, "Activity1.History",
                           g_variant_new ("(xs)", start_s, span->resolution), FALSE,
                           self->cancellable, on_answered, asked);
    }
}

static void
ask (gpointer data)
{
  PosternActivityPage *self = data;

  if (self->n_asked == 0 && g_get_monotonic_time () >= self->ask_at_us)
    ask_now (self);
}

/* --- What is chosen --- */

static void
on_view_changed (PosternActivityPage *self)
{
  if (self->client != NULL)
    show_plot (self);
}

static void
on_span_changed (PosternActivityPage *self)
{
  if (self->client == NULL)
    return;
  for (PosternServer server = 0; server < POSTERN_N_SERVERS; server++)
    g_clear_pointer (&self->histories[server], g_variant_unref);
  ask_now (self);
}

static void
fill_combos (PosternActivityPage *self)
{
  for (const ActivityViewName *view = activity_views (); view->id != NULL; view++)
    gtk_combo_box_text_append (self->view_combo, view->id, _ (view->title));
  for (const ActivitySpan *span = activity_spans (); span->id != NULL; span++)
    gtk_combo_box_text_append (self->span_combo, span->id, _ (span->title));
  gtk_combo_box_set_active (GTK_COMBO_BOX (self->view_combo), 0);
  gtk_combo_box_set_active (GTK_COMBO_BOX (self->span_combo), 0);
}

/* --- Life --- */

static void
pass_setting (PosternActivityPage *self, const char *setting)
{
  g_signal_emit (self, signals[SHOW_SETTING], 0, setting);
}

static void
pass_page (PosternActivityPage *self, const char *id, const char *argument)
{
  g_signal_emit (self, signals[SHOW_PAGE], 0, id, argument);
}

static void
pass_words (PosternActivityPage *self, const char *words)
{
  g_signal_emit (self, signals[TOLD], 0, words);
}

static void
add_list (PosternActivityPage *self)
{
  GtkWidget *list = postern_refusal_list_new (self->client);

  gtk_box_pack_start (self->list_box, list, TRUE, TRUE, 0);
  g_signal_connect_swapped (list, "show-setting", G_CALLBACK (pass_setting), self);
  g_signal_connect_swapped (list, "show-page", G_CALLBACK (pass_page), self);
  g_signal_connect_swapped (list, "told", G_CALLBACK (pass_words), self);
}

static void
postern_activity_page_dispose (GObject *object)
{
  PosternActivityPage *self = POSTERN_ACTIVITY_PAGE (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  for (PosternServer server = 0; server < POSTERN_N_SERVERS; server++)
    {
      g_clear_pointer (&self->histories[server], g_variant_unref);
      g_clear_error (&self->problems[server]);
    }
  g_clear_object (&self->client);
  G_OBJECT_CLASS (postern_activity_page_parent_class)->dispose (object);
}

static guint
add_signal (GObjectClass *class, const char *name, guint n_texts)
{
  return g_signal_new (name, G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, n_texts, G_TYPE_STRING, G_TYPE_STRING);
}

static void
bind_children (GtkWidgetClass *class)
{
  gtk_widget_class_set_template_from_resource (
      class, "/org/postern/ServerProperties/live/postern-activity-page.ui");
  gtk_widget_class_bind_template_child (class, PosternActivityPage, problem_bar);
  gtk_widget_class_bind_template_child (class, PosternActivityPage, problem_label);
  gtk_widget_class_bind_template_child (class, PosternActivityPage, view_combo);
  gtk_widget_class_bind_template_child (class, PosternActivityPage, span_combo);
  gtk_widget_class_bind_template_child (class, PosternActivityPage, paned);
  gtk_widget_class_bind_template_child (class, PosternActivityPage, plot_frame);
  gtk_widget_class_bind_template_child (class, PosternActivityPage, legend);
  gtk_widget_class_bind_template_child (class, PosternActivityPage, list_box);
  gtk_widget_class_bind_template_callback (class, on_view_changed);
  gtk_widget_class_bind_template_callback (class, on_span_changed);
}

static void
postern_activity_page_class_init (PosternActivityPageClass *class)
{
  G_OBJECT_CLASS (class)->dispose = postern_activity_page_dispose;
  signals[SHOW_SETTING] = add_signal (G_OBJECT_CLASS (class), "show-setting", 1);
  signals[SHOW_PAGE] = add_signal (G_OBJECT_CLASS (class), "show-page", 2);
  signals[TOLD] = add_signal (G_OBJECT_CLASS (class), "told", 1);
  bind_children (GTK_WIDGET_CLASS (class));
}

static void
postern_activity_page_init (PosternActivityPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  self->plot = g_object_new (POSTERN_TYPE_PLOT, "visible", TRUE, NULL);
  gtk_container_add (GTK_CONTAINER (self->plot_frame), GTK_WIDGET (self->plot));
  fill_combos (self);
}

GtkWidget *
postern_activity_page_new (PosternClient *client)
{
  PosternActivityPage *self = g_object_new (POSTERN_TYPE_ACTIVITY_PAGE, NULL);

  self->client = g_object_ref (client);
  add_list (self);
  show_plot (self);
  live_poll_ask (GTK_WIDGET (self->plot), self->client, TICK_S, ask, self);
  return GTK_WIDGET (self);
}
