/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"

/**
 * SECTION: postern-message-details
 *
 * One queued message: where it came from, and what became of each of its recipients.
 */

#define POSTERN_TYPE_MESSAGE_DETAILS (postern_message_details_get_type ())
G_DECLARE_FINAL_TYPE (
    PosternMessageDetails, postern_message_details, POSTERN, MESSAGE_DETAILS, GtkBox)

GtkWidget *postern_message_details_new (PosternClient *client);

/** @id: (nullable): of the message; %NULL hides the widget */
void postern_message_details_show (PosternMessageDetails *self, const char *id);

/** Asks again about the message that is shown. */
void postern_message_details_refresh (PosternMessageDetails *self);
