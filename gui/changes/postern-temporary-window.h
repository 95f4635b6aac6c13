/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"

/**
 * SECTION: postern-temporary-window
 *
 * The temporary settings of a system: what they are, who made them, when they end; to be kept, or
 * ended now.
 */

#define POSTERN_TYPE_TEMPORARY_WINDOW (postern_temporary_window_get_type ())
G_DECLARE_FINAL_TYPE (
    PosternTemporaryWindow, postern_temporary_window, POSTERN, TEMPORARY_WINDOW, GtkWindow)

/** Shows that of @client, which is made when there is none yet. */
void postern_temporary_window_open (GtkWindow *parent, PosternClient *client);
