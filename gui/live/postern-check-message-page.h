/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"

/**
 * SECTION: postern-check-message-page
 *
 * "May this client send this?": a client's address, a sender and a recipient go in; whether the SMTP
 * server would take the message, and by which rule, comes out. What was asked before stays below,
 * to be asked again after a change.
 *
 * Signal "show-setting" (const char *setting): the setting that decided is wanted
 */

#define POSTERN_TYPE_CHECK_MESSAGE_PAGE (postern_check_message_page_get_type ())
G_DECLARE_FINAL_TYPE (
    PosternCheckMessagePage, postern_check_message_page, POSTERN, CHECK_MESSAGE_PAGE, GtkBox)

GtkWidget *postern_check_message_page_new (PosternClient *client);

/** Fills in the fields, and asks. @argument: client, sender and recipient, a line each; what is not
 * there stays as it is, and a question that lacks something is left to the person. */
void postern_check_message_page_ask (PosternCheckMessagePage *self, const char *argument);
