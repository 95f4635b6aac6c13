/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/postern-user-dialog.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/random.h>

#include "gui/client/authority-words.h"
#include "gui/live/mail-user-row.h"
#include "gui/widgets/title-bar.h"

/* 32 letters that nobody mistakes for another: 5 bits each. */
#define LETTERS "abcdefghjkmnpqrstuvwxyz23456789-"
#define GENERATED_LENGTH 20

struct _PosternUserDialog
{
  GtkDialog parent_instance;
  PosternClient *client;     /* (owned) */
  GCancellable *cancellable; /* (owned) */
  PosternUserDeed deed;

  GtkGrid *grid;
  GtkLabel *name_label;
  GtkEntry *name_entry;
  GtkLabel *name_problem;
  GtkLabel *password_label;
  GtkEntry *password_entry;
  GtkLabel *password_problem;
  GtkWidget *password_box;
  GtkToggleButton *show_check;
  GtkToggleButton *apop_check;
  GtkLabel *note_label;
  GtkWidget *size_label;
  GtkWidget *size_box;
  GtkToggleButton *default_radio;
  GtkToggleButton *none_radio;
  GtkToggleButton *limit_radio;
  GtkSpinButton *size_spin;
  GtkLabel *failure_label;
};

static guint done_signal;

G_DEFINE_TYPE (PosternUserDialog, postern_user_dialog, GTK_TYPE_DIALOG)

static const struct
{
  const char *method;
  const char *title; /* with the user's name, where there is one */
  const char *done;
  const char *password; /* (nullable): the label of the field */
  const char *note;     /* (nullable) */
  gboolean asks_apop, asks_size;
} deeds[] = {
  [POSTERN_USER_DEED_ADD]
  = { "MailUsers1.Add", N_ ("Add Mail User"), N_ ("“%s” was added."), N_ ("_Password:"),
      N_ ("APOP needs the password itself: it is then kept in clear in the "
          "users file."),
      TRUE, TRUE },
  [POSTERN_USER_DEED_PASSWORD]
  = { "MailUsers1.SetPassword", N_ ("Password of “%s”"), N_ ("“%s” has a new password."),
      N_ ("_New password:"), NULL, FALSE, FALSE },
  [POSTERN_USER_DEED_APOP]
  = { "MailUsers1.SetApopSecret", N_ ("APOP Secret of “%s”"), N_ ("“%s” was changed."),
      N_ ("_Secret:"),
      N_ ("The secret becomes the password for every way to log on, and is kept in clear in the "
          "users file."),
      TRUE, FALSE },
  [POSTERN_USER_DEED_SIZE] = { "MailUsers1.SetQuota", N_ ("Mailbox Size of “%s”"),
                               N_ ("“%s” has a new mailbox size."), NULL, NULL, FALSE, TRUE },
};

/* --- What is wrong --- */

static void
show_problem (GtkLabel *label, GtkEntry *entry, const char *words)
{
  gtk_label_set_text (label, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (label), words != NULL);
  if (entry == NULL)
    return;
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (entry));
  if (words != NULL)
    gtk_style_context_add_class (style, GTK_STYLE_CLASS_ERROR);
  else
    gtk_style_context_remove_class (style, GTK_STYLE_CLASS_ERROR);
  atk_object_set_description (gtk_widget_get_accessible (GTK_WIDGET (entry)),
                              words != NULL ? words : "");
}

static void
show_name_problem (PosternUserDialog *self, const char *words)
{
  show_problem (self->name_problem, self->name_entry, words);
}

static void
show_password_problem (PosternUserDialog *self, const char *words)
{
  show_problem (self->password_problem, self->password_entry, words);
}

/* Of the authority's "name: what is wrong". Returns FALSE where there is no such field here. */
static gboolean
show_refusal (PosternUserDialog *self, const char *message)
{
  g_auto (GStrv) parts = g_strsplit (message, ": ", 2);

  if (g_strv_length (parts) < 2)
    return FALSE;
  g_autofree char *words = authority_words (parts[1]);
  if (g_str_equal (parts[0], "name") && self->deed == POSTERN_USER_DEED_ADD)
    {
      show_name_problem (self, words);
      gtk_widget_grab_focus (GTK_WIDGET (self->name_entry));
    }
  else if (g_str_equal (parts[0], "password") || g_str_equal (parts[0], "secret"))
    {
      show_password_problem (self, words);
      gtk_widget_grab_focus (GTK_WIDGET (self->password_entry));
    }
  else
    show_problem (self->failure_label, NULL, words);
  return TRUE;
}

/* --- The fields --- */

static gboolean
wants_password (PosternUserDialog *self)
{
  if (deeds[self->deed].password == NULL)
    return FALSE;
  return self->deed != POSTERN_USER_DEED_APOP || gtk_toggle_button_get_active (self->apop_check);
}

static void
update_note (PosternUserDialog *self)
{
  const char *note = deeds[self->deed].note;

  if (self->deed == POSTERN_USER_DEED_ADD && !gtk_toggle_button_get_active (self->apop_check))
    note = NULL;
  if (self->deed == POSTERN_USER_DEED_APOP && !wants_password (self))
    note = N_ ("The password stays the same, but is no longer kept in clear: APOP ends.");
  if (note != NULL)
    gtk_label_set_text (self->note_label, _ (note));
  if (self->deed != POSTERN_USER_DEED_PASSWORD)
    gtk_widget_set_visible (GTK_WIDGET (self->note_label), note != NULL);
}

static void
on_edited (PosternUserDialog *self)
{
  gboolean has_name = gtk_entry_get_text_length (self->name_entry) > 0;
  gboolean has_password = gtk_entry_get_text_length (self->password_entry) > 0;

  show_name_problem (self, NULL);
  show_password_problem (self, NULL);
  show_problem (self->failure_label, NULL, NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->password_entry), wants_password (self));
  gtk_widget_set_sensitive (self->password_box, wants_password (self));
  gtk_widget_set_sensitive (GTK_WIDGET (self->size_spin),
                            gtk_toggle_button_get_active (self->limit_radio));
  gtk_dialog_set_response_sensitive (GTK_DIALOG (self), GTK_RESPONSE_OK,
                                     has_name && (has_password || !wants_password (self)));
  update_note (self);
}

static void
on_show (PosternUserDialog *self)
{
  gtk_entry_set_visibility (self->password_entry, gtk_toggle_button_get_active (self->show_check));
}

static void
on_generate (PosternUserDialog *self)
{
  guint8 bytes[GENERATED_LENGTH];
  char text[GENERATED_LENGTH + 1] = "";

  if (getrandom (bytes, sizeof bytes, 0) != sizeof bytes)
    {
      show_password_problem (self, g_strerror (errno));
      return;
    }
  for (gsize i = 0; i < sizeof bytes; i++)
    text[i] = LETTERS[bytes[i] % strlen (LETTERS)];
  gtk_toggle_button_set_active (self->show_check, TRUE);
  gtk_entry_set_text (self->password_entry, text);
  explicit_bzero (bytes, sizeof bytes);
  explicit_bzero (text, sizeof text);
  /* Focused, it is selected as a whole, to be copied. */
  gtk_widget_grab_focus (GTK_WIDGET (self->password_entry));
}

G_STATIC_ASSERT (sizeof LETTERS - 1 == 32);

/* --- The deed --- */

static void
on_called (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  PosternUserDialog *self = data;
  gtk_widget_set_sensitive (GTK_WIDGET (self->grid), TRUE);
  on_edited (self);
  if (reply != NULL)
    {
      const char *user = gtk_entry_get_text (self->name_entry);
      g_auto (GStrv) parts = g_strsplit (_ (deeds[self->deed].done), "%s", 2);
      g_autofree char *words = g_strjoinv (user, parts);
      g_signal_emit (self, done_signal, 0, user, words);
      gtk_widget_destroy (GTK_WIDGET (self));
      return;
    }
  if (!g_error_matches (error, CLIENT_ERROR, CLIENT_ERROR_INVALID)
      || !show_refusal (self, error->message))
    {
      g_autofree char *words = client_error_to_words (error);
      show_problem (self->failure_label, NULL, words);
    }
}

/* MiB as the bus has it. */
static gint32
size_asked_for (PosternUserDialog *self)
{
  if (gtk_toggle_button_get_active (self->default_radio))
    return -1;
  return gtk_toggle_button_get_active (self->none_radio)
             ? 0
             : gtk_spin_button_get_value_as_int (self->size_spin);
}

static GVariant *
make_arguments (PosternUserDialog *self)
{
  const char *user = gtk_entry_get_text (self->name_entry);
  const char *password = wants_password (self) ? gtk_entry_get_text (self->password_entry) : "";
  gint32 size_mib = size_asked_for (self);

  if (self->deed == POSTERN_USER_DEED_SIZE)
    return g_variant_new ("(si)", user, size_mib);
  if (self->deed != POSTERN_USER_DEED_ADD)
    return g_variant_new ("(ss)", user, password);

  GVariantDict options;
  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "apop", "b", gtk_toggle_button_get_active (self->apop_check));
  if (size_mib >= 0)
    g_variant_dict_insert (&options, "quota-mib", "u", (guint32) size_mib);
  return g_variant_new ("(ss@a{sv})", user, password, g_variant_dict_end (&options));
}

static void
on_response (PosternUserDialog *self, int response)
{
  if (response != GTK_RESPONSE_OK)
    {
      gtk_widget_destroy (GTK_WIDGET (self));
      return;
    }
  gtk_spin_button_update (self->size_spin);
  gtk_widget_set_sensitive (GTK_WIDGET (self->grid), FALSE);
  gtk_dialog_set_response_sensitive (GTK_DIALOG (self), GTK_RESPONSE_OK, FALSE);
  postern_client_call (self->client, POSTERN_PEER_AUTHORITY, deeds[self->deed].method,
                       make_arguments (self), TRUE, self->cancellable, on_called, self);
}

/* --- The dialog --- */

static void
show_user (PosternUserDialog *self, const PosternUserFacts *user)
{
  gtk_entry_set_text (self->name_entry, user->name);
  if (self->deed == POSTERN_USER_DEED_PASSWORD && user->has_apop)
    {
      gtk_label_set_text (self->note_label,
                          _ ("The user can log on with APOP now. A new password ends that; to keep "
                             "APOP, change the APOP secret."));
      gtk_widget_show (GTK_WIDGET (self->note_label));
    }
  if (self->deed == POSTERN_USER_DEED_APOP)
    gtk_toggle_button_set_active (self->apop_check, TRUE);
  if (user->size_mib == MAIL_USER_SIZE_NONE)
    gtk_toggle_button_set_active (self->none_radio, TRUE);
  else if (user->size_mib != MAIL_USER_SIZE_DEFAULT)
    {
      gtk_toggle_button_set_active (self->limit_radio, TRUE);
      gtk_spin_button_set_value (self->size_spin, (double) user->size_mib);
    }
}

static void
show_fields (PosternUserDialog *self, const PosternUserFacts *user)
{
  gboolean adds = self->deed == POSTERN_USER_DEED_ADD;
  const char *password = deeds[self->deed].password;

  gtk_widget_set_visible (GTK_WIDGET (self->name_label), adds);
  gtk_widget_set_visible (GTK_WIDGET (self->name_entry), adds);
  gtk_widget_set_visible (GTK_WIDGET (self->password_label), password != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->password_entry), password != NULL);
  gtk_widget_set_visible (self->password_box, password != NULL);
  if (password != NULL)
    {
      gtk_label_set_label (self->password_label, _ (password));
      atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->password_entry)),
                           gtk_label_get_text (self->password_label));
    }
  /* Who has no secret has nothing to give up. */
  gtk_widget_set_visible (GTK_WIDGET (self->apop_check),
                          deeds[self->deed].asks_apop && (adds || user->has_apop));
  gtk_widget_set_visible (self->size_label, deeds[self->deed].asks_size);
  gtk_widget_set_visible (self->size_box, deeds[self->deed].asks_size);
}

GtkWidget *
postern_user_dialog_new (GtkWindow *parent,
                         PosternClient *client,
                         PosternUserDeed deed,
                         const PosternUserFacts *user)
{
  PosternUserDialog *self
      = g_object_new (POSTERN_TYPE_USER_DIALOG, "transient-for", parent, "use-header-bar", FALSE,
                      "destroy-with-parent", TRUE, NULL);
  g_auto (GStrv) parts = g_strsplit (_ (deeds[deed].title), "%s", 2);
  g_autofree char *title = g_strjoinv (user->name, parts);

  self->client = g_object_ref (client);
  self->deed = deed;
  title_bar_add (GTK_WINDOW (self), title);
  show_fields (self, user);
  show_user (self, user);
  on_edited (self);
  return GTK_WIDGET (self);
}

static void
postern_user_dialog_dispose (GObject *object)
{
  PosternUserDialog *self = POSTERN_USER_DIALOG (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (postern_user_dialog_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *class)
{
#define BIND(child) gtk_widget_class_bind_template_child (class, PosternUserDialog, child)
  BIND (grid);
  BIND (name_label);
  BIND (name_entry);
  BIND (name_problem);
  BIND (password_label);
  BIND (password_entry);
  BIND (password_problem);
  BIND (password_box);
  BIND (show_check);
  BIND (apop_check);
  BIND (note_label);
  BIND (size_label);
  BIND (size_box);
  BIND (default_radio);
  BIND (none_radio);
  BIND (limit_radio);
  BIND (size_spin);
  BIND (failure_label);
#undef BIND
  gtk_widget_class_bind_template_callback (class, on_edited);
  gtk_widget_class_bind_template_callback (class, on_show);
  gtk_widget_class_bind_template_callback (class, on_generate);
}

static void
postern_user_dialog_class_init (PosternUserDialogClass *class)
{
  G_OBJECT_CLASS (class)->dispose = postern_user_dialog_dispose;
  done_signal = g_signal_new ("done", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (
      GTK_WIDGET_CLASS (class), "/org/postern/ServerProperties/live/postern-user-dialog.ui");
  bind_children (GTK_WIDGET_CLASS (class));
}

static void
postern_user_dialog_init (PosternUserDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  g_signal_connect (self, "response", G_CALLBACK (on_response), NULL);
}
