/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/window/system-sheets.h"

#include "gui/sheets/postern-properties-dialog.h"
#include "gui/window/preferences.h"

#define MAX_SIZE 16384

struct _SystemSheets
{
  GtkWindow *parent;
  PosternSystem *system; /* (owned) */
  GHashTable *dialogs;   /* (owned): Sheet -> PosternPropertiesDialog */
  const Sheet *wanted;   /* (nullable): opened when there are settings */
  char *wanted_setting;  /* (nullable) */
  SystemSheetsHelp help;
  gpointer user_data;
};

/* The delivery server has no sheet of its own. */
static const struct
{
  const char *sheet;
  const char *setting; /* (nullable) */
} of_server[POSTERN_N_SERVERS] = {
  { "smtp", NULL },
  { "pop", NULL },
  { "smtp", "smtp.delivery.routes" },
};

static void
on_saved (SystemSheets *self, guint64 revision)
{
  postern_system_note_saved (self->system, revision);
}

static void
on_help (PosternPropertiesDialog *dialog, const char *id, gpointer user_data)
{
  SystemSheets *self = user_data;

  self->help (GTK_WINDOW (dialog), id, self->user_data);
}

/* Of several systems' sheets each has to say whose it is. */
static void
name_system (SystemSheets *self, GtkWindow *dialog)
{
  GtkHeaderBar *bar = GTK_HEADER_BAR (gtk_window_get_titlebar (dialog));

  if (postern_system_get_kind (self->system) == POSTERN_SYSTEM_LOCAL)
    return;
  gtk_header_bar_set_has_subtitle (bar, TRUE);
  gtk_header_bar_set_subtitle (bar, postern_system_get_title (self->system));
}

/* A sheet is as large as the person left it, once that was done. */
static void
restore_size (GtkWindow *dialog, const char *id)
{
  g_autofree char *group = g_strconcat ("sheet ", id, NULL);
  int width = preferences_get_size (group, "width", -1, MAX_SIZE);
  int height = preferences_get_size (group, "height", -1, MAX_SIZE);

  if (width > 0 && height > 0)
    gtk_window_set_default_size (dialog, width, height);
}

static void
remember_size (GtkWindow *dialog, const char *id)
{
  g_autofree char *group = g_strconcat ("sheet ", id, NULL);
  int width, height;

  gtk_window_get_size (dialog, &width, &height);
  preferences_set_size (group, "width", width);
  preferences_set_size (group, "height", height);
}

static void
on_unmap (GtkWidget *dialog, const Sheet *sheet)
{
  remember_size (GTK_WINDOW (dialog), sheet->id);
}

static PosternPropertiesDialog *
dialog_for (SystemSheets *self, const Sheet *sheet)
{
  PosternPropertiesDialog *dialog = g_hash_table_lookup (self->dialogs, sheet);

  if (dialog != NULL)
    return dialog;
  dialog = postern_properties_dialog_new (self->parent, postern_system_get_client (self->system),
                                          sheet);
  name_system (self, GTK_WINDOW (dialog));
  restore_size (GTK_WINDOW (dialog), sheet->id);
  g_signal_connect (dialog, "unmap", G_CALLBACK (on_unmap), (gpointer) sheet);
  g_signal_connect_swapped (dialog, "saved", G_CALLBACK (on_saved), self);
  g_signal_connect (dialog, "help", G_CALLBACK (on_help), self);
  g_hash_table_insert (self->dialogs, (gpointer) sheet, dialog);
  return dialog;
}

static void
open_wanted (SystemSheets *self)
{
  const Sheet *sheet = self->wanted;
  g_autofree char *setting = NULL;

  if (sheet == NULL || !postern_client_has_settings (postern_system_get_client (self->system)))
    return;
  self->wanted = NULL;
  setting = g_steal_pointer (&self->wanted_setting);
  if (setting != NULL)
    postern_properties_dialog_open_at (dialog_for (self, sheet), setting);
  else
    postern_properties_dialog_open (dialog_for (self, sheet));
}

static void
want (SystemSheets *self, const Sheet *sheet, const char *setting)
{
  g_free (self->wanted_setting);
  self->wanted = sheet;
  self->wanted_setting = g_strdup (setting);
  open_wanted (self);
}

SystemSheets *
system_sheets_new (GtkWindow *parent,
                   PosternSystem *system,
                   SystemSheetsHelp help,
                   gpointer user_data)
{
  SystemSheets *self = g_new0 (SystemSheets, 1);

  self->parent = parent;
  self->system = g_object_ref (system);
  self->dialogs = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) gtk_widget_destroy);
  self->help = help;
  self->user_data = user_data;
  g_signal_connect_swapped (system, "changed", G_CALLBACK (open_wanted), self);
  return self;
}

void
system_sheets_free (SystemSheets *self)
{
  g_signal_handlers_disconnect_by_data (self->system, self);
  g_hash_table_unref (self->dialogs);
  g_object_unref (self->system);
  g_free (self->wanted_setting);
  g_free (self);
}

void
system_sheets_open (SystemSheets *self, const char *id)
{
  want (self, sheet_find (id), NULL);
}

void
system_sheets_open_at (SystemSheets *self, const char *setting)
{
  want (self, sheet_find_setting (setting, NULL, NULL), setting);
}

void
system_sheets_open_server (SystemSheets *self, PosternServer server)
{
  want (self, sheet_find (of_server[server].sheet), of_server[server].setting);
}

gboolean
system_sheets_try_close (SystemSheets *self)
{
  GHashTableIter iter;
  gpointer dialog;

  g_hash_table_iter_init (&iter, self->dialogs);
  while (g_hash_table_iter_next (&iter, NULL, &dialog))
    if (!postern_properties_dialog_try_close (dialog))
      return FALSE;
  return TRUE;
}
