/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/lists/row-judge.h"

/**
 * SECTION: postern-import-dialog
 *
 * Shows what of a text would become rows of a list: each line as new, double or wrong, with the
 * reason. Responds GTK_RESPONSE_OK when the new ones are to be added; positive
 * responses are its own, and it stays.
 */

#define POSTERN_TYPE_IMPORT_DIALOG (postern_import_dialog_get_type ())
G_DECLARE_FINAL_TYPE (PosternImportDialog, postern_import_dialog, POSTERN, IMPORT_DIALOG, GtkDialog)

/** What an import is for. */
typedef struct
{
  const char *title; /* of the list */
  gboolean networks; /* its rows are addresses and networks */
  gboolean refuses;  /* it is a list of what is refused: so much is taken of a table */
} PosternImportTarget;

/**
 * postern_import_dialog_new:
 * @rows: (transfer full): of the list
 * @text: (transfer full): UTF-8 with plain line ends
 * @judge: (nullable): who says what is wrong; is to live as long as the dialog
 */
PosternImportDialog *postern_import_dialog_new (GtkWindow *parent,
                                                const PosternImportTarget *target,
                                                char **rows,
                                                char *text,
                                                const RowJudge *judge);

/** Returns: (transfer full): the new rows, NULL-terminated */
char **postern_import_dialog_get_rows (PosternImportDialog *self);
