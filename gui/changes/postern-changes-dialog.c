/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/changes/postern-changes-dialog.h"

#include <glib/gi18n.h>

#include "gui/changes/change-list.h"
#include "gui/widgets/title-bar.h"

struct _PosternChangesDialog
{
  GtkDialog parent_instance;

  GtkWidget *list;
};

static guint undo_signal;

G_DEFINE_TYPE (PosternChangesDialog, postern_changes_dialog, GTK_TYPE_DIALOG)

static void
on_undo (const char *name, gpointer user_data)
{
  g_signal_emit (user_data, undo_signal, 0, name);
}

static GtkWidget *
new_explanation (const char *words)
{
  GtkWidget *label = gtk_label_new (words);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_width_chars (GTK_LABEL (label), 45);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 60);
  return label;
}

static void
add_buttons (PosternChangesDialog *self, const char *deed)
{
  GtkDialog *dialog = GTK_DIALOG (self);
  GtkWidget *area = gtk_widget_get_parent (
      gtk_dialog_add_button (dialog, deed != NULL ? _ ("_Cancel") : _ ("_Close"),
                             deed != NULL ? GTK_RESPONSE_CANCEL : GTK_RESPONSE_CLOSE));

  if (deed != NULL)
    gtk_dialog_add_button (dialog, deed, GTK_RESPONSE_OK);
  gtk_dialog_set_default_response (dialog, deed != NULL ? GTK_RESPONSE_CANCEL : GTK_RESPONSE_CLOSE);
  g_object_set (area, "margin", 12, "spacing", 6, NULL);
}

PosternChangesDialog *
postern_changes_dialog_new (GtkWindow *parent,
                            const char *title,
                            const char *explanation,
                            const char *deed)
{
  PosternChangesDialog *self
      = g_object_new (POSTERN_TYPE_CHANGES_DIALOG, "transient-for", parent, "modal", TRUE,
                      "destroy-with-parent", TRUE, "use-header-bar", FALSE, NULL);
  GtkWidget *content = gtk_dialog_get_content_area (GTK_DIALOG (self));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->list = change_list_new (title, deed != NULL ? NULL : on_undo, self);
  title_bar_add (GTK_WINDOW (self), title);
  g_object_set (content, "border-width", 0, NULL);
  g_object_set (box, "margin", 18, "margin-bottom", 6, NULL);
  gtk_container_add (GTK_CONTAINER (box), new_explanation (explanation));
  gtk_box_pack_start (GTK_BOX (box), self->list, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (content), box, TRUE, TRUE, 0);
  gtk_widget_show_all (box);
  add_buttons (self, deed);
  return self;
}

void
postern_changes_dialog_show (PosternChangesDialog *self, GVariant *differences)
{
  change_list_show (self->list, differences);
  gtk_dialog_set_response_sensitive (GTK_DIALOG (self), GTK_RESPONSE_OK,
                                     g_variant_n_children (differences) > 0);
}

static void
postern_changes_dialog_class_init (PosternChangesDialogClass *class)
{
  undo_signal = g_signal_new ("undo", POSTERN_TYPE_CHANGES_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
postern_changes_dialog_init (PosternChangesDialog *self)
{
}
