/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/**
 * SECTION: history-rows
 *
 * The rows of the history window: revisions, newest first.
 */

enum
{
  HISTORY_ROWS_NUMBER, /* uint64 */
  HISTORY_ROWS_TIME,   /* string */
  HISTORY_ROWS_WHO,    /* string */
  HISTORY_ROWS_WHAT    /* string: the settings that it changed */
};

/** What is selected. */
typedef struct
{
  int count;      /* of the rows that are selected */
  guint64 newer;  /* the revision in the uppermost of them; 0 for none */
  guint64 older;  /* the one in the lowest */
  guint64 before; /* the one below the lowest, 0 where it is the last */
} HistorySelection;

HistorySelection history_rows_get_selection (GtkTreeSelection *selection);

/** Shows @revisions, an a(txsas) as History gives it. What was selected stays selected; where
 * nothing was, the newest is. */
void history_rows_fill (GtkListStore *store, GtkTreeSelection *selection, GVariant *revisions);
