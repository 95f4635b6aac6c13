/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"

/**
 * SECTION: postern-history-window
 *
 * The revisions of a system's settings that are kept: when and by whom each was saved, and what it
 * changed; any two compared; one restored, after it has been shown what that changes.
 */

#define POSTERN_TYPE_HISTORY_WINDOW (postern_history_window_get_type ())
G_DECLARE_FINAL_TYPE (
    PosternHistoryWindow, postern_history_window, POSTERN, HISTORY_WINDOW, GtkWindow)

/** Shows that of @client, which is made when there is none yet. */
void postern_history_window_open (GtkWindow *parent, PosternClient *client);
