/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"

/**
 * SECTION: postern-mail-users-page
 *
 * A live page: the mail users of the users file, to be added, changed and removed.
 */
#define POSTERN_TYPE_MAIL_USERS_PAGE (postern_mail_users_page_get_type ())
G_DECLARE_FINAL_TYPE (
    PosternMailUsersPage, postern_mail_users_page, POSTERN, MAIL_USERS_PAGE, GtkBox)

GtkWidget *postern_mail_users_page_new (PosternClient *client);
