/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"

/**
 * SECTION: server-tree
 *
 * The rows of the main window's tree: this system > Network > Servers > TCP/IP > SMTP, POP,
 * Delivery.
 */

enum
{
  SERVER_TREE_ICON,       /* string: icon name */
  SERVER_TREE_TITLE,      /* string */
  SERVER_TREE_STATE_ICON, /* string: icon name; NULL for a folder */
  SERVER_TREE_STATE,      /* string: Started, Stopped, Unknown */
  SERVER_TREE_ENDPOINTS,  /* string: what it listens on */
  SERVER_TREE_REVISION,   /* string: what it enforces */
  SERVER_TREE_SERVER,     /* int: a PosternServer; -1 for a folder */
  SERVER_TREE_N_COLUMNS
};

/** Fills @store, which is empty and has the columns above. Returns: (transfer full): the path of
 * the row SMTP */
GtkTreePath *server_tree_fill (GtkTreeStore *store);

/** Writes the state of the servers into @store. */
void server_tree_update (GtkTreeStore *store, PosternClient *client);
