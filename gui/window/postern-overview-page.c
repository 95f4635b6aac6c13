/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/window/postern-overview-page.h"

#include <glib/gi18n.h>

#include "gui/live/live-page.h"

/* Whom the history names where somebody edited the settings file. */
#define BY_HAND "by hand"

struct _PosternOverviewPage
{
  GtkBox parent_instance;

  PosternSystem *system;
  GCancellable *cancellable; /* (owned): of the question about the history */
  guint64 revision_known;    /* whose maker is shown */

  GtkImage *icon;
  GtkLabel *name;
  GtkLabel *place;
  GtkLabel *state;
  GtkLabel *revision;
  GtkLabel *change;
  GtkListBox *links;
};

static guint show_page_signal;

G_DEFINE_TYPE (PosternOverviewPage, postern_overview_page, GTK_TYPE_BOX)

/* --- facts --- */

static char *
place_words (PosternSystem *system)
{
  const char *where = postern_client_get_where (postern_system_get_client (system));

  if (g_str_equal (where, "system"))
    return g_strdup (_ ("On the bus of this system"));
  if (g_str_equal (where, "session"))
    return g_strdup (_ ("On the bus of your session"));
  if (g_str_has_prefix (where, "ssh:"))
    return g_strdup_printf (_ ("Over ssh to %s"), where + strlen ("ssh:"));
  if (g_str_has_prefix (where, "file:"))
    return g_strdup_printf (_ ("The settings file %s"), where + strlen ("file:"));
  return g_strdup_printf (_ ("On the bus %s"), where);
}

/* The newest entry of the history has the revision in force. */
static void
show_change (PosternOverviewPage *self, GVariant *history)
{
  gint64 time;
  const char *who;

  if (g_variant_n_children (history) == 0)
    {
      gtk_label_set_text (self->change, _ ("Not changed yet"));
      return;
    }
  g_variant_get_child (history, 0, "(tx&s@as)", &self->revision_known, &time, &who, NULL);

  g_autoptr (GDateTime) moment = g_date_time_new_from_unix_local (time);
  g_autofree char *date = moment != NULL ? g_date_time_format (moment, "%c") : g_strdup ("");
  g_autofree char *words = g_str_equal (who, BY_HAND)
                               /* Translators: date and time */
                               ? g_strdup_printf (_ ("In the file itself, %s"), date)
                               /* Translators: a user, and date and time */
                               : g_strdup_printf (_ ("By %s, %s"), who, date);
  gtk_label_set_text (self->change, words);
}

static void
on_history (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, NULL);
  g_autoptr (GVariant) history = NULL;

  if (reply == NULL)
    return; /* cancelled, or away, and then the state says so */
  history = g_variant_get_child_value (reply, 0);
  show_change (user_data, history);
}

static void
ask_for_history (PosternOverviewPage *self)
{
  PosternClient *client = postern_system_get_client (self->system);

  if (postern_client_is_ready (client) && gtk_widget_get_mapped (GTK_WIDGET (self))
      && self->revision_known != postern_client_get_revision (client))
    postern_client_call (client, POSTERN_PEER_AUTHORITY, "ServerProperties1.History",
                         g_variant_new ("()"), FALSE, self->cancellable, on_history, self);
}

static void
update (PosternOverviewPage *self)
{
  PosternClient *client = postern_system_get_client (self->system);
  const char *problem = postern_client_get_problem (client);
  g_autofree char *revision
      = g_strdup_printf (_ ("Revision %lu"), (gulong) postern_client_get_revision (client));

  if (postern_client_is_ready (client))
    gtk_label_set_text (self->state, postern_system_get_kind (self->system) == POSTERN_SYSTEM_BACKUP
                                         ? _ ("Open, without servers")
                                         : _ ("Connected"));
  else
    gtk_label_set_text (self->state, problem != NULL ? problem : _ ("Connecting…"));
  gtk_label_set_text (self->revision,
                      postern_client_has_settings (client) ? revision : _ ("Not known yet"));
  ask_for_history (self);
}

/* --- where to go --- */

static void
add_link (PosternOverviewPage *self, const char *icon, const char *title, const char *page)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (title);

  gtk_widget_set_hexpand (label, TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_container_add (GTK_CONTAINER (box), gtk_image_new_from_icon_name (icon, GTK_ICON_SIZE_MENU));
  gtk_container_add (GTK_CONTAINER (box), label);
  gtk_container_add (GTK_CONTAINER (box),
                     gtk_image_new_from_icon_name ("go-next-symbolic", GTK_ICON_SIZE_MENU));
  g_object_set (box, "margin", 10, NULL);
  gtk_container_add (GTK_CONTAINER (row), box);
  atk_object_set_name (gtk_widget_get_accessible (row), title);
  g_object_set_data (G_OBJECT (row), "page", (gpointer) g_intern_string (page));
  gtk_widget_show_all (row);
  gtk_container_add (GTK_CONTAINER (self->links), row);
}

static void
on_link (PosternOverviewPage *self, GtkListBoxRow *row)
{
  g_signal_emit (self, show_page_signal, 0, g_object_get_data (G_OBJECT (row), "page"), "");
}

GtkWidget *
postern_overview_page_new (PosternSystem *system)
{
  PosternOverviewPage *self = g_object_new (POSTERN_TYPE_OVERVIEW_PAGE, NULL);
  g_autofree char *place = place_words (system);

  self->system = g_object_ref (system);
  gtk_image_set_from_icon_name (self->icon, postern_system_get_icon (system), GTK_ICON_SIZE_DIALOG);
  gtk_label_set_text (self->name, postern_system_get_title (system));
  gtk_label_set_text (self->place, place);
  add_link (self, "network-server-symbolic", _ ("Servers"), "servers");
  if (postern_system_get_kind (system) != POSTERN_SYSTEM_BACKUP)
    for (const LivePage *page = live_pages (); page->id != NULL; page++)
      add_link (self, page->icon, _ (page->title), page->id);
  g_signal_connect_object (system, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

/* --- the object --- */

static void
postern_overview_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (postern_overview_page_parent_class)->map (widget);
  ask_for_history (POSTERN_OVERVIEW_PAGE (widget));
}

static void
postern_overview_page_dispose (GObject *object)
{
  PosternOverviewPage *self = POSTERN_OVERVIEW_PAGE (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->system);
  G_OBJECT_CLASS (postern_overview_page_parent_class)->dispose (object);
}

static void
postern_overview_page_class_init (PosternOverviewPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = postern_overview_page_dispose;
  widget_class->map = postern_overview_page_map;
  show_page_signal = g_signal_new ("show-page", POSTERN_TYPE_OVERVIEW_PAGE, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/postern/ServerProperties/window/postern-overview-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PosternOverviewPage, icon);
  gtk_widget_class_bind_template_child (widget_class, PosternOverviewPage, name);
  gtk_widget_class_bind_template_child (widget_class, PosternOverviewPage, place);
  gtk_widget_class_bind_template_child (widget_class, PosternOverviewPage, state);
  gtk_widget_class_bind_template_child (widget_class, PosternOverviewPage, revision);
  gtk_widget_class_bind_template_child (widget_class, PosternOverviewPage, change);
  gtk_widget_class_bind_template_child (widget_class, PosternOverviewPage, links);
  gtk_widget_class_bind_template_callback (widget_class, on_link);
}

static void
postern_overview_page_init (PosternOverviewPage *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}
