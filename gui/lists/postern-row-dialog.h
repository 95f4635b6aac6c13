/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/**
 * SECTION: postern-row-dialog
 *
 * Asks for one row of a list. Responds GTK_RESPONSE_OK only with a text that is not empty and has
 * no problem that is known and to be refused.
 *
 * Signals:
 *   "changed"         the text differs from what it was
 *   "several-lines"   (s) several lines were pasted, which are no row
 */

#define POSTERN_TYPE_ROW_DIALOG (postern_row_dialog_get_type ())
G_DECLARE_FINAL_TYPE (PosternRowDialog, postern_row_dialog, POSTERN, ROW_DIALOG, GtkDialog)

/** @prompt: label of the entry, with its mnemonic; @example: (nullable): shown below; @text: what
 * the entry starts with */
PosternRowDialog *postern_row_dialog_new (GtkWindow *parent,
                                          const char *title,
                                          const char *prompt,
                                          const char *example,
                                          const char *text);

/** Returns: (transfer full): the text without white space around it */
char *postern_row_dialog_get_text (PosternRowDialog *self);

/** @problem: (nullable): what is wrong; gone at the next change; @refuse: whether OK is not
 * available because of it */
void postern_row_dialog_set_problem (PosternRowDialog *self, const char *problem, gboolean refuse);
