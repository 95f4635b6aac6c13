/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"
#include "gui/pages/sheet.h"

/**
 * SECTION: postern-properties-dialog
 *
 * A property sheet: pages of settings, and OK, Cancel, Apply and Help. It is made once and hidden
 * when it is closed.
 *
 * Signals:
 *   "saved" (guint64 revision)   the changes have been saved
 *   "help" (const char *id)      help for that page is wanted
 */

#define POSTERN_TYPE_PROPERTIES_DIALOG (postern_properties_dialog_get_type ())
G_DECLARE_FINAL_TYPE (
    PosternPropertiesDialog, postern_properties_dialog, POSTERN, PROPERTIES_DIALOG, GtkDialog)

/** @client: with settings loaded */
PosternPropertiesDialog *
postern_properties_dialog_new (GtkWindow *parent, PosternClient *client, const Sheet *sheet);

/** Shows the sheet with the settings as they are; one that is open comes to the front, with its
 * edits. */
void postern_properties_dialog_open (PosternPropertiesDialog *self);

/** The same, at the page of @setting, whose widget gets the focus if it can be used. */
void postern_properties_dialog_open_at (PosternPropertiesDialog *self, const char *setting);

/** Closes the sheet. Returns FALSE when it is still open, because the person is asked first what becomes of the edits. */
gboolean postern_properties_dialog_try_close (PosternPropertiesDialog *self);
