/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/changes/change-backup.h"

#include <glib/gi18n.h>

#include "gui/changes/change-save.h"
#include "gui/changes/differences.h"
#include "gui/changes/postern-changes-dialog.h"

/* What the bus takes in one message is 32 MiB. */
#define MAX_BYTES (24 * 1024 * 1024)

typedef struct
{
  GtkWindow *parent; /* (nullable): weak */
  PosternClient *client;
  ChangeBackupTold told;
  GtkFileChooserNative *chooser;
  GFile *file;       /* (nullable): that has been chosen */
  char *document;    /* (nullable): the settings file */
  GVariant *changes; /* (nullable): what it would change */
  guint64 expected;  /* the revision that this is seen from */
} Backup;

static Backup *
backup_new (GtkWindow *parent, PosternClient *client, ChangeBackupTold told)
{
  Backup *self = g_new0 (Backup, 1);

  g_set_weak_pointer (&self->parent, parent);
  self->client = g_object_ref (client);
  self->told = told;
  return self;
}

static void
backup_free (Backup *self)
{
  g_clear_weak_pointer (&self->parent);
  g_clear_object (&self->client);
  g_clear_object (&self->chooser);
  g_clear_object (&self->file);
  g_free (self->document);
  g_clear_pointer (&self->changes, g_variant_unref);
  g_free (self);
}

/* @words: (transfer full) (nullable): NULL where there is nothing to tell */
static void
end (Backup *self, char *words)
{
  if (self->parent != NULL && words != NULL)
    self->told (self->parent, words);
  g_free (words);
  backup_free (self);
}

/* @error: (transfer full): what went wrong with the file */
static void
end_with_file_error (Backup *self, const char *words, GError *error)
{
  g_autofree char *name = g_file_get_parse_name (self->file);

  /* The words have places for the file and for what is wrong. */
  g_autoptr (GString) sentence = g_string_new (words);
  g_string_replace (sentence, "%s", name, 1);
  g_string_append_printf (sentence, " %s", error->message);
  g_error_free (error);
  end (self, g_strdup (sentence->str));
}

static void
choose (Backup *self, GtkFileChooserAction action, const char *title, GCallback on_response)
{
  GtkFileFilter *filter = gtk_file_filter_new ();

  self->chooser = gtk_file_chooser_native_new (title, self->parent, action, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_do_overwrite_confirmation (GTK_FILE_CHOOSER (self->chooser), TRUE);
  gtk_file_filter_set_name (filter, _ ("Settings files (*.xml)"));
  gtk_file_filter_add_pattern (filter, "*.xml");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  g_signal_connect (self->chooser, "response", on_response, self);
}

/* --- backing up --- */

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Backup *self = user_data;
  GError *error = NULL;

  if (!g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    {
      end_with_file_error (self, _ ("The settings could not be written to %s."), error);
      return;
    }
  g_autofree char *name = g_file_get_parse_name (self->file);
  end (self, g_strdup_printf (_ ("The settings are backed up in %s. Passwords and keys are not in "
                                 "that file."),
                              name));
}

static void
on_exported (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Backup *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);

  if (reply == NULL)
    {
      end (self, client_error_to_words (error));
      return;
    }
  g_variant_get (reply, "(s)", &self->document);
  g_autoptr (GBytes) bytes = g_bytes_new (self->document, strlen (self->document));
  g_file_replace_contents_bytes_async (self->file, bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL,
                                       on_written, self);
}

static void
on_save_response (GtkNativeDialog *chooser, int response, Backup *self)
{
  if (response != GTK_RESPONSE_ACCEPT)
    {
      end (self, NULL);
      return;
    }
  self->file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  postern_client_call (self->client, POSTERN_PEER_AUTHORITY, "ServerProperties1.Export",
                       g_variant_new ("()"), FALSE, NULL, on_exported, self);
}

/* Returns: (transfer full): "mail.example.org-2026-11-23.xml" */
static char *
suggest_name (PosternClient *client)
{
  g_autoptr (GVariant) value = postern_client_get_value (client, "general.host-name");
  const char *host = value != NULL ? g_variant_get_string (value, NULL) : "";
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *day = g_date_time_format (now, "%F");

  return g_strdup_printf ("%s-%s.xml", *host != '\0' ? host : g_get_host_name (), day);
}

void
change_backup_save (GtkWindow *parent, PosternClient *client, ChangeBackupTold told)
{
  Backup *self = backup_new (parent, client, told);
  g_autofree char *name = suggest_name (client);

  choose (self, GTK_FILE_CHOOSER_ACTION_SAVE, _ ("Back Up the Settings"),
          G_CALLBACK (on_save_response));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* --- restoring --- */

static void
on_imported (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Backup *self = user_data;
  g_autoptr (GError) error = NULL;
  guint64 revision = change_save_finish (result, &error);

  if (revision != 0)
    end (self, g_strdup_printf (_ ("The settings of the backup are in force, as revision %lu."),
                                (gulong) revision));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    end (self, NULL);
  else
    end (self, client_error_to_words (error));
}

static void
on_answered (GtkWidget *dialog, int response, Backup *self)
{
  g_signal_handlers_disconnect_by_data (dialog, self);
  gtk_widget_destroy (dialog);
  if (response != GTK_RESPONSE_OK)
    {
      end (self, NULL);
      return;
    }
  change_save_by (self->parent, self->client, self->expected, self->changes, "Import",
                  g_variant_new ("(ts)", self->expected, self->document), on_imported, self);
}

static void
on_question_gone (GtkWidget *dialog, Backup *self)
{
  end (self, NULL);
}

static void
ask (Backup *self, GVariant *differences)
{
  PosternChangesDialog *dialog = postern_changes_dialog_new (
      self->parent, _ ("Restore from Backup"),
      _ ("All settings become what they are in the backup; the present ones stay in the history. "
         "This will change:"),
      _ ("_Restore"));

  postern_changes_dialog_show (dialog, differences);
  g_signal_connect (dialog, "response", G_CALLBACK (on_answered), self);
  g_signal_connect (dialog, "destroy", G_CALLBACK (on_question_gone), self);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_compared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Backup *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);

  if (reply == NULL || self->parent == NULL)
    {
      end (self, reply == NULL ? client_error_to_words (error) : NULL);
      return;
    }
  g_autoptr (GVariant) differences = g_variant_get_child_value (reply, 0);
  self->changes = differences_to_changes (differences);
  ask (self, differences);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Backup *self = user_data;
  GError *error = NULL;
  gsize length;

  if (!g_file_load_contents_finish (G_FILE (source), result, &self->document, &length, NULL,
                                    &error))
    {
      end_with_file_error (self, _ ("The backup %s could not be read."), error);
      return;
    }
  if (length > MAX_BYTES || !g_utf8_validate_len (self->document, length, NULL))
    {
      g_autofree char *name = g_file_get_parse_name (self->file);

      end (self, g_strdup_printf (_ ("%s is not a settings file."), name));
      return;
    }
  self->expected = postern_client_get_revision (self->client);
  postern_client_call (self->client, POSTERN_PEER_AUTHORITY, "ServerProperties1.DiffDocument",
                       g_variant_new ("(s)", self->document), FALSE, NULL, on_compared, self);
}

static void
on_open_response (GtkNativeDialog *chooser, int response, Backup *self)
{
  if (response != GTK_RESPONSE_ACCEPT)
    {
      end (self, NULL);
      return;
    }
  self->file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  g_file_load_contents_async (self->file, NULL, on_read, self);
}

void
change_backup_restore (GtkWindow *parent, PosternClient *client, ChangeBackupTold told)
{
  Backup *self = backup_new (parent, client, told);

  choose (self, GTK_FILE_CHOOSER_ACTION_OPEN, _ ("Restore from Backup"),
          G_CALLBACK (on_open_response));
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}
