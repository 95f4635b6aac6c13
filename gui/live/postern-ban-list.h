/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"

/**
 * SECTION: postern-ban-list
 *
 * The addresses that may not log on for a while, and a button to let them.
 *
 * Signals:
 *   "told" (const char *words)
 */
#define POSTERN_TYPE_BAN_LIST (postern_ban_list_get_type ())
G_DECLARE_FINAL_TYPE (PosternBanList, postern_ban_list, POSTERN, BAN_LIST, GtkBox)

GtkWidget *postern_ban_list_new (PosternClient *client);

/** @needle: (nullable): folded: shows the rows that have it in them */
void postern_ban_list_set_needle (PosternBanList *self, const char *needle);
