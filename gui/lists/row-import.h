/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/**
 * SECTION: row-import
 *
 * Reads rows from the text of a file or of the clipboard, in the formats that lists of other
 * programs have. Pure: no file, no bus, no list is changed. Whether a row is right is the
 * authority's to judge; what is refused here can't be a row at all.
 */

typedef enum
{
  ROW_FORMAT_DETECT,
  ROW_FORMAT_LINES,      /* a row a line; lines that begin with # are comments */
  ROW_FORMAT_ADDRESSES,  /* ADDRESS, ADDRESS/PREFIX or ADDRESS MASK; # and ; begin a comment */
  ROW_FORMAT_MYNETWORKS, /* as of Postfix: addresses between commas and blanks, in lines */
  ROW_FORMAT_TABLE,      /* as of Postfix, cidr_table(5): NETWORK ACTION, if and endif */
  ROW_FORMAT_CSV /* RFC 4180, between commas, semicolons or tabs: the first column that holds
                            addresses */
} RowFormat;

/** What is taken of a table. */
typedef enum
{
  ROW_TAKE_PERMITTED,
  ROW_TAKE_REFUSED,
  ROW_TAKE_BOTH
} RowTake;

typedef enum
{
  ROW_LINE_NEW,
  ROW_LINE_LISTED, /* in the list already */
  ROW_LINE_TWICE,  /* a second time in this text */
  ROW_LINE_APART,  /* of a table: the other action */
  ROW_LINE_WRONG,
  ROW_LINE_STATES
} RowLineState;

typedef struct
{
  guint number; /* of the line in the text, from 1 */
  char *row;    /* what would become a row; of a wrong line what stands there */
  RowLineState state;
  char *reason; /* (nullable): why it is wrong or apart, in words */
} RowLine;

typedef struct
{
  RowFormat format; /* as chosen, or as detected */
  GPtrArray *lines; /* (element-type RowLine) in the order of the text, without comments */
  guint permitted;  /* lines of a table that permit, and that refuse */
  guint refused;
} RowImport;

/**
 * row_import_read:
 * @text: UTF-8
 * @networks: whether the rows are addresses and networks; otherwise there is one format alone,
 * ROW_FORMAT_LINES
 * @take: of a table
 *
 * Returns: (transfer full): each line with what it is; no line is ROW_LINE_LISTED yet
 */
RowImport *row_import_read (const char *text, gboolean networks, RowFormat format, RowTake take);

void row_import_free (RowImport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RowImport, row_import_free)

/**
 * row_import_read_async:
 * @rows: (transfer full): of the list; doubles are marked
 *
 * The same in a thread of its own. @callback gets a GTask of @source whose pointer is a RowImport.
 */
void row_import_read_async (gpointer source,
                            const char *text,
                            char **rows,
                            gboolean networks,
                            RowFormat format,
                            RowTake take,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback);

/** Marks new lines that are in @rows already, and those that come a second time. @rows:
 * NULL-terminated */
void row_import_mark_doubles (RowImport *self, const char *const *rows);

/** Marks the line as wrong. @reason: (transfer full) */
void row_import_refuse (RowLine *line, char *reason);

guint row_import_count (const RowImport *self, RowLineState state);
