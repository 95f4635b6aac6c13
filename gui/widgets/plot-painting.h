/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/widgets/plot-colors.h"
#include "gui/widgets/plot-data.h"

/**
 * SECTION: plot-painting
 *
 * Puts a plot on a cairo surface: axes, grid, series, and the values at one step. Where text runs
 * from right to left, so does time.
 */

/** Where what is, in pixels of the widget. */
typedef struct
{
  const PlotData *data;
  PlotColors colors;
  gboolean is_mirrored;
  int width, height; /* of all */
  int line_height;   /* of a text */
  GdkRectangle area; /* between the axes */
  guint64 top;       /* the end of the axis of values */
  guint64 tick;      /* the distance of its ticks */
} PlotLayout;

/** Finds room for @data in the widget. */
PlotLayout plot_layout_of (GtkWidget *widget, const PlotData *data);

/** Returns: the step at the place @x; the nearest one where that is beside the area */
guint plot_layout_step_at (const PlotLayout *layout, double x);

void plot_painting_draw (const PlotLayout *layout, GtkWidget *widget, cairo_t *cr);

/** Marks one step, and tells its values in a box beside it. */
void plot_painting_draw_step (const PlotLayout *layout, GtkWidget *widget, cairo_t *cr, guint step);
