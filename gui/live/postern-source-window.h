/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"

/**
 * SECTION: postern-source-window
 *
 * The content of a queued message as it is, read part by part, to look at. Of a long one the first
 * MiB is shown.
 */

/** Shows the message @id above @parent; the delivery server may ask for a password first. */
void postern_source_window_show (PosternClient *client, const char *id, GtkWindow *parent);
