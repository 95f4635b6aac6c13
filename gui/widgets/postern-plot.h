/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/widgets/plot-data.h"

/**
 * SECTION: postern-plot
 *
 * A plot over time. The values under the pointer are shown in a box; with the keyboard Left, Right,
 * Home and End move from step to step, and Escape ends that. A screen reader gets the numbers in
 * words, as the description: of the step that is looked at, and of all of the time.
 */

#define POSTERN_TYPE_PLOT (postern_plot_get_type ())
G_DECLARE_FINAL_TYPE (PosternPlot, postern_plot, POSTERN, PLOT, GtkDrawingArea)

/** @data: (transfer full): what is shown from now on. A step that is looked at stays so. */
void postern_plot_take (PosternPlot *self, PlotData *data);

/** Returns: (transfer none) (nullable): what is shown */
const PlotData *postern_plot_get_data (PosternPlot *self);
