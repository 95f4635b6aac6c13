/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/postern-source-window.h"

#include <glib/gi18n.h>

#include "gui/widgets/title-bar.h"

/* --- text --- */

static void
show_text (GtkTextView *view, const char *text, gssize length)
{
  g_autofree char *valid = g_utf8_make_valid (text, length);

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (view), valid, -1);
}

static void
on_content (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkTextView) view = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);
  g_autoptr (GVariant) bytes = NULL;
  gsize length;

  if (reply == NULL || !g_variant_is_of_type (reply, G_VARIANT_TYPE ("(ay)")))
    {
      g_autofree char *words = error != NULL ? client_error_to_words (error) : g_strdup ("");

      show_text (view, words, -1);
      return;
    }
  bytes = g_variant_get_child_value (reply, 0);
  const char *text = g_variant_get_fixed_array (bytes, &length, 1);
  show_text (view, text, length);
}

/* --- the window --- */

static gboolean
on_key_press (GtkWidget *window, GdkEventKey *event)
{
  if (event->keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  gtk_widget_destroy (window);
  return GDK_EVENT_STOP;
}

static GtkWidget *
new_text_view (void)
{
  GtkWidget *view = gtk_text_view_new ();

  g_object_set (view, "editable", FALSE, "monospace", TRUE, "left-margin", 12, "right-margin", 12,
                "top-margin", 12, "bottom-margin", 12, NULL);
  atk_object_set_name (gtk_widget_get_accessible (view), _ ("Source of the message"));
  return view;
}

void
postern_source_window_show (PosternClient *client, const char *id, GtkWindow *parent)
{
  GtkWidget *window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  GtkWidget *scroller = gtk_scrolled_window_new (NULL, NULL);
  GtkWidget *view = new_text_view ();
  g_autofree char *title = g_strdup_printf (_ ("Message %s"), id);

  title_bar_add (GTK_WINDOW (window), title);
  g_object_set (window, "transient-for", parent, "destroy-with-parent", TRUE, "type-hint",
                GDK_WINDOW_TYPE_HINT_DIALOG, "default-width", 760, "default-height", 560, NULL);
  gtk_container_add (GTK_CONTAINER (scroller), view);
  gtk_container_add (GTK_CONTAINER (window), scroller);
  g_signal_connect (window, "key-press-event", G_CALLBACK (on_key_press), NULL);
  gtk_widget_show_all (window);
  show_text (GTK_TEXT_VIEW (view), _ ("Reading…"), -1);
  postern_client_call (client, POSTERN_PEER_DELIVERY, "Queue1.Content",
                       g_variant_new ("(st)", id, (guint64) 0), TRUE, NULL, on_content,
                       g_object_ref (view));
}
