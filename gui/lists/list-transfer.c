/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/lists/list-transfer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/lists/row-file.h"

static GtkWindow *
window_of (PosternListEditor *editor)
{
  GtkWidget *top = gtk_widget_get_toplevel (GTK_WIDGET (editor));

  return GTK_IS_WINDOW (top) ? GTK_WINDOW (top) : NULL;
}

/* @words: with %s for the name of the file */
static void
tell_failure (PosternListEditor *editor, const char *words, GFile *file, const GError *error)
{
  g_autofree char *name = g_file_get_parse_name (file);
  GtkWidget *dialog = gtk_message_dialog_new (window_of (editor),
                                              GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                                              GTK_MESSAGE_ERROR, GTK_BUTTONS_CLOSE, words, name);

  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s", error->message);
  g_signal_connect (dialog, "response", G_CALLBACK (gtk_widget_destroy), NULL);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- the clipboard --- */

static GtkClipboard *
clipboard_of (PosternListEditor *editor)
{
  return gtk_widget_get_clipboard (GTK_WIDGET (editor), GDK_SELECTION_CLIPBOARD);
}

void
list_transfer_copy (PosternListEditor *editor, const char *const *rows)
{
  g_autoptr (GString) text = row_file_to_text (rows);

  gtk_clipboard_set_text (clipboard_of (editor), text->str, (int) text->len);
}

static void
on_text (GtkClipboard *clipboard, const char *text, gpointer user_data)
{
  g_autoptr (PosternListEditor) editor = user_data;
  g_autofree char *plain
      = text != NULL ? row_file_decode (text, strlen (text), NULL) : NULL; /* plain line ends */

  if (plain != NULL && window_of (editor) != NULL)
    postern_list_editor_take_text (editor, plain, FALSE);
}

void
list_transfer_paste (PosternListEditor *editor)
{
  gtk_clipboard_request_text (clipboard_of (editor), on_text, g_object_ref (editor));
}

/* --- a file that comes in --- */

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PosternListEditor) editor = user_data;
  GFile *file = G_FILE (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  g_autofree char *text = NULL;
  gsize length;

  if (g_file_load_contents_finish (file, result, &bytes, &length, NULL, &error))
    text = row_file_decode (bytes, length, &error);
  if (window_of (editor) == NULL)
    return; /* closed meanwhile */
  if (text == NULL)
    tell_failure (editor, _ ("“%s” cannot be read as a list"), file, error);
  else
    postern_list_editor_take_text (editor, text, TRUE);
}

static void
load (PosternListEditor *editor, GFile *file)
{
  g_file_load_contents_async (file, NULL, on_loaded, g_object_ref (editor));
}

static void
on_import_response (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  g_autoptr (PosternListEditor) editor = user_data;
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file != NULL)
    load (editor, file);
  g_object_unref (dialog);
}

/* @dialog: (transfer full): lives until @on_response, which frees @user_data, too */
static void
show_chooser (GtkFileChooserNative *dialog, GCallback on_response, gpointer user_data)
{
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect (dialog, "response", on_response, user_data);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
list_transfer_import (PosternListEditor *editor)
{
  GtkFileChooserNative *dialog
      = gtk_file_chooser_native_new (_ ("Import Rows"), window_of (editor),
                                     GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"), _ ("_Cancel"));

  /* A list to import was hardly open lately: what is shown are files, and not recent ones. */
  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (dialog), g_get_home_dir ());
  show_chooser (dialog, G_CALLBACK (on_import_response), g_object_ref (editor));
}

/* --- a file that goes out --- */

typedef struct
{
  PosternListEditor *editor; /* (owned) */
  char **rows;
  char *heading;
} Export;

static void
export_free (Export *export)
{
  g_object_unref (export->editor);
  g_strfreev (export->rows);
  g_free (export->heading);
  g_free (export);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PosternListEditor) editor = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_file_replace_contents_finish (G_FILE (source), result, NULL, &error)
      && window_of (editor) != NULL)
    tell_failure (editor, _ ("“%s” cannot be written"), G_FILE (source), error);
}

static void
save (const Export *export, GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *folded = g_ascii_strdown (name, -1);
  const char *const *rows = (const char *const *) export->rows;
  GString *text = g_str_has_suffix (folded, ".csv") ? row_file_to_csv (rows, export->heading)
                                                    : row_file_to_text (rows);
  g_autoptr (GBytes) bytes = g_string_free_to_bytes (text);

  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL, on_saved,
                                       g_object_ref (export->editor));
}

static void
on_export_response (GtkNativeDialog *dialog, int response, Export *export)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file != NULL)
    save (export, file);
  export_free (export);
  g_object_unref (dialog);
}

void
list_transfer_export (PosternListEditor *editor, char **rows, const char *heading)
{
  GtkFileChooserNative *dialog
      = gtk_file_chooser_native_new (_ ("Export Rows"), window_of (editor),
                                     GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));
  Export *export = g_new (Export, 1);
  g_autofree char *name = g_strconcat (heading, ".txt", NULL);

  *export = (Export){ g_object_ref (editor), rows, g_strdup (heading) };
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  gtk_file_chooser_set_do_overwrite_confirmation (GTK_FILE_CHOOSER (dialog), TRUE);
  show_chooser (dialog, G_CALLBACK (on_export_response), export);
}

/* --- what is dropped --- */

static void
on_drop (GtkWidget *widget,
         GdkDragContext *context,
         int x,
         int y,
         GtkSelectionData *data,
         guint info,
         guint time,
         PosternListEditor *editor)
{
  g_auto (GStrv) uris = gtk_selection_data_get_uris (data);
  g_autofree char *text = uris == NULL ? (char *) gtk_selection_data_get_text (data) : NULL;

  if (uris != NULL && uris[0] != NULL)
    {
      g_autoptr (GFile) file = g_file_new_for_uri (uris[0]);

      load (editor, file);
    }
  else if (text != NULL)
    on_text (NULL, text, g_object_ref (editor));
  gtk_drag_finish (context, uris != NULL || text != NULL, FALSE, time);
}

void
list_transfer_accept_drops (PosternListEditor *editor, GtkWidget *widget)
{
  gtk_drag_dest_set (widget, GTK_DEST_DEFAULT_ALL, NULL, 0, GDK_ACTION_COPY);
  gtk_drag_dest_add_uri_targets (widget);
  gtk_drag_dest_add_text_targets (widget);
  g_signal_connect (widget, "drag-data-received", G_CALLBACK (on_drop), editor);
}
