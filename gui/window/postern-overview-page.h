/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/window/postern-system.h"

/**
 * SECTION: postern-overview-page
 *
 * The page of a system: what it is, how it is reached, whose settings it has, and where to go from
 * here.
 *
 * Signal "show-page" (const char *id, const char *argument): that page of the system is wanted;
 * argument is "".
 */

#define POSTERN_TYPE_OVERVIEW_PAGE (postern_overview_page_get_type ())
G_DECLARE_FINAL_TYPE (PosternOverviewPage, postern_overview_page, POSTERN, OVERVIEW_PAGE, GtkBox)

GtkWidget *postern_overview_page_new (PosternSystem *system);
