/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"

/**
 * SECTION: postern-queue-page
 *
 * The messages that were taken and are not delivered yet: why each waits, who of its recipients is
 * still to get it, and what can be done with those that are selected.
 *
 * Signal "told" (const char *words): what became of a deed
 */

#define POSTERN_TYPE_QUEUE_PAGE (postern_queue_page_get_type ())
G_DECLARE_FINAL_TYPE (PosternQueuePage, postern_queue_page, POSTERN, QUEUE_PAGE, GtkBox)

GtkWidget *postern_queue_page_new (PosternClient *client);
