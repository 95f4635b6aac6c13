/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"

/**
 * SECTION: postern-pop-clients-page
 *
 * The live page "pop-clients": who may relay now because of a log-on to the POP server, until when
 * and how much was sent; extends and revokes log-ons. A second list has the banned addresses.
 *
 * Signals:
 *   "told" (const char *words)
 *   "show-page" (const char *id, const char *argument)   "check-message", with an address
 */
#define POSTERN_TYPE_POP_CLIENTS_PAGE (postern_pop_clients_page_get_type ())
G_DECLARE_FINAL_TYPE (
    PosternPopClientsPage, postern_pop_clients_page, POSTERN, POP_CLIENTS_PAGE, GtkBox)

GtkWidget *postern_pop_clients_page_new (PosternClient *client);
