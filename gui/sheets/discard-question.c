/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/sheets/discard-question.h"

#include <glib/gi18n.h>

GtkWidget *
discard_question_new (GtkWindow *parent)
{
  GtkWidget *question = gtk_message_dialog_new (
      parent, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT, GTK_MESSAGE_QUESTION,
      GTK_BUTTONS_NONE, "%s", _ ("Discard the changes?"));

  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (question), "%s",
                                            _ ("What you have changed here is not saved."));
  gtk_dialog_add_button (GTK_DIALOG (question), _ ("_Discard"), GTK_RESPONSE_YES);
  gtk_dialog_add_button (GTK_DIALOG (question), _ ("_Keep Editing"), GTK_RESPONSE_CANCEL);
  gtk_dialog_set_default_response (GTK_DIALOG (question), GTK_RESPONSE_CANCEL);
  gtk_window_present (GTK_WINDOW (question));
  return question;
}
