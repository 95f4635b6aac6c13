/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/**
 * SECTION: postern-changes-dialog
 *
 * Shows what will change, in words. Responds %GTK_RESPONSE_OK where it asks and the answer is yes.
 *
 * Signal "undo" (const char *name): that change is not wanted; only of one that does not ask.
 */

#define POSTERN_TYPE_CHANGES_DIALOG (postern_changes_dialog_get_type ())
G_DECLARE_FINAL_TYPE (
    PosternChangesDialog, postern_changes_dialog, POSTERN, CHANGES_DIALOG, GtkDialog)

/**
 * postern_changes_dialog_new:
 * @explanation: the sentence above the changes
 * @deed: (nullable): the label of the button that says yes, with its mnemonic; %NULL for a dialog
 * that only shows, and where changes can be undone
 */
PosternChangesDialog *postern_changes_dialog_new (GtkWindow *parent,
                                                  const char *title,
                                                  const char *explanation,
                                                  const char *deed);

/** @differences: an a(svv): name, value before, value afterwards */
void postern_changes_dialog_show (PosternChangesDialog *self, GVariant *differences);
