/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/window/postern-system.h"

/**
 * SECTION: postern-server-card
 *
 * One server: its state, what it listens on, which settings it enforces, what troubles it, and what
 * can be done with it. While it is on the screen it asks for troubles now and then.
 *
 * Signal "properties": the server's properties are wanted.
 */

#define POSTERN_TYPE_SERVER_CARD (postern_server_card_get_type ())
G_DECLARE_FINAL_TYPE (PosternServerCard, postern_server_card, POSTERN, SERVER_CARD, GtkBox)

GtkWidget *postern_server_card_new (PosternSystem *system, PosternServer server);
