/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/window/postern-system.h"

/**
 * SECTION: postern-servers-page
 *
 * The page of the servers of a system, or of one of them: a card for each.
 *
 * Signal "properties" (int server): the properties of that server are wanted.
 */

#define POSTERN_TYPE_SERVERS_PAGE (postern_servers_page_get_type ())
G_DECLARE_FINAL_TYPE (PosternServersPage, postern_servers_page, POSTERN, SERVERS_PAGE, GtkBox)

/** @server: a PosternServer, or -1 for all */
GtkWidget *postern_servers_page_new (PosternSystem *system, int server);
