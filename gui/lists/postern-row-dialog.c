/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/lists/postern-row-dialog.h"

#include <string.h>

#include "gui/widgets/title-bar.h"

struct _PosternRowDialog
{
  GtkDialog parent_instance;

  GtkLabel *prompt_label;
  GtkEntry *entry;
  GtkLabel *example_label;
  GtkLabel *problem_label;
};

enum
{
  CHANGED,
  SEVERAL_LINES,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_TYPE (PosternRowDialog, postern_row_dialog, GTK_TYPE_DIALOG)

static void
on_entry_changed (PosternRowDialog *self)
{
  postern_row_dialog_set_problem (self, NULL, FALSE);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
insert (GtkEditable *entry, const char *text)
{
  int position;

  gtk_editable_delete_selection (entry);
  position = gtk_editable_get_position (entry);
  gtk_editable_insert_text (entry, text, -1, &position);
  gtk_editable_set_position (entry, position);
}

static void
on_clipboard_text (GtkClipboard *clipboard, const char *text, gpointer user_data)
{
  g_autoptr (PosternRowDialog) self = user_data;
  g_autofree char *stripped = text != NULL ? g_strstrip (g_strdup (text)) : NULL;

  if (stripped == NULL || !gtk_widget_get_visible (GTK_WIDGET (self)))
    return;
  if (strpbrk (stripped, "\r\n") != NULL)
    g_signal_emit (self, signals[SEVERAL_LINES], 0, stripped);
  else
    insert (GTK_EDITABLE (self->entry), stripped);
}

/* The entry by itself would make one line of several. */
static void
on_paste (PosternRowDialog *self)
{
  g_signal_stop_emission_by_name (self->entry, "paste-clipboard");
  gtk_clipboard_request_text (
      gtk_widget_get_clipboard (GTK_WIDGET (self->entry), GDK_SELECTION_CLIPBOARD),
      on_clipboard_text, g_object_ref (self));
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

  signals[CHANGED] = g_signal_new ("changed", POSTERN_TYPE_ROW_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[SEVERAL_LINES]
      = g_signal_new ("several-lines", POSTERN_TYPE_ROW_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/postern/ServerProperties/lists/postern-row-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, PosternRowDialog, prompt_label);
  gtk_widget_class_bind_template_child (widget_class, PosternRowDialog, entry);
  gtk_widget_class_bind_template_child (widget_class, PosternRowDialog, example_label);
  gtk_widget_class_bind_template_child (widget_class, PosternRowDialog, problem_label);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_paste);
}

static void
postern_row_dialog_init (PosternRowDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
