/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/postern-check-message-page.h"

#include <glib/gi18n.h>

#include "gui/live/rule-words.h"

/* As many former questions are kept. */
#define KEPT 100

/* What a question consists of, in the order of Explain's arguments and of the columns. */
enum
{
  CLIENT,
  SENDER,
  RECIPIENT,
  USER,
  N_PARTS,
  ICON = N_PARTS,
  ANSWER,
  RULE
};

struct _PosternCheckMessagePage
{
  GtkBox parent_instance;

  PosternClient *client;     /* (owned) */
  GCancellable *cancellable; /* (owned): of the question under way */
  char *asked[N_PARTS];      /* (owned): the question under way, or the last one */
  char *setting;             /* (owned) (nullable): that decided */

  GtkInfoBar *problem_bar;
  GtkLabel *problem_label;
  GtkEntry *client_entry;
  GtkEntry *sender_entry;
  GtkEntry *recipient_entry;
  GtkEntry *user_entry;
  GtkWidget *ask_button;
  GtkRevealer *verdict_revealer;
  GtkWidget *verdict_box;
  GtkImage *verdict_image;
  GtkLabel *verdict_label;
  GtkLabel *rule_label;
  GtkLabel *reply_label;
  GtkWidget *setting_button;
  GtkTreeView *former_view;
  GtkListStore *former;
};

static guint show_setting_signal;

G_DEFINE_TYPE (PosternCheckMessagePage, postern_check_message_page, GTK_TYPE_BOX)

static const struct
{
  const char *icon;
  const char *style;
  const char *verdict;
  const char *answer;
} outcomes[] = {
  { "postern-refused", "verdict-no", N_ ("No, it would be refused."), N_ ("No") },
  { "postern-accepted", "verdict-yes", N_ ("Yes, it would be taken."), N_ ("Yes") },
};

/* --- the fields --- */

static GtkEntry *
entry_of (PosternCheckMessagePage *self, int part)
{
  GtkEntry *entries[N_PARTS]
      = { self->client_entry, self->sender_entry, self->recipient_entry, self->user_entry };

  return entries[part];
}

static char *
text_of (PosternCheckMessagePage *self, int part)
{
  return g_strstrip (g_strdup (gtk_entry_get_text (entry_of (self, part))));
}

/* The sender may be empty, and the user. */
static gboolean
is_complete (PosternCheckMessagePage *self)
{
  g_autofree char *client = text_of (self, CLIENT);
  g_autofree char *recipient = text_of (self, RECIPIENT);

  return *client != '\0' && *recipient != '\0';
}

/* An answer belongs to its question alone. */
static void
on_edited (PosternCheckMessagePage *self)
{
  gtk_widget_set_sensitive (self->ask_button, is_complete (self));
  gtk_revealer_set_reveal_child (self->verdict_revealer, FALSE);
  gtk_info_bar_set_revealed (self->problem_bar, FALSE);
}

/* --- the answer --- */

static void
keep (PosternCheckMessagePage *self, gboolean allowed, const char *rule)
{
  GtkTreeModel *model = GTK_TREE_MODEL (self->former);
  GtkTreeIter last;

  gtk_list_store_insert_with_values (self->former, NULL, 0, CLIENT, self->asked[CLIENT], SENDER,
                                     self->asked[SENDER], RECIPIENT, self->asked[RECIPIENT], USER,
                                     self->asked[USER], ICON, outcomes[allowed].icon, ANSWER,
                                     _ (outcomes[allowed].answer), RULE, rule, -1);
  if (gtk_tree_model_iter_nth_child (model, &last, NULL, KEPT))
    gtk_list_store_remove (self->former, &last);
}

static void
show_verdict (PosternCheckMessagePage *self, GVariant *reply)
{
  GtkStyleContext *style = gtk_widget_get_style_context (self->verdict_box);
  const char *rule, *setting, *reason, *smtp_reply;
  gboolean allowed;

  g_variant_get (reply, "(b&s&s&s&s)", &allowed, &rule, &setting, &reason, &smtp_reply);
  for (gsize i = 0; i < G_N_ELEMENTS (outcomes); i++)
    gtk_style_context_remove_class (style, outcomes[i].style);
  gtk_style_context_add_class (style, outcomes[allowed].style);
  gtk_image_set_from_icon_name (self->verdict_image, outcomes[allowed].icon, GTK_ICON_SIZE_DND);
  gtk_label_set_text (self->verdict_label, _ (outcomes[allowed].verdict));
  gtk_label_set_text (self->rule_label, rule_words (rule, setting));
  gtk_label_set_text (self->reply_label, smtp_reply);
  g_free (self->setting);
  self->setting = g_strdup (setting);
  gtk_widget_set_visible (self->setting_button, *setting != '\0');
  gtk_revealer_set_reveal_child (self->verdict_revealer, TRUE);
  keep (self, allowed, rule_words (rule, setting));
}

static void
show_problem (PosternCheckMessagePage *self, const GError *error)
{
  g_autofree char *words
      = g_error_matches (error, CLIENT_ERROR, CLIENT_ERROR_UNREACHABLE)
            ? g_strdup (_ ("The SMTP server does not run, so there is nobody to ask."))
            : client_error_to_words (error);

  gtk_label_set_text (self->problem_label, words);
  gtk_info_bar_set_revealed (self->problem_bar, TRUE);
}

static void
on_explained (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply != NULL && g_variant_is_of_type (reply, G_VARIANT_TYPE ("(bssss)")))
    show_verdict (user_data, reply);
  else if (error != NULL)
    show_problem (user_data, error);
}

/* --- the question --- */

static void
forget_question (PosternCheckMessagePage *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
on_ask (PosternCheckMessagePage *self)
{
  if (!is_complete (self))
    return;
  forget_question (self);
  self->cancellable = g_cancellable_new ();
  gtk_info_bar_set_revealed (self->problem_bar, FALSE);
  for (int part = 0; part < N_PARTS; part++)
    {
      g_free (self->asked[part]);
      self->asked[part] = text_of (self, part);
    }
  postern_client_call (self->client, POSTERN_PEER_SMTP, "RelayDecision1.Explain",
                       g_variant_new ("(ssss)", self->asked[CLIENT], self->asked[SENDER],
                                      self->asked[RECIPIENT], self->asked[USER]),
                       FALSE, self->cancellable, on_explained, self);
}

static void
on_ask_again (PosternCheckMessagePage *self, GtkTreePath *path)
{
  GtkTreeIter iter;

  if (!gtk_tree_model_get_iter (GTK_TREE_MODEL (self->former), &iter, path))
    return;
  for (int part = 0; part < N_PARTS; part++)
    {
      g_autofree char *text = NULL;

      gtk_tree_model_get (GTK_TREE_MODEL (self->former), &iter, part, &text, -1);
      gtk_entry_set_text (entry_of (self, part), text);
    }
  on_ask (self);
}

static void
on_show_setting (PosternCheckMessagePage *self)
{
  g_signal_emit (self, show_setting_signal, 0, self->setting);
}

void
postern_check_message_page_ask (PosternCheckMessagePage *self, const char *argument)
{
  g_auto (GStrv) parts = g_strsplit (argument, "\n", N_PARTS);

  for (int part = 0; parts[part] != NULL; part++)
    gtk_entry_set_text (entry_of (self, part), parts[part]);
  gtk_widget_grab_focus (
      GTK_WIDGET (is_complete (self) ? self->client_entry : self->recipient_entry));
  on_ask (self);
}

/* --- the object --- */

GtkWidget *
postern_check_message_page_new (PosternClient *client)
{
  PosternCheckMessagePage *self = g_object_new (POSTERN_TYPE_CHECK_MESSAGE_PAGE, NULL);

  self->client = g_object_ref (client);
  return GTK_WIDGET (self);
}

static void
postern_check_message_page_dispose (GObject *object)
{
  PosternCheckMessagePage *self = POSTERN_CHECK_MESSAGE_PAGE (object);

  forget_question (self);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (postern_check_message_page_parent_class)->dispose (object);
}

static void
postern_check_message_page_finalize (GObject *object)
{
  PosternCheckMessagePage *self = POSTERN_CHECK_MESSAGE_PAGE (object);

  for (int part = 0; part < N_PARTS; part++)
    g_free (self->asked[part]);
  g_free (self->setting);
  G_OBJECT_CLASS (postern_check_message_page_parent_class)->finalize (object);
}

static void
postern_check_message_page_class_init (PosternCheckMessagePageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = postern_check_message_page_dispose;
  G_OBJECT_CLASS (class)->finalize = postern_check_message_page_finalize;
  show_setting_signal
      = g_signal_new ("show-setting", POSTERN_TYPE_CHECK_MESSAGE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/postern/ServerProperties/live/postern-check-message-page.ui");
#define BIND(member)                                                                               \
  gtk_widget_class_bind_template_child (widget_class, PosternCheckMessagePage, member)
  BIND (problem_bar);
  BIND (problem_label);
  BIND (client_entry);
  BIND (sender_entry);
  BIND (recipient_entry);
  BIND (user_entry);
  BIND (ask_button);
  BIND (verdict_revealer);
  BIND (verdict_box);
  BIND (verdict_image);
  BIND (verdict_label);
  BIND (rule_label);
  BIND (reply_label);
  BIND (setting_button);
  BIND (former_view);
  BIND (former);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_edited);
  gtk_widget_class_bind_template_callback (widget_class, on_ask);
  gtk_widget_class_bind_template_callback (widget_class, on_ask_again);
  gtk_widget_class_bind_template_callback (widget_class, on_show_setting);
}

static void
postern_check_message_page_init (PosternCheckMessagePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
