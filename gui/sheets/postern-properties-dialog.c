/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/sheets/postern-properties-dialog.h"

#include <glib/gi18n.h>

#include "gui/changes/change-save.h"
#include "gui/changes/differences.h"
#include "gui/changes/postern-changes-dialog.h"
#include "gui/changes/postern-temporary.h"
#include "gui/changes/postern-until-dialog.h"
#include "gui/sheets/discard-question.h"
#include "gui/sheets/postern-form.h"
#include "gui/sheets/sheet-notice.h"
#include "gui/lists/postern-list-editor.h"
#include "gui/widgets/title-bar.h"

/* In pixels; what the window has besides fits on a screen of 768, too. */
#define MAX_PAGE_HEIGHT 580

/* As in the template. */
enum
{
  RESPONSE_CHANGES = 1,
  RESPONSE_UNTIL
};

struct _PosternPropertiesDialog
{
  GtkDialog parent_instance;

  PosternClient *client;
  const Sheet *sheet;
  PosternForm *form;
  SheetNotice *notice;
  GVariant *saved; /* (nullable): a(svv): what was saved from here last */
  gboolean saving;
  gboolean close_when_saved;

  GtkInfoBar *info_bar;
  GtkLabel *info_label;
  GtkNotebook *notebook;
  GtkButton *changes_button;
  PosternChangesDialog *changes_dialog; /* (nullable): while it is open */
  GtkWidget *until_button;
  GtkWidget *apply_button;
  GtkWidget *ok_button;
};

enum
{
  SAVED,
  HELP,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_TYPE (PosternPropertiesDialog, postern_properties_dialog, GTK_TYPE_DIALOG)

/* --- words --- */

static void
mark_tab (PosternPropertiesDialog *self, int number, gboolean wrong)
{
  GtkWidget *page = gtk_notebook_get_nth_page (self->notebook, number);
  GtkStyleContext *style
      = gtk_widget_get_style_context (gtk_notebook_get_tab_label (self->notebook, page));

  if (wrong)
    gtk_style_context_add_class (style, "field-problem");
  else
    gtk_style_context_remove_class (style, "field-problem");
}

/* The number of changes, and the window that lists them if it is open. */
static void
update_changes (PosternPropertiesDialog *self)
{
  g_autoptr (GVariant) differences = g_variant_ref_sink (postern_form_get_differences (self->form));
  guint count = g_variant_n_children (differences);
  g_autofree char *label = count == 0 ? g_strdup (_ ("What E_xactly Changes…"))
                                      : g_strdup_printf (_ ("What E_xactly Changes (%u)…"), count);

  gtk_button_set_label (self->changes_button, label);
  gtk_widget_set_sensitive (GTK_WIDGET (self->changes_button), count > 0);
  if (self->changes_dialog != NULL)
    postern_changes_dialog_show (self->changes_dialog, differences);
}

/* Says at the buttons why they are not available. */
static void
update_buttons (PosternPropertiesDialog *self)
{
  int page_number = -1;
  const char *problem = postern_form_get_problem (self->form, &page_number);
  gboolean edited = postern_form_is_edited (self->form);
  g_autofree char *reason = NULL;

  if (problem != NULL)
    reason = g_strdup_printf (_ ("Not available, because a value is wrong: %s"), problem);
  else if (self->saving)
    reason = g_strdup (_ ("The changes are being saved."));

  gtk_widget_set_sensitive (self->ok_button, reason == NULL);
  gtk_widget_set_tooltip_text (self->ok_button, reason);
  gtk_widget_set_sensitive (self->apply_button, reason == NULL && edited);
  gtk_widget_set_tooltip_text (
      self->apply_button, reason == NULL && !edited ? _ ("Nothing has been changed.") : reason);
  gtk_widget_set_sensitive (self->until_button, reason == NULL && edited);
  gtk_widget_set_tooltip_text (self->until_button,
                               reason != NULL
                                   ? reason
                                   : _ ("Save the changes for a while: they are taken back by "
                                        "themselves."));
  update_changes (self);
  gtk_widget_set_sensitive (GTK_WIDGET (self->notebook), !self->saving);
  for (int i = 0; i < gtk_notebook_get_n_pages (self->notebook); i++)
    mark_tab (self, i, postern_form_has_problem_on (self->form, i));
  sheet_notice_show_clash (self->notice, page_number < 0 ? problem : NULL);
}

/* --- saving --- */

static void
close_sheet (PosternPropertiesDialog *self)
{
  gtk_widget_hide (GTK_WIDGET (self));
}

/* @error: why nothing was saved; a cancellation is what the person wants */
static void
end_without_saving (PosternPropertiesDialog *self, const GError *error)
{
  postern_form_rebase (self->form);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    sheet_notice_show_failure (self->notice, error);
  gtk_window_present (GTK_WINDOW (self)); /* it may have been closed meanwhile, with the edits */
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PosternPropertiesDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  guint64 revision = change_save_finish (result, &error);

  if (self->form == NULL) /* the window has been closed meanwhile */
    return;
  self->saving = FALSE;
  if (error != NULL)
    {
      end_without_saving (self, error);
      return;
    }
  postern_form_settle (self->form);
  if (postern_client_get_revision (self->client) >= revision)
    postern_form_rebase (self->form);
  update_buttons (self);
  sheet_notice_show_saved (self->notice, revision);
  g_signal_emit (self, signals[SAVED], 0, revision);
  if (self->close_when_saved)
    close_sheet (self);
}

/* @end_s: 0 for good */
static void
save (PosternPropertiesDialog *self, gboolean close_when_saved, gint64 end_s)
{
  guint64 base = postern_form_get_base_revision (self->form);
  GVariant *changes = postern_form_get_changes (self->form);

  self->saving = TRUE;
  self->close_when_saved = close_when_saved;
  g_clear_pointer (&self->saved, g_variant_unref);
  self->saved = g_variant_ref_sink (postern_form_get_differences (self->form));
  sheet_notice_end (self->notice);
  update_buttons (self);
  if (end_s == 0)
    change_save (GTK_WINDOW (self), self->client, base, changes, on_saved, g_object_ref (self));
  else
    change_save_until (GTK_WINDOW (self), self->client, base, changes, end_s, on_saved,
                       g_object_ref (self));
}

static void
on_until_response (PosternPropertiesDialog *self, int response, PosternUntilDialog *dialog)
{
  gint64 end_s = postern_until_dialog_get_end (dialog);

  gtk_widget_destroy (GTK_WIDGET (dialog));
  if (response == GTK_RESPONSE_OK)
    save (self, FALSE, end_s);
}

static void
ask_until (PosternPropertiesDialog *self)
{
  PosternUntilDialog *dialog = postern_until_dialog_new (GTK_WINDOW (self));

  g_signal_connect_object (dialog, "response", G_CALLBACK (on_until_response), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- what will change --- */

static void
on_undo (PosternPropertiesDialog *self, const char *setting)
{
  postern_form_undo (self->form, setting);
}

static void
show_changes (PosternPropertiesDialog *self)
{
  self->changes_dialog = postern_changes_dialog_new (
      GTK_WINDOW (self), _ ("What Changes"),
      _ ("The changes made here that are not saved yet. The arrow beside one undoes it."), NULL);
  g_signal_connect_object (self->changes_dialog, "undo", G_CALLBACK (on_undo), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self->changes_dialog, "response", G_CALLBACK (gtk_widget_destroy), NULL);
  g_signal_connect (self->changes_dialog, "destroy", G_CALLBACK (gtk_widget_destroyed),
                    &self->changes_dialog);
  update_changes (self);
  gtk_window_present (GTK_WINDOW (self->changes_dialog));
}

/* --- what happens elsewhere meanwhile --- */

static void
on_settings_changed (PosternPropertiesDialog *self)
{
  g_autofree char *words = NULL;
  gulong revision = postern_client_get_revision (self->client);

  /* A sheet that is saving learns of it when that has ended; a hidden one when it is opened. */
  if (self->saving || !gtk_widget_get_visible (GTK_WIDGET (self)))
    return;
  if (postern_form_rebase (self->form) == 0)
    return;
  if (self->saved != NULL && differences_are_undone (self->saved, self->client))
    words = g_strdup_printf (
        _ ("What was saved for a while from here is over: the former settings are in force again "
           "(revision %lu)."),
        revision);
  else if (postern_form_is_edited (self->form))
    words = g_strdup_printf (_ ("Somebody else changed these settings (revision %lu). What you had "
                                "not edited shows the new values; your changes are "
                                "kept, and not saved yet."),
                             revision);
  else
    words = g_strdup_printf (
        _ ("Somebody else changed these settings (revision %lu). They are shown as they are now."),
        revision);
  sheet_notice_show_words (self->notice, words);
}

static void
on_ready_changed (PosternPropertiesDialog *self)
{
  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    return;
  sheet_notice_show_ready (self->notice);
  if (!postern_client_is_ready (self->client))
    return;
  postern_form_check (self->form);
}

/* --- buttons --- */

static void
on_discard_response (PosternPropertiesDialog *self, int response, GtkWidget *question)
{
  gtk_widget_destroy (question);
  if (response == GTK_RESPONSE_YES)
    close_sheet (self);
}

gboolean
postern_properties_dialog_try_close (PosternPropertiesDialog *self)
{
  if (gtk_widget_get_visible (GTK_WIDGET (self)) && postern_form_is_edited (self->form)
      && !self->saving)
    {
      gtk_window_present (GTK_WINDOW (self));
      g_signal_connect_object (discard_question_new (GTK_WINDOW (self)), "response",
                               G_CALLBACK (on_discard_response), self, G_CONNECT_SWAPPED);
      return FALSE;
    }
  close_sheet (self);
  return TRUE;
}

static const char *
current_page_id (PosternPropertiesDialog *self)
{
  return self->sheet->pages[gtk_notebook_get_current_page (self->notebook)].id;
}

static void
postern_properties_dialog_response (GtkDialog *dialog, int response)
{
  PosternPropertiesDialog *self = POSTERN_PROPERTIES_DIALOG (dialog);
  gboolean edited = postern_form_is_edited (self->form);

  switch (response)
    {
    case GTK_RESPONSE_OK:
      if (edited)
        save (self, TRUE, 0);
      else
        close_sheet (self);
      break;
    case GTK_RESPONSE_APPLY:
      save (self, FALSE, 0);
      break;
    case RESPONSE_CHANGES:
      show_changes (self);
      break;
    case RESPONSE_UNTIL:
      ask_until (self);
      break;
    case GTK_RESPONSE_HELP:
      g_signal_emit (self, signals[HELP], 0, current_page_id (self));
      break;
    default:
      postern_properties_dialog_try_close (self);
    }
}

/* --- building the sheet --- */

/* On a small screen, and with large letters, a page is scrolled. */
static GtkWidget *
new_scroller (GtkWidget *page)
{
  GtkWidget *scroller = gtk_scrolled_window_new (NULL, NULL);

  g_object_set (scroller, "hscrollbar-policy", GTK_POLICY_NEVER, "propagate-natural-height", TRUE,
                "max-content-height", MAX_PAGE_HEIGHT, "visible", TRUE, NULL);
  gtk_container_add (GTK_CONTAINER (scroller), page);
  return scroller;
}

static void
add_page (PosternPropertiesDialog *self, const SheetPage *page)
{
  g_autofree char *path = g_strdup_printf ("/org/postern/ServerProperties/pages/%s.ui", page->id);
  g_autoptr (GtkBuilder) builder = gtk_builder_new ();
  g_autoptr (GError) error = NULL;
  GtkWidget *label = gtk_label_new_with_mnemonic (_ (page->title));
  int number;

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (!gtk_builder_add_from_resource (builder, path, &error))
    g_error ("%s", error->message); /* a broken build */
  number = gtk_notebook_append_page (
      self->notebook, new_scroller (GTK_WIDGET (gtk_builder_get_object (builder, "page"))), label);
  postern_form_bind (self->form, builder, page->rows, number);
}

static void
connect_client (PosternPropertiesDialog *self)
{
  g_signal_connect_object (self->client, "settings-changed", G_CALLBACK (on_settings_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->client, "servers-changed", G_CALLBACK (sheet_notice_refresh),
                            self->notice);
  g_signal_connect_object (postern_temporary_of (self->client), "changed",
                           G_CALLBACK (postern_form_check), self->form, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->client, "notify::ready", G_CALLBACK (on_ready_changed), self,
                           G_CONNECT_SWAPPED);
}

PosternPropertiesDialog *
postern_properties_dialog_new (GtkWindow *parent, PosternClient *client, const Sheet *sheet)
{
  PosternPropertiesDialog *self = g_object_new (POSTERN_TYPE_PROPERTIES_DIALOG, "use-header-bar",
                                                FALSE, "transient-for", parent, NULL);

  self->client = g_object_ref (client);
  self->sheet = sheet;
  self->notice = sheet_notice_new (client, self->info_bar, self->info_label);
  title_bar_add (GTK_WINDOW (self), _ (sheet->title));
  self->form = postern_form_new (client);
  for (const SheetPage *page = sheet->pages; page->id != NULL; page++)
    add_page (self, page);
  g_signal_connect_object (self->form, "changed", G_CALLBACK (update_buttons), self,
                           G_CONNECT_SWAPPED);
  connect_client (self);
  postern_form_set_note (self->form, (PosternFormNote) postern_temporary_get_note,
                         postern_temporary_of (client));
  return self;
}

void
postern_properties_dialog_open (PosternPropertiesDialog *self)
{
  /* One that is still saving comes back as it was left. */
  if (!gtk_widget_get_visible (GTK_WIDGET (self)) && !self->saving)
    {
      sheet_notice_end (self->notice);
      postern_form_reset (self->form);
      gtk_notebook_set_current_page (self->notebook, 0);
      gtk_widget_grab_focus (GTK_WIDGET (self->notebook));
      sheet_notice_show_ready (self->notice);
    }
  gtk_window_present (GTK_WINDOW (self));
}

void
postern_properties_dialog_open_at (PosternPropertiesDialog *self, const char *setting)
{
  const SheetPage *page = NULL;
  GtkWidget *widget = postern_form_get_widget (self->form, setting);

  postern_properties_dialog_open (self);
  if (widget == NULL || sheet_find_setting (setting, &page, NULL) != self->sheet)
    return;
  gtk_notebook_set_current_page (self->notebook, page - self->sheet->pages);
  gtk_widget_grab_focus (widget);
}

/* --- the object --- */

/* The sheet is hidden and used again; the response has been given by GtkDialog when this runs. */
static gboolean
postern_properties_dialog_delete_event (GtkWidget *widget, GdkEventAny *event)
{
  return GDK_EVENT_STOP;
}

static gboolean
postern_properties_dialog_key_press_event (GtkWidget *widget, GdkEventKey *event)
{
  if (event->keyval != GDK_KEY_F1)
    return GTK_WIDGET_CLASS (postern_properties_dialog_parent_class)
        ->key_press_event (widget, event);
  gtk_dialog_response (GTK_DIALOG (widget), GTK_RESPONSE_HELP);
  return GDK_EVENT_STOP;
}

static void
postern_properties_dialog_dispose (GObject *object)
{
  PosternPropertiesDialog *self = POSTERN_PROPERTIES_DIALOG (object);

  if (self->notice != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self->notice);
  g_clear_pointer (&self->notice, sheet_notice_free);
  g_clear_pointer (&self->saved, g_variant_unref);
  g_clear_object (&self->form);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (postern_properties_dialog_parent_class)->dispose (object);
}

static void
postern_properties_dialog_class_init (PosternPropertiesDialogClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = postern_properties_dialog_dispose;
  widget_class->delete_event = postern_properties_dialog_delete_event;
  widget_class->key_press_event = postern_properties_dialog_key_press_event;
  GTK_DIALOG_CLASS (class)->response = postern_properties_dialog_response;

  signals[SAVED] = g_signal_new ("saved", POSTERN_TYPE_PROPERTIES_DIALOG, G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
  signals[HELP] = g_signal_new ("help", POSTERN_TYPE_PROPERTIES_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (POSTERN_TYPE_LIST_EDITOR); /* the pages name it */
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/postern/ServerProperties/sheets/postern-properties-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, PosternPropertiesDialog, info_bar);
  gtk_widget_class_bind_template_child (widget_class, PosternPropertiesDialog, info_label);
  gtk_widget_class_bind_template_child (widget_class, PosternPropertiesDialog, notebook);
  gtk_widget_class_bind_template_child (widget_class, PosternPropertiesDialog, changes_button);
  gtk_widget_class_bind_template_child (widget_class, PosternPropertiesDialog, until_button);
  gtk_widget_class_bind_template_child (widget_class, PosternPropertiesDialog, apply_button);
  gtk_widget_class_bind_template_child (widget_class, PosternPropertiesDialog, ok_button);
}

static void
postern_properties_dialog_init (PosternPropertiesDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  GtkButtonBox *buttons = GTK_BUTTON_BOX (gtk_widget_get_parent (self->ok_button));

  gtk_button_box_set_child_secondary (
      buttons, gtk_dialog_get_widget_for_response (GTK_DIALOG (self), GTK_RESPONSE_HELP), TRUE);
  gtk_button_box_set_child_secondary (buttons, GTK_WIDGET (self->changes_button), TRUE);
  gtk_button_box_set_child_non_homogeneous (buttons, GTK_WIDGET (self->changes_button), TRUE);
  gtk_button_box_set_child_non_homogeneous (buttons, self->until_button, TRUE);
}
