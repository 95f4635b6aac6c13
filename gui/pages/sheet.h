/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: sheet
 *
 * The property sheets as tables: which pages a sheet has, and which setting is shown by which
 * widget of a page.
 */

/** A row of the table that ties settings to widgets. */
typedef struct
{
  const char *setting;
  const char *widget; /* the field's id in its page, see form-field */
} SheetRow;

typedef struct
{
  const char *id; /* of the page: pages/ID.ui, whose outermost widget is "page"; and of its help */
  const char *title;    /* on the tab, with its mnemonic if it has one; to be translated */
  const SheetRow *rows; /* ends with an empty one */
} SheetPage;

typedef struct
{
  const char *id;         /* smtp or pop, as for --properties */
  const char *title;      /* of the window; to be translated */
  const SheetPage *pages; /* end with an empty one */
} Sheet;

/** Returns: (transfer none): the sheet with that id, or %NULL */
const Sheet *sheet_find (const char *id);

/**
 * sheet_find_setting:
 * @page: (out) (optional): where in the sheet the setting is
 * @row: (out) (optional): by which widget
 *
 * Returns: (transfer none) (nullable): the first sheet that shows the setting @name
 */
const Sheet *sheet_find_setting (const char *name, const SheetPage **page, const SheetRow **row);
