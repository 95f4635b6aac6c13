/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/**
 * SECTION: postern-list-editor
 *
 * A list of short texts with Add, Change and Remove, and Insert, Enter and Delete on the keyboard.
 * A row is typed in a small dialog; while it is open, the row counts as part of the list, so that
 * whoever checks the list checks it while it is typed.
 *
 * Properties for the page's .ui file: "title" (of the list, for people and for screen readers),
 * "prompt" (the label of the row in the dialog, with its mnemonic), "example" (shown under it).
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

/** The widget that has the keyboard focus of the list. */
GtkWidget *postern_list_editor_get_view (PosternListEditor *self);
