/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"

/**
 * SECTION: postern-activity-page
 *
 * What the servers have done over the last hour to the last week, as a plot, and whom the SMTP
 * server has refused last. A live page: see live-page for its signals.
 */

#define POSTERN_TYPE_ACTIVITY_PAGE (postern_activity_page_get_type ())
G_DECLARE_FINAL_TYPE (PosternActivityPage, postern_activity_page, POSTERN, ACTIVITY_PAGE, GtkBox)

GtkWidget *postern_activity_page_new (PosternClient *client);
