/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"

/**
 * SECTION: postern-old-devices-page
 *
 * The live page "old-devices": which users log on by POP from which addresses, how, and which of
 * them never fetch mail; as CSV, too.
 *
 * Signals:
 *   "told" (const char *words)
 *   "show-setting" (const char *setting)
 */
#define POSTERN_TYPE_OLD_DEVICES_PAGE (postern_old_devices_page_get_type ())
G_DECLARE_FINAL_TYPE (
    PosternOldDevicesPage, postern_old_devices_page, POSTERN, OLD_DEVICES_PAGE, GtkBox)

GtkWidget *postern_old_devices_page_new (PosternClient *client);
