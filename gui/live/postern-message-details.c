/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/postern-message-details.h"

#include <glib/gi18n.h>

#include "gui/live/live-words.h"
#include "gui/live/queue-row.h"

enum
{
  COLUMN_RECIPIENT,
  COLUMN_STATE,
  COLUMN_REASON
};

struct _PosternMessageDetails
{
  GtkBox parent_instance;

  PosternClient *client;     /* (owned) */
  GCancellable *cancellable; /* (owned) (nullable): of the question under way */
  char *id;                  /* (owned) (nullable): nothing is shown */
  GVariant *shown;           /* (owned) (nullable): what Show said last */

  GtkLabel *origin_label;
  GtkListStore *recipients;
};

G_DEFINE_TYPE (PosternMessageDetails, postern_message_details, GTK_TYPE_BOX)

/* "5E2 from 192.0.2.7 (alice), arrived 23.11.2026 02:20:11" */
static char *
origin_words (const char *id, GVariant *message)
{
  const char *client = "", *user = "";
  gint64 arrived = 0;

  g_variant_lookup (message, "client", "&s", &client);
  g_variant_lookup (message, "user", "&s", &user);
  g_variant_lookup (message, "arrived", "x", &arrived);
  g_autofree char *time = live_words_time (arrived);
  if (*client == '\0')
    return g_strdup_printf (_ ("Message %s, made here, %s"), id, time);
  if (*user == '\0')
    return g_strdup_printf (_ ("Message %s, from %s, %s"), id, client, time);
  return g_strdup_printf (_ ("Message %s, from %s (%s), %s"), id, client, user, time);
}

static void
show_recipients (PosternMessageDetails *self, GVariant *message)
{
  g_autoptr (GVariant) all
      = g_variant_lookup_value (message, "all-recipients", G_VARIANT_TYPE ("aa{sv}"));
  gsize count = all != NULL ? g_variant_n_children (all) : 0;

  gtk_list_store_clear (self->recipients);
  for (gsize i = 0; i < count; i++)
    {
      g_autoptr (GVariant) recipient = g_variant_get_child_value (all, i);
      const char *address = "", *state = "", *reason = "";

      g_variant_lookup (recipient, "address", "&s", &address);
      g_variant_lookup (recipient, "state", "&s", &state);
      g_variant_lookup (recipient, "reason", "&s", &reason);
      gtk_list_store_insert_with_values (self->recipients, NULL, -1, COLUMN_RECIPIENT, address,
                                         COLUMN_STATE, queue_row_state_words (state), COLUMN_REASON,
                                         reason, -1);
    }
}

/* A message that has gone meanwhile is no longer in the list either. */
static void
on_shown (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);
  g_autoptr (GVariant) message = NULL;

  if (reply == NULL || !g_variant_is_of_type (reply, G_VARIANT_TYPE ("(a{sv})")))
    return;
  PosternMessageDetails *self = user_data;
  message = g_variant_get_child_value (reply, 0);
  if (self->shown != NULL && g_variant_equal (self->shown, message))
    return;
  g_autofree char *origin = origin_words (self->id, message);
  gtk_label_set_text (self->origin_label, origin);
  show_recipients (self, message);
  g_clear_pointer (&self->shown, g_variant_unref);
  self->shown = g_steal_pointer (&message);
  gtk_widget_show (GTK_WIDGET (self));
}

static void
forget (PosternMessageDetails *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

void
postern_message_details_refresh (PosternMessageDetails *self)
{
  if (self->id == NULL)
    return;
  forget (self);
  self->cancellable = g_cancellable_new ();
  postern_client_call (self->client, POSTERN_PEER_DELIVERY, "Queue1.Show",
                       g_variant_new ("(s)", self->id), FALSE, self->cancellable, on_shown, self);
}

void
postern_message_details_show (PosternMessageDetails *self, const char *id)
{
  if (g_strcmp0 (self->id, id) == 0)
    return;
  forget (self);
  g_free (self->id);
  self->id = g_strdup (id);
  g_clear_pointer (&self->shown, g_variant_unref);
  if (id == NULL)
    gtk_widget_hide (GTK_WIDGET (self));
  postern_message_details_refresh (self);
}

GtkWidget *
postern_message_details_new (PosternClient *client)
{
  PosternMessageDetails *self = g_object_new (POSTERN_TYPE_MESSAGE_DETAILS, NULL);

  self->client = g_object_ref (client);
  return GTK_WIDGET (self);
}

static void
postern_message_details_dispose (GObject *object)
{
  PosternMessageDetails *self = POSTERN_MESSAGE_DETAILS (object);

  forget (self);
  g_clear_object (&self->client);
  g_clear_pointer (&self->shown, g_variant_unref);
  g_clear_pointer (&self->id, g_free);
  G_OBJECT_CLASS (postern_message_details_parent_class)->dispose (object);
}

static void
postern_message_details_class_init (PosternMessageDetailsClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = postern_message_details_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/postern/ServerProperties/live/postern-message-details.ui");
  gtk_widget_class_bind_template_child (widget_class, PosternMessageDetails, origin_label);
  gtk_widget_class_bind_template_child (widget_class, PosternMessageDetails, recipients);
}

static void
postern_message_details_init (PosternMessageDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
