/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"

/**
 * SECTION: postern-trial-window
 *
 * "Keep these settings?" with the seconds that are left. Keeping and taking back are calls to the
 * authority; without one it takes the settings back at the end, whatever becomes of this window.
 * When that has happened, the window says so, and stays until it is closed.
 */

#define POSTERN_TYPE_TRIAL_WINDOW (postern_trial_window_get_type ())
G_DECLARE_FINAL_TYPE (PosternTrialWindow, postern_trial_window, POSTERN, TRIAL_WINDOW, GtkDialog)

/**
 * postern_trial_window_open:
 * @parent: (nullable): goes with it
 * @id: of the temporary change
 * @differences: what is tried, an a(svv): name, value before, value tried
 * @left_s: seconds until it ends
 */
void postern_trial_window_open (
    GtkWindow *parent, PosternClient *client, guint64 id, GVariant *differences, guint left_s);
