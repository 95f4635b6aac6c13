/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/lists/postern-row-dialog.h"

#include "gui/widgets/title-bar.h"

struct _PosternRowDialog
{
  GtkDialog parent_instance;

  GtkLabel *prompt_label;
  GtkEntry *entry;
  GtkLabel *example_label;
  GtkLabel *problem_label;
};

static guint changed_signal;

G_DEFINE_TYPE (PosternRowDialog, postern_row_dialog, GTK_TYPE_DIALOG)

static void
on_entry_changed (PosternRowDialog *self)
{
  postern_row_dialog_set_problem (self, NULL, FALSE);
  g_signal_emit (self, changed_signal, 0);
}

PosternRowDialog *
postern_row_dialog_new (
    GtkWindow *parent, const char *title, const char *prompt, const char *example, const char *text)
{
  PosternRowDialog *self = g_object_new (POSTERN_TYPE_ROW_DIALOG, "transient-for", parent,
                                         "use-header-bar", FALSE, NULL);

  title_bar_add (GTK_WINDOW (self), title);
  gtk_label_set_label (self->prompt_label, prompt);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->entry)),
                       gtk_label_get_text (self->prompt_label));
  gtk_label_set_text (self->example_label, example != NULL ? example : "");
  gtk_widget_set_visible (GTK_WIDGET (self->example_label), example != NULL);
  gtk_entry_set_text (self->entry, text);
  return self;
}

char *
postern_row_dialog_get_text (PosternRowDialog *self)
{
  return g_strstrip (g_strdup (gtk_entry_get_text (self->entry)));
}

void
postern_row_dialog_set_problem (PosternRowDialog *self, const char *problem, gboolean refuse)
{
  g_autofree char *text = postern_row_dialog_get_text (self);
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self->entry));

  gtk_label_set_text (self->problem_label, problem != NULL ? problem : "");
  if (problem != NULL)
    gtk_style_context_add_class (style, GTK_STYLE_CLASS_ERROR);
  else
    gtk_style_context_remove_class (style, GTK_STYLE_CLASS_ERROR);
  gtk_dialog_set_response_sensitive (GTK_DIALOG (self), GTK_RESPONSE_OK,
                                     (problem == NULL || !refuse) && *text != '\0');
}

static void
postern_row_dialog_class_init (PosternRowDialogClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  changed_signal = g_signal_new ("changed", POSTERN_TYPE_ROW_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/postern/ServerProperties/lists/postern-row-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, PosternRowDialog, prompt_label);
  gtk_widget_class_bind_template_child (widget_class, PosternRowDialog, entry);
  gtk_widget_class_bind_template_child (widget_class, PosternRowDialog, example_label);
  gtk_widget_class_bind_template_child (widget_class, PosternRowDialog, problem_label);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_changed);
}

static void
postern_row_dialog_init (PosternRowDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
