/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/window/postern-connect-dialog.h"

#include <glib/gi18n.h>

#include "gui/client/ssh-pipe.h"
#include "gui/widgets/title-bar.h"

struct _PosternConnectDialog
{
  GtkDialog parent_instance;

  GtkEntry *host;
  GtkEntry *user;
  GtkLabel *problem;
  GtkWidget *connect_button;
};

G_DEFINE_TYPE (PosternConnectDialog, postern_connect_dialog, GTK_TYPE_DIALOG)

static char *
text_of (GtkEntry *entry)
{
  return g_strstrip (g_strdup (gtk_entry_get_text (entry)));
}

static void
mark (GtkEntry *entry, gboolean wrong)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (entry));

  if (wrong)
    gtk_style_context_add_class (style, GTK_STYLE_CLASS_ERROR);
  else
    gtk_style_context_remove_class (style, GTK_STYLE_CLASS_ERROR);
}

static void
on_changed (PosternConnectDialog *self)
{
  g_autofree char *host = text_of (self->host);
  g_autofree char *user = text_of (self->user);
  gboolean wrong_host = *host != '\0' && !ssh_pipe_is_host (host);
  gboolean wrong_user = *user != '\0' && !ssh_pipe_is_user (user);
  const char *problem = "";

  if (wrong_host)
    problem = _ ("This cannot be a host: it has letters, digits, periods, hyphens and colons, and "
                 "begins with no hyphen.");
  else if (wrong_user)
    problem = _ ("This cannot be a user: it has letters, digits, periods and hyphens, and begins "
                 "with no hyphen.");
  gtk_label_set_text (self->problem, problem);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), *problem != '\0');
  mark (self->host, wrong_host);
  mark (self->user, wrong_user);
  gtk_widget_set_sensitive (self->connect_button, *host != '\0' && *problem == '\0');
}

char *
postern_connect_dialog_get_place (PosternConnectDialog *self)
{
  g_autofree char *host = text_of (self->host);
  g_autofree char *user = text_of (self->user);

  return *user != '\0' ? g_strdup_printf ("%s@%s", user, host) : g_steal_pointer (&host);
}

GtkWidget *
postern_connect_dialog_new (GtkWindow *parent)
{
  PosternConnectDialog *self = g_object_new (POSTERN_TYPE_CONNECT_DIALOG, "use-header-bar", FALSE,
                                             "transient-for", parent, "modal", TRUE, NULL);

  title_bar_add (GTK_WINDOW (self), _ ("Connect to System"));
  gtk_dialog_set_default_response (GTK_DIALOG (self), GTK_RESPONSE_OK);
  on_changed (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->host));
  return GTK_WIDGET (self);
}

static void
postern_connect_dialog_class_init (PosternConnectDialogClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/postern/ServerProperties/window/postern-connect-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, PosternConnectDialog, host);
  gtk_widget_class_bind_template_child (widget_class, PosternConnectDialog, user);
  gtk_widget_class_bind_template_child (widget_class, PosternConnectDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, PosternConnectDialog, connect_button);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
}

static void
postern_connect_dialog_init (PosternConnectDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
