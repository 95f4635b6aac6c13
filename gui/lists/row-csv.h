/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: row-csv
 *
 * Tables as text, RFC 4180: fields between commas, or semicolons or tabs; a field in quotation
 * marks may hold them, and line ends.
 */

typedef struct
{
  guint line; /* where its record begins, from 1 */
  char *text; /* stripped; "" where the record has no such field */
} RowCsvCell;

/**
 * row_csv_read_addresses:
 * @text: UTF-8
 *
 * Finds the first column that holds an address or a network. Records before the first address are
 * headings, and are skipped.
 *
 * Returns: (transfer full) (element-type RowCsvCell): that column; empty when there is none
 */
GPtrArray *row_csv_read_addresses (const char *text);

/** Appends @field to @text, in quotation marks where it needs them. */
void row_csv_append (GString *text, const char *field);
