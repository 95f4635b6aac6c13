/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"

/**
 * SECTION: change-save
 *
 * Saving with confidence. The authority is asked first what the changes would risk; before an open
 * relay somebody has to say yes, and what could shut people out can be tried: then the settings go
 * back by themselves unless they are kept, and a window counts down. The authority takes them back,
 * so that needs neither this program nor a connection.
 *
 * All functions end with change_save_finish(). When the callback runs, the settings of @client are
 * those of the authority. @parent is what questions belong to; it may be closed and gone before the
 * callback runs.
 */

/** @changes: (transfer floating): an a{sv}, made on the revision @expected */
void change_save (GtkWindow *parent,
                  PosternClient *client,
                  guint64 expected,
                  GVariant *changes,
                  GAsyncReadyCallback callback,
                  gpointer user_data);

/** The same, but the changes go back at @end_s, in seconds since 1970. */
void change_save_until (GtkWindow *parent,
                        PosternClient *client,
                        guint64 expected,
                        GVariant *changes,
                        gint64 end_s,
                        GAsyncReadyCallback callback,
                        gpointer user_data);

/**
 * change_save_by:
 * @changes: (transfer floating): what the method will change, for the questions and for a trial
 * @method: Restore or Import
 * @parameters: (transfer floating): its parameters
 *
 * Saves for good by another method than Apply.
 */
void change_save_by (GtkWindow *parent,
                     PosternClient *client,
                     guint64 expected,
                     GVariant *changes,
                     const char *method,
                     GVariant *parameters,
                     GAsyncReadyCallback callback,
                     gpointer user_data);

/** Returns: the revision saved; 0 with a CLIENT_ERROR, or with G_IO_ERROR_CANCELLED where a question
 * was answered with no */
guint64 change_save_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
