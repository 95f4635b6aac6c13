/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: plot-scale
 *
 * Where the axes of a plot have their ticks: at round numbers, and at round times of the day.
 */

/** @most: what has to find room; @n_ticks: about so many, 2 at least. @top: gets the end of the axis.
 * Returns: the distance of two ticks: 1, 2 or 5 times a power of ten */
guint64 plot_scale_values (guint64 most, guint n_ticks, guint64 *top);

/** The distance of two ticks on an axis of @span_s seconds with room for @n_ticks labels. */
guint plot_scale_time_step (gint64 span_s, guint n_ticks);

/** Returns: the first tick at @start_s or after it; round in the time zone here */
gint64 plot_scale_first_time (gint64 start_s, guint step_s);
