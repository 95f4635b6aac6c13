/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/lists/row-judge.h"

/**
 * SECTION: postern-list-editor
 *
 * A list of short texts with Add, Change and Remove, and Insert, Enter and Delete on the keyboard;
 * copy and paste, import and export; a filter, once there are rows to look through, and sorting,
 * both of the view alone. It stays quick with a hundred thousand rows.
 *
 * A row is typed in a small dialog. While it is open, the row counts as part of a list of moderate
 * length, so that whoever checks the list checks it while it is typed. In a long list it does not:
 * the row alone is shown to the list's judge meanwhile.
 *
 * Properties for the page's .ui file: "title" (of the list, for people and for screen readers),
 * "prompt" (the label of the row in the dialog, with its mnemonic), "example" (shown under it),
 * "networks" (whether the rows are addresses and networks, which come in many formats), "refuses"
 * (whether the list says who is refused).
 *
 * Signal "changed": the items differ from what they were.
 */

#define POSTERN_TYPE_LIST_EDITOR (postern_list_editor_get_type ())
G_DECLARE_FINAL_TYPE (PosternListEditor, postern_list_editor, POSTERN, LIST_EDITOR, GtkBox)

/** Returns: (transfer full): the items, NULL-terminated, with the row that is being typed, where
 * there is one */
char **postern_list_editor_get_items (PosternListEditor *self);

/** Replaces the items, without "changed". */
void postern_list_editor_set_items (PosternListEditor *self, const char *const *items);

/** @problem: (nullable): what is wrong with the list; shown in the dialog while a row is being
 * typed */
void postern_list_editor_set_problem (PosternListEditor *self, const char *problem);

/** Sets the property "example", unless the page has one of its own. */
void postern_list_editor_suggest_example (PosternListEditor *self, const char *example);

/** Who says which rows are wrong, before they are in the list. Its data is freed with the editor. */
void postern_list_editor_set_judge (PosternListEditor *self, RowJudge judge);

/** @text: UTF-8 with plain line ends. Several lines are shown as what they would become, and are
 * added when the person says so; so is one line if @preview, otherwise it is a row to be typed. */
void postern_list_editor_take_text (PosternListEditor *self, const char *text, gboolean preview);

/** The widget that has the keyboard focus of the list. */
GtkWidget *postern_list_editor_get_view (PosternListEditor *self);
