/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/sheets/postern-properties-dialog.h"

#include <glib/gi18n.h>

#include "gui/client/enforcement.h"
#include "gui/sheets/postern-form.h"
#include "gui/lists/postern-list-editor.h"
#include "gui/widgets/title-bar.h"

/* In pixels; what the window has besides fits on a screen of 768, too. */
#define MAX_PAGE_HEIGHT 580

/* What the info bar is about; it is taken away when that is over. */
typedef enum
{
  NOTICE_NONE,
  NOTICE_LOST,  /* the authority is away */
  NOTICE_SAVED, /* what became of the last revision saved here */
  NOTICE_CLASH, /* the draft contradicts a setting of another sheet */
  NOTICE_OTHER
} Notice;

struct _PosternPropertiesDialog
{
  GtkDialog parent_instance;

  PosternClient *client;
  const Sheet *sheet;
  PosternForm *form;
  Notice notice;
  guint64 saved_revision;
  gboolean saving;
  gboolean close_when_saved;

  GtkInfoBar *info_bar;
  GtkLabel *info_label;
  GtkNotebook *notebook;
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
show_notice (PosternPropertiesDialog *self, Notice notice, GtkMessageType type, const char *words)
{
  self->notice = notice;
  gtk_info_bar_set_message_type (self->info_bar, type);
  gtk_label_set_text (self->info_label, words);
  gtk_info_bar_set_revealed (self->info_bar, TRUE);
}

static void
end_notice (PosternPropertiesDialog *self)
{
  self->notice = NOTICE_NONE;
  gtk_info_bar_set_revealed (self->info_bar, FALSE);
}

static void
show_lost (PosternPropertiesDialog *self)
{
  const char *problem = postern_client_get_problem (self->client);
  g_autofree char *words
      = g_strdup_printf ("%s %s", problem != NULL ? problem : _ ("The settings service is away."),
                         _ ("Your changes are kept here; save them once it is back."));

  show_notice (self, NOTICE_LOST, GTK_MESSAGE_WARNING, words);
}

static void
show_enforcement (PosternPropertiesDialog *self)
{
  g_autofree char *words = NULL;
  Enforcement enforcement = enforcement_of (self->client, self->saved_revision, &words);

  show_notice (self, NOTICE_SAVED,
               enforcement == ENFORCEMENT_FAILED ? GTK_MESSAGE_WARNING : GTK_MESSAGE_INFO, words);
}

static void
show_failure (PosternPropertiesDialog *self, const GError *error)
{
  g_autofree char *reason = client_error_to_words (error);
  g_autofree char *words = NULL;

  if (g_error_matches (error, CLIENT_ERROR, CLIENT_ERROR_UNREACHABLE))
    {
      show_lost (self);
      return;
    }
  if (g_error_matches (error, CLIENT_ERROR, CLIENT_ERROR_STALE))
    words = g_strdup_printf ("%s %s", reason,
                             _ ("Nothing of yours is lost: what you had not edited now shows the "
                                "new values, and your changes are kept. Look them over and save "
                                "again."));
  else
    words = g_strdup_printf ("%s %s", reason, _ ("Nothing was saved; your changes are kept here."));
  show_notice (self, NOTICE_OTHER, GTK_MESSAGE_ERROR, words);
}

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

/* @problem: (nullable): what no field of this sheet can say */
static void
show_clash (PosternPropertiesDialog *self, const char *problem)
{
  g_autofree char *words = NULL;

  if (problem == NULL && self->notice == NOTICE_CLASH)
    end_notice (self);
  if (problem == NULL)
    return;
  words = g_strdup_printf (_ ("This does not go with the other settings: %s"), problem);
  show_notice (self, NOTICE_CLASH, GTK_MESSAGE_ERROR, words);
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
  gtk_widget_set_sensitive (GTK_WIDGET (self->notebook), !self->saving);
  for (int i = 0; i < gtk_notebook_get_n_pages (self->notebook); i++)
    mark_tab (self, i, postern_form_has_problem_on (self->form, i));
  show_clash (self, page_number < 0 ? problem : NULL);
}

/* --- saving --- */

static void
close_sheet (PosternPropertiesDialog *self)
{
  gtk_widget_hide (GTK_WIDGET (self));
}

static void
on_applied (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PosternPropertiesDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  guint64 revision = postern_client_apply_finish (POSTERN_CLIENT (source), result, &error);

  if (self->form == NULL) /* the window has been closed meanwhile */
    return;
  self->saving = FALSE;
  if (error != NULL)
    {
      postern_form_rebase (self->form);
      show_failure (self, error);
      gtk_window_present (
          GTK_WINDOW (self)); /* it may have been closed meanwhile, with the edits */
      return;
    }
  postern_form_settle (self->form);
  if (postern_client_get_revision (self->client) >= revision)
    postern_form_rebase (self->form);
  update_buttons (self);
  self->saved_revision = revision;
  g_signal_emit (self, signals[SAVED], 0, revision);
  if (self->close_when_saved)
    close_sheet (self);
  else
    show_enforcement (self);
}

static void
save (PosternPropertiesDialog *self, gboolean close_when_saved)
{
  self->saving = TRUE;
  self->close_when_saved = close_when_saved;
  end_notice (self);
  update_buttons (self);
  postern_client_apply (self->client, postern_form_get_base_revision (self->form),
                        postern_form_get_changes (self->form), on_applied, g_object_ref (self));
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
  if (postern_form_is_edited (self->form))
    words = g_strdup_printf (_ ("Somebody else changed these settings (revision %lu). What you had "
                                "not edited shows the new values; your changes are "
                                "kept, and not saved yet."),
                             revision);
  else
    words = g_strdup_printf (
        _ ("Somebody else changed these settings (revision %lu). They are shown as they are now."),
        revision);
  show_notice (self, NOTICE_OTHER, GTK_MESSAGE_INFO, words);
}

static void
on_servers_changed (PosternPropertiesDialog *self)
{
  if (self->notice == NOTICE_SAVED)
    show_enforcement (self);
}

static void
on_ready_changed (PosternPropertiesDialog *self)
{
  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    return;
  if (!postern_client_is_ready (self->client))
    {
      show_lost (self);
      return;
    }
  if (self->notice == NOTICE_LOST)
    end_notice (self);
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

static void
ask_to_discard (PosternPropertiesDialog *self)
{
  GtkWidget *question = gtk_message_dialog_new (
      GTK_WINDOW (self), GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT, GTK_MESSAGE_QUESTION,
      GTK_BUTTONS_NONE, "%s", _ ("Discard the changes?"));

  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (question), "%s",
                                            _ ("What you have changed here is not saved."));
  gtk_dialog_add_button (GTK_DIALOG (question), _ ("_Discard"), GTK_RESPONSE_YES);
  gtk_dialog_add_button (GTK_DIALOG (question), _ ("_Keep Editing"), GTK_RESPONSE_CANCEL);
  gtk_dialog_set_default_response (GTK_DIALOG (question), GTK_RESPONSE_CANCEL);
  g_signal_connect_object (question, "response", G_CALLBACK (on_discard_response), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (question));
}

gboolean
postern_properties_dialog_try_close (PosternPropertiesDialog *self)
{
  if (gtk_widget_get_visible (GTK_WIDGET (self)) && postern_form_is_edited (self->form)
      && !self->saving)
    {
      gtk_window_present (GTK_WINDOW (self));
      ask_to_discard (self);
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
        save (self, TRUE);
      else
        close_sheet (self);
      break;
    case GTK_RESPONSE_APPLY:
      save (self, FALSE);
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
  g_signal_connect_object (self->client, "servers-changed", G_CALLBACK (on_servers_changed), self,
                           G_CONNECT_SWAPPED);
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
  title_bar_add (GTK_WINDOW (self), _ (sheet->title));
  self->form = postern_form_new (client);
  for (const SheetPage *page = sheet->pages; page->id != NULL; page++)
    add_page (self, page);
  g_signal_connect_object (self->form, "changed", G_CALLBACK (update_buttons), self,
                           G_CONNECT_SWAPPED);
  connect_client (self);
  return self;
}

void
postern_properties_dialog_open (PosternPropertiesDialog *self)
{
  /* One that is still saving comes back as it was left. */
  if (!gtk_widget_get_visible (GTK_WIDGET (self)) && !self->saving)
    {
      end_notice (self);
      postern_form_reset (self->form);
      gtk_notebook_set_current_page (self->notebook, 0);
      gtk_widget_grab_focus (GTK_WIDGET (self->notebook));
      if (!postern_client_is_ready (self->client))
        show_lost (self);
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
  gtk_widget_class_bind_template_child (widget_class, PosternPropertiesDialog, apply_button);
  gtk_widget_class_bind_template_child (widget_class, PosternPropertiesDialog, ok_button);
}

static void
postern_properties_dialog_init (PosternPropertiesDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_button_box_set_child_secondary (
      GTK_BUTTON_BOX (gtk_widget_get_parent (self->ok_button)),
      gtk_dialog_get_widget_for_response (GTK_DIALOG (self), GTK_RESPONSE_HELP), TRUE);
}
