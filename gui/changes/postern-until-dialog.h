/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/**
 * SECTION: postern-until-dialog
 *
 * Asks until when changes are to last. Responds %GTK_RESPONSE_OK only with an end that is still to
 * come.
 */

#define POSTERN_TYPE_UNTIL_DIALOG (postern_until_dialog_get_type ())
G_DECLARE_FINAL_TYPE (PosternUntilDialog, postern_until_dialog, POSTERN, UNTIL_DIALOG, GtkDialog)

PosternUntilDialog *postern_until_dialog_new (GtkWindow *parent);

/** Returns: the end that is chosen now, in seconds since 1970 */
gint64 postern_until_dialog_get_end (PosternUntilDialog *self);
