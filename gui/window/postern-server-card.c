/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/window/postern-server-card.h"

#include <glib/gi18n.h>

#include "gui/client/authority-words.h"

#define TROUBLES_SECONDS 15

struct _PosternServerCard
{
  GtkBox parent_instance;

  PosternSystem *system;
  PosternServer server;
  GCancellable *cancellable; /* (owned) (nullable): of the question about troubles */
  guint source;              /* the next question; 0 while the card is not on the screen */
  char *revision_problem;    /* (nullable) */
  GStrv troubles;            /* (nullable): as last told */
  gboolean updating;         /* the switch moves by itself */

  GtkImage *icon;
  GtkLabel *title;
  GtkImage *state_icon;
  GtkLabel *state;
  GtkWidget *facts;
  GtkLabel *endpoints;
  GtkLabel *revision;
  GtkBox *problems;
  GtkWidget *autostart_box;
  GtkSwitch *autostart;
  GtkWidget *start_button;
  GtkWidget *stop_button;
  GtkWidget *restart_button;
  GtkWidget *properties_button;
};

static guint properties_signal;

G_DEFINE_TYPE (PosternServerCard, postern_server_card, GTK_TYPE_BOX)

static const char *const icons[POSTERN_N_SERVERS]
    = { "mail-send-symbolic", "mail-unread-symbolic", "mail-forward-symbolic" };

/* --- problems --- */

static void
add_problem (PosternServerCard *self, const char *icon, const char *words)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *image = gtk_image_new_from_icon_name (icon, GTK_ICON_SIZE_MENU);
  GtkWidget *label = gtk_label_new (words);

  g_object_set (label, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR, "xalign", 0.0, "selectable",
                TRUE, "can-focus", FALSE, NULL);
  gtk_widget_set_valign (image, GTK_ALIGN_START);
  gtk_container_add (GTK_CONTAINER (row), image);
  gtk_container_add (GTK_CONTAINER (row), label);
  gtk_style_context_add_class (gtk_widget_get_style_context (row), "field-warning");
  gtk_widget_show_all (row);
  gtk_container_add (GTK_CONTAINER (self->problems), row);
}

static void
show_problems (PosternServerCard *self)
{
  g_autoptr (GList) former = gtk_container_get_children (GTK_CONTAINER (self->problems));

  for (GList *item = former; item != NULL; item = item->next)
    gtk_widget_destroy (item->data);
  if (self->revision_problem != NULL)
    add_problem (self, "dialog-error-symbolic", self->revision_problem);
  for (gsize i = 0; self->troubles != NULL && self->troubles[i] != NULL; i++)
    {
      g_autofree char *words = authority_words (self->troubles[i]);

      add_problem (self, "dialog-warning-symbolic", words);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->problems),
                          self->revision_problem != NULL
                              || (self->troubles != NULL && self->troubles[0] != NULL));
}

/* What a server does not answer stays as it was. */
static void
on_troubles (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PosternServerCard) self = user_data;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, NULL);

  if (reply == NULL || self->system == NULL)
    return;
  g_strfreev (self->troubles);
  g_variant_get (reply, "(^as)", &self->troubles);
  show_problems (self);
}

static gboolean
ask_for_troubles (gpointer user_data)
{
  PosternServerCard *self = user_data;
  PosternClient *client = postern_system_get_client (self->system);

  if (postern_client_get_server (client, self->server).running)
    postern_client_call (client, (PosternPeer) self->server, "Server1.Troubles",
                         g_variant_new ("()"), FALSE, self->cancellable, on_troubles,
                         g_object_ref (self));
  return G_SOURCE_CONTINUE;
}

/* --- the state --- */

static void
update_state (PosternServerCard *self, const ServerState *state)
{
  g_autofree char *endpoints
      = state->endpoints != NULL ? g_strjoinv (", ", (char **) state->endpoints) : NULL;
  g_autofree char *revision
      = g_strdup_printf (_ ("Revision %lu is in force"), (gulong) state->revision);

  gtk_image_set_from_icon_name (
      self->state_icon, state->running ? "postern-started" : "postern-stopped", GTK_ICON_SIZE_MENU);
  gtk_label_set_text (self->state, state->running ? _ ("Started") : _ ("Stopped"));
  gtk_widget_set_visible (self->facts, state->running);
  gtk_label_set_text (self->endpoints, endpoints != NULL && *endpoints != '\0'
                                           ? endpoints
                                           : _ ("nothing: it takes no connections"));
  gtk_label_set_text (self->revision, revision);
}

static void
update_problems (PosternServerCard *self, const ServerState *state)
{
  g_free (self->revision_problem);
  self->revision_problem
      = state->running && *state->problem != '\0' ? g_strdup_printf (
            _ ("The newest settings could not be put in force: %s"), state->problem)
                                                  : NULL;
  if (!state->running)
    g_clear_pointer (&self->troubles, g_strfreev);
  show_problems (self);
}

static void
update_autostart (PosternServerCard *self)
{
  gboolean known;
  gboolean on = postern_system_get_autostart (self->system, self->server, &known);

  self->updating = TRUE;
  gtk_switch_set_active (self->autostart, on);
  gtk_switch_set_state (self->autostart, on);
  self->updating = FALSE;
  gtk_widget_set_sensitive (self->autostart_box, known);
}

static void
update (PosternServerCard *self)
{
  PosternClient *client = postern_system_get_client (self->system);
  ServerState state = postern_client_get_server (client, self->server);

  update_state (self, &state);
  update_problems (self, &state);
  update_autostart (self);
  gtk_widget_set_sensitive (self->start_button,
                            postern_system_can (self->system, self->server, POSTERN_DEED_START));
  gtk_widget_set_sensitive (self->stop_button,
                            postern_system_can (self->system, self->server, POSTERN_DEED_STOP));
  gtk_widget_set_sensitive (self->restart_button,
                            postern_system_can (self->system, self->server, POSTERN_DEED_RESTART));
  gtk_widget_set_sensitive (self->properties_button, postern_client_has_settings (client));
}

/* --- what is pressed --- */

static void
on_start (PosternServerCard *self)
{
  postern_system_do (self->system, self->server, POSTERN_DEED_START);
}

static void
on_stop (PosternServerCard *self)
{
  postern_system_do (self->system, self->server, POSTERN_DEED_STOP);
}

static void
on_restart (PosternServerCard *self)
{
  postern_system_do (self->system, self->server, POSTERN_DEED_RESTART);
}

static void
on_properties (PosternServerCard *self)
{
  g_signal_emit (self, properties_signal, 0);
}

/* The switch moves when the settings do. */
static gboolean
on_autostart (PosternServerCard *self, gboolean on)
{
  if (!self->updating)
    postern_system_set_autostart (self->system, self->server, on);
  return GDK_EVENT_STOP;
}

/* --- the object --- */

static void
name_button (GtkWidget *button, const char *format, PosternServer server)
{
  g_autofree char *name = g_strdup_printf (format, server_watch_get_title (server));

  atk_object_set_name (gtk_widget_get_accessible (button), name);
  gtk_widget_set_tooltip_text (button, name);
}

/* There may be a card for each server on a page, so each button says whose it is. */
static void
name_buttons (PosternServerCard *self)
{
  name_button (self->start_button, _ ("Start %s"), self->server);
  name_button (self->stop_button, _ ("Stop %s"), self->server);
  name_button (self->restart_button, _ ("Restart %s"), self->server);
  name_button (self->properties_button, _ ("Properties of %s"), self->server);
  name_button (GTK_WIDGET (self->autostart), _ ("Start %s automatically"), self->server);
}

GtkWidget *
postern_server_card_new (PosternSystem *system, PosternServer server)
{
  PosternServerCard *self = g_object_new (POSTERN_TYPE_SERVER_CARD, NULL);
  gboolean alive = postern_system_get_kind (system) != POSTERN_SYSTEM_BACKUP;
  GtkWidget *live_parts[] = { GTK_WIDGET (self->state_icon),
                              GTK_WIDGET (self->state),
                              self->autostart_box,
                              self->start_button,
                              self->stop_button,
                              self->restart_button };

  self->system = g_object_ref (system);
  self->server = server;
  gtk_image_set_from_icon_name (self->icon, icons[server], GTK_ICON_SIZE_DND);
  gtk_label_set_text (self->title, server_watch_get_title (server));
  name_buttons (self);
  for (gsize i = 0; i < G_N_ELEMENTS (live_parts); i++)
    gtk_widget_set_visible (live_parts[i], alive);
  g_signal_connect_object (system, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

static void
postern_server_card_map (GtkWidget *widget)
{
  PosternServerCard *self = POSTERN_SERVER_CARD (widget);

  GTK_WIDGET_CLASS (postern_server_card_parent_class)->map (widget);
  self->cancellable = g_cancellable_new ();
  self->source = g_timeout_add_seconds (TROUBLES_SECONDS, ask_for_troubles, self);
  ask_for_troubles (self);
}

static void
postern_server_card_unmap (GtkWidget *widget)
{
  PosternServerCard *self = POSTERN_SERVER_CARD (widget);

  g_clear_handle_id (&self->source, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  GTK_WIDGET_CLASS (postern_server_card_parent_class)->unmap (widget);
}

static void
postern_server_card_dispose (GObject *object)
{
  PosternServerCard *self = POSTERN_SERVER_CARD (object);

  g_clear_object (&self->system);
  g_clear_pointer (&self->revision_problem, g_free);
  g_clear_pointer (&self->troubles, g_strfreev);
  G_OBJECT_CLASS (postern_server_card_parent_class)->dispose (object);
}

static void
postern_server_card_class_init (PosternServerCardClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = postern_server_card_dispose;
  widget_class->map = postern_server_card_map;
  widget_class->unmap = postern_server_card_unmap;
  properties_signal = g_signal_new ("properties", POSTERN_TYPE_SERVER_CARD, G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/postern/ServerProperties/window/postern-server-card.ui");
  gtk_widget_class_bind_template_child (widget_class, PosternServerCard, icon);
  gtk_widget_class_bind_template_child (widget_class, PosternServerCard, title);
  gtk_widget_class_bind_template_child (widget_class, PosternServerCard, state_icon);
  gtk_widget_class_bind_template_child (widget_class, PosternServerCard, state);
  gtk_widget_class_bind_template_child (widget_class, PosternServerCard, facts);
  gtk_widget_class_bind_template_child (widget_class, PosternServerCard, endpoints);
  gtk_widget_class_bind_template_child (widget_class, PosternServerCard, revision);
  gtk_widget_class_bind_template_child (widget_class, PosternServerCard, problems);
  gtk_widget_class_bind_template_child (widget_class, PosternServerCard, autostart_box);
  gtk_widget_class_bind_template_child (widget_class, PosternServerCard, autostart);
  gtk_widget_class_bind_template_child (widget_class, PosternServerCard, start_button);
  gtk_widget_class_bind_template_child (widget_class, PosternServerCard, stop_button);
  gtk_widget_class_bind_template_child (widget_class, PosternServerCard, restart_button);
  gtk_widget_class_bind_template_child (widget_class, PosternServerCard, properties_button);
  gtk_widget_class_bind_template_callback (widget_class, on_start);
  gtk_widget_class_bind_template_callback (widget_class, on_stop);
  gtk_widget_class_bind_template_callback (widget_class, on_restart);
  gtk_widget_class_bind_template_callback (widget_class, on_properties);
  gtk_widget_class_bind_template_callback (widget_class, on_autostart);
}

static void
postern_server_card_init (PosternServerCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
