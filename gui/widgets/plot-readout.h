/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/widgets/plot-painting.h"

/** Tells the values at one step of a plot, in a box beside the place @x where that step is. */
void
plot_readout_draw (const PlotLayout *layout, GtkWidget *widget, cairo_t *cr, guint step, double x);
