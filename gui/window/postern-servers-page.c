/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/window/postern-servers-page.h"

#include <glib/gi18n.h>

#include "gui/window/postern-server-card.h"

struct _PosternServersPage
{
  GtkBox parent_instance;
};

static guint properties_signal;

G_DEFINE_TYPE (PosternServersPage, postern_servers_page, GTK_TYPE_BOX)

static const char *const sentences[POSTERN_N_SERVERS] = {
  N_ ("The SMTP server takes messages in, and decides which ones it relays."),
  N_ ("The POP server gives users their mail; who has logged on to it may relay for a while."),
  N_ ("The delivery server brings messages to mailboxes here, and to other hosts."),
};

static const char *
sentence_for (PosternSystem *system, int server)
{
  if (postern_system_get_kind (system) == POSTERN_SYSTEM_BACKUP)
    return _ ("A settings file has no servers: its properties can be changed, and are in force "
              "where the file is used.");
  return server < 0 ? _ ("The mail servers of this system.") : _ (sentences[server]);
}

static void
on_properties (PosternServersPage *self, PosternServerCard *card)
{
  g_signal_emit (self, properties_signal, 0,
                 GPOINTER_TO_INT (g_object_get_data (G_OBJECT (card), "server")));
}

static void
add_card (PosternServersPage *self, GtkContainer *box, PosternSystem *system, PosternServer server)
{
  GtkWidget *card = postern_server_card_new (system, server);

  g_object_set_data (G_OBJECT (card), "server", GINT_TO_POINTER (server));
  g_signal_connect_object (card, "properties", G_CALLBACK (on_properties), self, G_CONNECT_SWAPPED);
  gtk_container_add (box, card);
}

GtkWidget *
postern_servers_page_new (PosternSystem *system, int server)
{
  PosternServersPage *self = g_object_new (POSTERN_TYPE_SERVERS_PAGE, "visible", TRUE, NULL);
  GtkWidget *scroller = gtk_scrolled_window_new (NULL, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *label = gtk_label_new (sentence_for (system, server));
  gboolean backup = postern_system_get_kind (system) == POSTERN_SYSTEM_BACKUP;

  g_object_set (label, "wrap", TRUE, "xalign", 0.0, NULL);
  gtk_style_context_add_class (gtk_widget_get_style_context (label), "dim-label");
  g_object_set (box, "margin", 12, NULL);
  g_object_set (scroller, "hscrollbar-policy", GTK_POLICY_NEVER, "expand", TRUE, NULL);
  gtk_container_add (GTK_CONTAINER (box), label);
  gtk_container_add (GTK_CONTAINER (scroller), box);
  gtk_container_add (GTK_CONTAINER (self), scroller);
  gtk_widget_show_all (scroller);
  for (int i = 0; i < POSTERN_N_SERVERS; i++)
    if ((server < 0 || server == i) && !(backup && i == POSTERN_SERVER_DELIVERY))
      add_card (self, GTK_CONTAINER (box), system, i);
  return GTK_WIDGET (self);
}

static void
postern_servers_page_class_init (PosternServersPageClass *class)
{
  properties_signal = g_signal_new ("properties", POSTERN_TYPE_SERVERS_PAGE, G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
postern_servers_page_init (PosternServersPage *self)
{
}
