/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/widgets/plot-data.h"

/**
 * SECTION: plot-legend
 *
 * Below a plot: for each series a sample of its colour, its name and its total, as a check button
 * that shows or hides it.
 */

typedef void (*PlotLegendToggled) (gpointer user_data);

/** Makes the buttons in @box new where the names have changed, else only their numbers. */
void plot_legend_show (GtkFlowBox *box,
                       const PlotData *data,
                       PlotLegendToggled toggled,
                       gpointer user_data);

/** Marks in @data the series whose buttons are off as hidden. */
void plot_legend_apply (GtkFlowBox *box, PlotData *data);
