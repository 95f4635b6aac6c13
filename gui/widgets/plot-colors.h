/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/**
 * SECTION: plot-colors
 *
 * The colours of a plot, made of those of the theme. The hues can be told apart also by those who
 * see no red, no green or no blue (they are Okabe's and Ito's), and stand out from the ground,
 * light or dark; a line has a pattern of its own besides.
 */

typedef struct
{
  GdkRGBA text;
  GdkRGBA ground;
  GdkRGBA grid;
  GdkRGBA border;
} PlotColors;

PlotColors plot_colors_of (GtkWidget *widget);

GdkRGBA plot_colors_hue (const PlotColors *colors, guint hue);

/** Sets the pattern of the lines of that hue. */
void plot_colors_set_dashes (cairo_t *cr, guint hue);

/** Draws a sample of the series in the box: a piece of line, or a square. */
void plot_colors_draw_sample (
    cairo_t *cr, const PlotColors *colors, guint hue, gboolean is_line, const GdkRectangle *box);
