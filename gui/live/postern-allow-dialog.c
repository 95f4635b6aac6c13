/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/postern-allow-dialog.h"

#include <glib/gi18n.h>

#include "gui/changes/change-save.h"
#include "gui/changes/change-words.h"
#include "gui/live/refusal-remedy.h"
#include "gui/live/rule-words.h"

#define HOUR_S (60 * 60)
#define RESPONSE_SETTING 1

/* For how long; the row of nothing is for good. */
static const struct
{
  const char *id, *title;
  gint64 seconds;
} terms[] = {
  { "hour", N_ ("For an hour"), HOUR_S },
  { "day", N_ ("For a day"), 24 * HOUR_S },
  { "week", N_ ("For a week"), 7 * 24 * HOUR_S },
};

struct _PosternAllowDialog
{
  GtkDialog parent_instance;
  PosternClient *client; /* (owned) */
  char *address;         /* (owned) */
  char *setting;         /* (owned) */
  const RefusalRemedy *remedy;
  guint64 revision;  /* that the changes are made on */
  GVariant *changes; /* (owned) (nullable) an a{sv}; nothing where nothing would help */

  GtkLabel *heading;
  GtkLabel *change_label;
  GtkWidget *term_box;
  GtkComboBoxText *term_combo;
  GtkWidget *allow_button;
  GtkWidget *setting_button;
};

G_DEFINE_TYPE (PosternAllowDialog, postern_allow_dialog, GTK_TYPE_DIALOG)

static guint setting_signal, told_signal;

/* --- What is to be changed --- */

static gboolean
is_off (PosternClient *client, const char *setting)
{
  g_autoptr (GVariant) value = postern_client_get_value (client, setting);

  return value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN)
         && !g_variant_get_boolean (value);
}

/* The list with the address; %NULL where it has it already, or is not known. */
static GVariant *
list_with_address (PosternAllowDialog *self)
{
  g_autoptr (GVariant) value = postern_client_get_value (self->client, self->remedy->list);
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  if (value == NULL || !g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY))
    return NULL;
  g_autofree const char **former = g_variant_get_strv (value, NULL);
  if (g_strv_contains (former, self->address))
    return NULL;
  for (const char **row = former; *row != NULL; row++)
    g_ptr_array_add (rows, (gpointer) *row);
  g_ptr_array_add (rows, self->address);
  return g_variant_new_strv ((const char *const *) rows->pdata, (gssize) rows->len);
}

static void
find_changes (PosternAllowDialog *self)
{
  GVariantDict dict;
  GVariant *list = self->remedy != NULL ? list_with_address (self) : NULL;

  g_variant_dict_init (&dict, NULL);
  if (list != NULL)
    g_variant_dict_insert_value (&dict, self->remedy->list, list);
  if (self->remedy != NULL && self->remedy->needs != NULL
      && is_off (self->client, self->remedy->needs))
    g_variant_dict_insert (&dict, self->remedy->needs, "b", TRUE);
  g_autoptr (GVariant) changes = g_variant_ref_sink (g_variant_dict_end (&dict));

  self->revision = postern_client_get_revision (self->client);
  if (g_variant_n_children (changes) > 0)
    self->changes = g_steal_pointer (&changes);
}

static GVariant *
values_before (PosternAllowDialog *self)
{
  GVariantIter iter;
  GVariantDict before;
  const char *name;

  g_variant_dict_init (&before, NULL);
  g_variant_iter_init (&iter, self->changes);
  while (g_variant_iter_next (&iter, "{&sv}", &name, NULL))
    {
      g_autoptr (GVariant) value = postern_client_get_value (self->client, name);
      if (value != NULL)
        g_variant_dict_insert_value (&before, name, value);
    }
  return g_variant_ref_sink (g_variant_dict_end (&before));
}

/* --- The words --- */

static void
show_changes (PosternAllowDialog *self)
{
  g_autoptr (GVariant) before = values_before (self);
  g_autoptr (GPtrArray) lines = change_words (self->client, before, self->changes);
  g_autofree char *heading = g_strdup_printf (_ ("Allow %s?"), self->address);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "",
                            (const char *) g_ptr_array_index (lines, i));
  gtk_label_set_text (self->heading, heading);
  gtk_label_set_text (self->change_label, text->str);
}

static void
show_no_changes (PosternAllowDialog *self, const char *reason)
{
  g_autofree char *heading
      = self->remedy != NULL
            ? g_strdup_printf (_ ("%s is allowed already"), self->address)
            : g_strdup_printf (_ ("%s can’t be allowed by its address"), self->address);

  gtk_label_set_text (self->heading, heading);
  gtk_label_set_text (self->change_label, reason);
  gtk_widget_hide (self->term_box);
  gtk_widget_hide (self->allow_button);
  gtk_widget_set_visible (self->setting_button, *self->setting != '\0');
}

/* --- The deed --- */

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PosternAllowDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  guint64 revision = change_save_finish (result, &error);
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, revision);
  g_autofree char *words
      = revision > 0
            ? g_strdup_printf (_ ("%s is allowed; saved as revision %s."), self->address, number)
            : client_error_to_words (error);

  if (revision > 0 || !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, told_signal, 0, words);
  gtk_widget_destroy (GTK_WIDGET (self));
}

static void
save (PosternAllowDialog *self)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));
  const char *id = gtk_combo_box_get_active_id (GTK_COMBO_BOX (self->term_combo));
  gint64 seconds = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (terms); i++)
    if (g_strcmp0 (id, terms[i].id) == 0)
      seconds = terms[i].seconds;
  gtk_widget_hide (GTK_WIDGET (self));
  if (seconds == 0)
    change_save (parent, self->client, self->revision, self->changes, on_saved,
                 g_object_ref (self));
  else
    change_save_until (parent, self->client, self->revision, self->changes,
                       g_get_real_time () / G_USEC_PER_SEC + seconds, on_saved,
                       g_object_ref (self));
}

static void
postern_allow_dialog_response (GtkDialog *dialog, int response)
{
  PosternAllowDialog *self = POSTERN_ALLOW_DIALOG (dialog);

  if (response == GTK_RESPONSE_OK)
    {
      save (self);
      return;
    }
  if (response == RESPONSE_SETTING)
    g_signal_emit (self, setting_signal, 0, self->setting);
  gtk_widget_destroy (GTK_WIDGET (self));
}

GtkWidget *
postern_allow_dialog_new (GtkWindow *parent,
                          PosternClient *client,
                          const char *address,
                          const char *rule,
                          const char *setting)
{
  PosternAllowDialog *self = g_object_new (POSTERN_TYPE_ALLOW_DIALOG, "transient-for", parent,
                                           "use-header-bar", FALSE, NULL);

  self->client = g_object_ref (client);
  self->address = g_strdup (address);
  self->setting = g_strdup (setting);
  self->remedy = refusal_remedy_find (rule);
  find_changes (self);
  if (self->changes != NULL)
    show_changes (self);
  else
    show_no_changes (self, rule_words (rule, setting));
  return GTK_WIDGET (self);
}

static void
postern_allow_dialog_finalize (GObject *object)
{
  PosternAllowDialog *self = POSTERN_ALLOW_DIALOG (object);

  g_clear_object (&self->client);
  g_clear_pointer (&self->changes, g_variant_unref);
  g_free (self->address);
  g_free (self->setting);
  G_OBJECT_CLASS (postern_allow_dialog_parent_class)->finalize (object);
}

static void
postern_allow_dialog_class_init (PosternAllowDialogClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = postern_allow_dialog_finalize;
  GTK_DIALOG_CLASS (class)->response = postern_allow_dialog_response;
  setting_signal = g_signal_new ("show-setting", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  told_signal = g_signal_new ("told", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/postern/ServerProperties/live/postern-allow-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, PosternAllowDialog, heading);
  gtk_widget_class_bind_template_child (widget_class, PosternAllowDialog, change_label);
  gtk_widget_class_bind_template_child (widget_class, PosternAllowDialog, term_box);
  gtk_widget_class_bind_template_child (widget_class, PosternAllowDialog, term_combo);
  gtk_widget_class_bind_template_child (widget_class, PosternAllowDialog, allow_button);
  gtk_widget_class_bind_template_child (widget_class, PosternAllowDialog, setting_button);
}

static void
postern_allow_dialog_init (PosternAllowDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_combo_box_text_append (self->term_combo, "good", _ ("For good"));
  for (gsize i = 0; i < G_N_ELEMENTS (terms); i++)
    gtk_combo_box_text_append (self->term_combo, terms[i].id, _ (terms[i].title));
  gtk_combo_box_set_active (GTK_COMBO_BOX (self->term_combo), 0);
}
