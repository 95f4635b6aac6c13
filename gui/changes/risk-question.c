/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/changes/risk-question.h"

#include <glib/gi18n.h>

#include "gui/client/authority-words.h"
#include "gui/pages/setting-words.h"

typedef struct
{
  GtkWindow *parent; /* (nullable) (unowned): a question goes with it */
  GVariant *risks;
  guint try_s;
  RiskQuestionAnswered answered;
  gpointer user_data;
} RiskQuestion;

static void
answer (RiskQuestion *self, RiskQuestionAnswer answer)
{
  RiskQuestionAnswered answered = self->answered;
  gpointer user_data = self->user_data;

  g_variant_unref (self->risks);
  g_free (self);
  answered (answer, user_data);
}

/* Returns: (transfer full): a line for each risk of @kind, with the setting it lies in; NULL for
 * none */
static char *
lines_of (GVariant *risks, const char *kind)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  const char *its_kind, *setting, *sentence;
  GVariantIter iter;

  g_variant_iter_init (&iter, risks);
  while (g_variant_iter_loop (&iter, "(&s&s&s)", &its_kind, &setting, &sentence))
    {
      g_autofree char *label = setting_words_label (setting);
      g_autofree char *words = authority_words (sentence);

      if (g_str_equal (its_kind, kind))
        g_string_append_printf (lines, "%s• %s: %s", lines->len > 0 ? "\n" : "", label, words);
    }
  return lines->len > 0 ? g_string_free (g_steal_pointer (&lines), FALSE) : NULL;
}

static void
on_response (GtkWidget *dialog, int response, RiskQuestion *self)
{
  void (*go_on) (RiskQuestion *) = g_object_get_data (G_OBJECT (dialog), "go-on");

  g_signal_handlers_disconnect_by_data (dialog, self);
  gtk_widget_destroy (dialog);
  if (response == RISK_QUESTION_SAVE && go_on != NULL)
    go_on (self);
  else
    answer (self, response == RISK_QUESTION_SAVE || response == RISK_QUESTION_TRY
                      ? response
                      : RISK_QUESTION_CANCEL);
}

static void
on_destroy (GtkWidget *dialog, RiskQuestion *self)
{
  answer (self, RISK_QUESTION_CANCEL);
}

static GtkWidget *
new_question (RiskQuestion *self, const char *title, const char *explanation, const char *lines)
{
  GtkWidget *dialog
      = gtk_message_dialog_new (self->parent, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                                GTK_MESSAGE_WARNING, GTK_BUTTONS_NONE, "%s", title);

  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s\n\n%s", explanation,
                                            lines);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), self);
  g_signal_connect (dialog, "destroy", G_CALLBACK (on_destroy), self);
  return dialog;
}

static void
add_button (GtkWidget *dialog, const char *label, RiskQuestionAnswer response, const char *class)
{
  GtkWidget *button = gtk_dialog_add_button (GTK_DIALOG (dialog), label, response);

  if (class != NULL)
    gtk_style_context_add_class (gtk_widget_get_style_context (button), class);
}

static void
ask_about_shut_out (RiskQuestion *self)
{
  g_autofree char *lines = lines_of (self->risks, "shut-out");
  g_autofree char *trial = NULL;
  GtkWidget *dialog;

  if (lines == NULL)
    {
      answer (self, RISK_QUESTION_SAVE);
      return;
    }
  dialog = new_question (
      self, _ ("This could shut people out"),
      self->try_s > 0
          ? _ ("Somebody who can connect or send now may not be able to any more. Try it first: "
               "the settings go back by themselves unless you keep them.")
          : _ ("Somebody who can connect or send now may not be able to any more."),
      lines);
  add_button (dialog, _ ("_Cancel"), RISK_QUESTION_CANCEL, NULL);
  add_button (dialog, self->try_s > 0 ? _ ("_Save for Good") : _ ("_Save"), RISK_QUESTION_SAVE,
              NULL);
  if (self->try_s > 0)
    {
      trial = g_strdup_printf (ngettext ("_Try for %u Second", "_Try for %u Seconds", self->try_s),
                               self->try_s);
      add_button (dialog, trial, RISK_QUESTION_TRY, GTK_STYLE_CLASS_SUGGESTED_ACTION);
    }
  gtk_dialog_set_default_response (GTK_DIALOG (dialog),
                                   self->try_s > 0 ? RISK_QUESTION_TRY : RISK_QUESTION_CANCEL);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
ask_about_open_relay (RiskQuestion *self)
{
  g_autofree char *lines = lines_of (self->risks, "open-relay");
  GtkWidget *dialog;

  if (lines == NULL)
    {
      ask_about_shut_out (self);
      return;
    }
  dialog = new_question (
      self, _ ("Become an open relay?"),
      _ ("Any stranger on the Internet could send mail to anybody through this system, and in its "
         "name: others would soon refuse all mail from here."),
      lines);
  g_object_set_data (G_OBJECT (dialog), "go-on", ask_about_shut_out);
  add_button (dialog, _ ("_Become an Open Relay"), RISK_QUESTION_SAVE,
              GTK_STYLE_CLASS_DESTRUCTIVE_ACTION);
  add_button (dialog, _ ("_Cancel"), RISK_QUESTION_CANCEL, NULL);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), RISK_QUESTION_CANCEL);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
risk_question_ask (GtkWindow *parent,
                   GVariant *risks,
                   guint try_s,
                   RiskQuestionAnswered answered,
                   gpointer user_data)
{
  RiskQuestion *self = g_new0 (RiskQuestion, 1);

  self->parent = parent;
  self->risks = g_variant_ref_sink (risks);
  self->try_s = try_s;
  self->answered = answered;
  self->user_data = user_data;
  ask_about_open_relay (self);
}
