/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: row-table
 *
 * Reads a Postfix table of networks, as cidr_table(5) describes it.
 */

typedef enum
{
  ROW_ACTION_PERMIT,
  ROW_ACTION_REFUSE
} RowAction;

typedef struct
{
  guint line; /* from 1 */
  char *row;  /* the network; of what is wrong the whole line */
  RowAction action;
  const char *fault; /* (nullable): why it can't be a row; to be translated */
} RowTableEntry;

/** Returns: (transfer full) (element-type RowTableEntry): the entries of @text, which is UTF-8 */
GPtrArray *row_table_read (const char *text);

/** Whether the line, stripped, is an if or an endif of such a table. */
gboolean row_table_is_condition (const char *line);

/** Returns: (transfer full): 2001:db8::/32 of [2001:db8::]/32, and anything else as it is */
char *row_table_unbracket (const char *word);
