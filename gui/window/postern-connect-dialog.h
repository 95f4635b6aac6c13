/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/**
 * SECTION: postern-connect-dialog
 *
 * Asks for a system to be reached over ssh: its host, and the user there. What cannot be a host or
 * a user is said at once.
 *
 * Responds with GTK_RESPONSE_OK, or as a dialog that is closed.
 */

#define POSTERN_TYPE_CONNECT_DIALOG (postern_connect_dialog_get_type ())
G_DECLARE_FINAL_TYPE (
    PosternConnectDialog, postern_connect_dialog, POSTERN, CONNECT_DIALOG, GtkDialog)

GtkWidget *postern_connect_dialog_new (GtkWindow *parent);

/** Returns: (transfer full): HOST or USER@HOST, which ssh_pipe_is_place() */
char *postern_connect_dialog_get_place (PosternConnectDialog *self);
