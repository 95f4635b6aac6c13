/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: plot-data
 *
 * What a plot shows: how much happened in each step of some time, for a few series.
 */

typedef enum
{
  PLOT_LINES, /* each series for itself */
  PLOT_BARS   /* one upon the other: their sum is seen, too */
} PlotKind;

/** So many series can be told apart. */
#define PLOT_HUES 8

typedef struct
{
  char *name; /* (owned) for people */
  guint hue;  /* below PLOT_HUES */
  gboolean is_shown;
  guint64 *values; /* (owned) n_steps of them */
} PlotSeries;

typedef struct
{
  PlotKind kind;
  gint64 start_s; /* since 1970 */
  guint step_s;
  guint n_steps;
  GPtrArray *series; /* (owned) (element-type PlotSeries) */
} PlotData;

PlotData *plot_data_new (PlotKind kind, gint64 start_s, guint step_s, guint n_steps);
void plot_data_free (PlotData *data);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PlotData, plot_data_free)

/** Returns: (transfer none): a new series of zeros, shown */
PlotSeries *plot_data_add (PlotData *data, const char *name, guint hue);

guint64 plot_data_total (const PlotData *data, const PlotSeries *series);

/** The most in one step, of what is shown: of one series, or of their sum. */
guint64 plot_data_most (const PlotData *data);

/** Returns: (transfer full): "14:05", or "Mon 23, 14:00" where a day is not all that is shown */
char *plot_data_step_words (const PlotData *data, guint step);

/** Returns: (transfer full): what happened in one step: "14:05: Accepted 4, Refused 1" */
char *plot_data_words_at (const PlotData *data, guint step);

/** Returns: (transfer full): what happened in all the time, and when most of it: "Accepted: 12, most
 * of them at 14:05 (4). Refused: none." */
char *plot_data_words (const PlotData *data);
