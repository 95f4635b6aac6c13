/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/live/postern-row-store.h"

/**
 * SECTION: postern-row-view
 *
 * A long list on a live page: the rows of a PosternRowStore under headings that sort them, words in
 * their place where there are none, and a menu of what can be done with those selected, by the
 * right button, shift+F10 or the menu key. A refresh keeps what is selected and what is in sight.
 *
 * Signals:
 *   "selection-changed"
 *   "activated"   Enter, or a double click on a row
 */
#define POSTERN_TYPE_ROW_VIEW (postern_row_view_get_type ())
G_DECLARE_FINAL_TYPE (PosternRowView, postern_row_view, POSTERN, ROW_VIEW, GtkOverlay)

/** Returns: (transfer full) (nullable): what a cell shows, when it is drawn */
typedef char *(*PosternRowWords) (const PosternRow *row, guint cell);

typedef struct
{
  const char *title; /* to be translated */
  guint cell;
  guint sort_cell;
  PosternRowWords words; /* (nullable): for a cell that shows its text as it is */
  gboolean is_number;    /* stands at the end */
  int width_chars;       /* at first; no less than the title */
} PosternRowColumn;

typedef struct
{
  PosternRowStore *store; /* (transfer full) */
  const PosternRowColumn *columns;
  guint n_columns;
  const char *name;    /* for a screen reader, translated */
  PosternRowWords tip; /* (nullable): the tooltip of a row; is asked for cell 0 */
  GMenuModel *menu;    /* (transfer full) */
} PosternRowViewPlan;

/** The first column takes what room is left. */
GtkWidget *postern_row_view_new (const PosternRowViewPlan *plan);

/** @words: shown where the list is empty; "" for nothing */
void postern_row_view_set_empty_words (PosternRowView *self, const char *words);

/** Returns: (transfer container) (element-type PosternRow): in their order */
GPtrArray *postern_row_view_get_selected (PosternRowView *self);
guint postern_row_view_count_selected (PosternRowView *self);

/** Selects the row with that first cell alone, and brings it into sight. Returns FALSE where it is
 * not shown. */
gboolean postern_row_view_select (PosternRowView *self, const char *key);

/** What the words say may have changed with the time. */
void postern_row_view_redraw (PosternRowView *self);

/** Sorts by a cell. */
void postern_row_view_sort (PosternRowView *self, guint cell, GtkSortType order);
