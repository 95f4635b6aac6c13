/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/lists/postern-list-editor.h"

/**
 * SECTION: list-transfer
 *
 * Rows between a list and the rest of the desktop: the clipboard, files, and what is dropped on the
 * list. Nothing waits; what fails is told in a dialog above the list's window. What comes in goes
 * through postern_list_editor_take_text().
 */

void list_transfer_copy (PosternListEditor *editor, const char *const *rows);

void list_transfer_paste (PosternListEditor *editor);

/** Asks for a file, and reads it. */
void list_transfer_import (PosternListEditor *editor);

/** Asks for a file, and writes @rows (transfer full) into it, whole or not at all. A name that ends
 * in .csv gets columns with @heading, any other a row a line. */
void list_transfer_export (PosternListEditor *editor, char **rows, const char *heading);

/** Lets files and texts be dropped on @widget. */
void list_transfer_accept_drops (PosternListEditor *editor, GtkWidget *widget);
