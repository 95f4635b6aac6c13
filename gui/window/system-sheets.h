/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/window/postern-system.h"

/**
 * SECTION: system-sheets
 *
 * The property sheets of one system, each made when it is first opened. One that is wanted before
 * there are settings opens as soon as they have come.
 */

typedef struct _SystemSheets SystemSheets;

/** Help for the page @id of a sheet is wanted, to be shown above @sheet. */
typedef void (*SystemSheetsHelp) (GtkWindow *sheet, const char *id, gpointer user_data);

/** @parent: the window that the sheets are above */
SystemSheets *system_sheets_new (GtkWindow *parent,
                                 PosternSystem *system,
                                 SystemSheetsHelp help,
                                 gpointer user_data);

/** Closes the sheets, whatever has been edited. */
void system_sheets_free (SystemSheets *self);

/** @id: smtp or pop */
void system_sheets_open (SystemSheets *self, const char *id);

/** Opens the sheet that shows @setting, at its widget. */
void system_sheets_open_at (SystemSheets *self, const char *setting);

/** Opens the properties of @server: its sheet, or the page of one. */
void system_sheets_open_server (SystemSheets *self, PosternServer server);

/** Closes all sheets. Returns FALSE when one is still open, because the person is asked first. */
gboolean system_sheets_try_close (SystemSheets *self);
