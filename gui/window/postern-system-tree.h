/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/window/postern-system.h"

/**
 * SECTION: postern-system-tree
 *
 * The tree of the main window. Below each system: Network > Servers > TCP/IP > SMTP, POP, Delivery,
 * with their states, and the live pages.
 *
 * Each row stands for a page, by its id: "overview" of a system; "servers" of Network, Servers and
 * TCP/IP; a server's id; or that of a live page.
 *
 * Signals:
 *   "chosen"                    another row has been selected
 *   "opened"                    the selected row has been activated
 *   "menu" (GdkEvent *event)    the context menu of the selected row is wanted; @event is %NULL
 *                               when that was said by the keyboard
 */

/** What is selected. The system lives as long as its row. */
typedef struct
{
  PosternSystem *system; /* (nullable): nothing is selected */
  const char *page;
  int server; /* a PosternServer; -1 for none */
} SystemTreeRow;

#define POSTERN_TYPE_SYSTEM_TREE (postern_system_tree_get_type ())
G_DECLARE_FINAL_TYPE (PosternSystemTree, postern_system_tree, POSTERN, SYSTEM_TREE, GtkTreeView)

/** Adds @system at the end, with all that is below it. */
void postern_system_tree_add (PosternSystemTree *self, PosternSystem *system);

/** Removes @system; another one is selected, if it was that. */
void postern_system_tree_remove (PosternSystemTree *self, PosternSystem *system);

SystemTreeRow postern_system_tree_get_selected (PosternSystemTree *self);

/** Selects that page of @system. Returns FALSE when there is none. */
gboolean
postern_system_tree_select (PosternSystemTree *self, PosternSystem *system, const char *page);

/** Opens or closes what is below the selected row. */
void postern_system_tree_toggle (PosternSystemTree *self);

/** Returns: the place of the selected row, in coordinates of the tree's bin window */
GdkRectangle postern_system_tree_get_selected_area (PosternSystemTree *self);
