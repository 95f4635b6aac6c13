/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/widgets/plot-data.h"

#include <glib/gi18n.h>

#define DAY_S (24 * 60 * 60)

static void
series_free (gpointer data)
{
  PlotSeries *series = data;

  g_free (series->name);
  g_free (series->values);
  g_free (series);
}

PlotData *
plot_data_new (PlotKind kind, gint64 start_s, guint step_s, guint n_steps)
{
  PlotData *data = g_new0 (PlotData, 1);

  data->kind = kind;
  data->start_s = start_s;
  data->step_s = step_s;
  data->n_steps = n_steps;
  data->series = g_ptr_array_new_with_free_func (series_free);
  return data;
}

void
plot_data_free (PlotData *data)
{
  g_ptr_array_unref (data->series);
  g_free (data);
}

PlotSeries *
plot_data_add (PlotData *data, const char *name, guint hue)
{
  PlotSeries *series = g_new0 (PlotSeries, 1);

  series->name = g_strdup (name);
  series->hue = hue % PLOT_HUES;
  series->is_shown = TRUE;
  series->values = g_new0 (guint64, data->n_steps);
  g_ptr_array_add (data->series, series);
  return series;
}

guint64
plot_data_total (const PlotData *data, const PlotSeries *series)
{
  guint64 total = 0;

  for (guint step = 0; step < data->n_steps; step++)
    total += series->values[step];
  return total;
}

guint64
plot_data_most (const PlotData *data)
{
  guint64 most = 0;

  for (guint step = 0; step < data->n_steps; step++)
    {
      guint64 sum = 0;
      for (guint i = 0; i < data->series->len; i++)
        {
          const PlotSeries *series = g_ptr_array_index (data->series, i);
          if (series->is_shown)
            sum = data->kind == PLOT_BARS ? sum + series->values[step]
                                          : MAX (sum, series->values[step]);
        }
      most = MAX (most, sum);
    }
  return most;
}

char *
plot_data_step_words (const PlotData *data, guint step)
{
  gint64 time_s = data->start_s + (gint64) step * data->step_s;
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_s);
  gboolean has_days = (gint64) data->n_steps * data->step_s > DAY_S;

  /* Translators: day of the week, day of the month, time, as for strftime(). */
  /* xgettext:no-c-format */
  return g_date_time_format (time, has_days ? _ ("%a %-d, %H:%M") : "%H:%M");
}

char *
plot_data_words_at (const PlotData *data, guint step)
{
  g_autofree char *time = plot_data_step_words (data, step);
  GString *words = g_string_new (NULL);

  for (guint i = 0; i < data->series->len; i++)
    {
      const PlotSeries *series = g_ptr_array_index (data->series, i);
      if (series->is_shown)
        g_string_append_printf (words, "%s%s %" G_GUINT64_FORMAT, words->len > 0 ? ", " : "",
                                series->name, series->values[step]);
    }
  g_string_prepend (words, ": ");
  g_string_prepend (words, time);
  return g_string_free (words, FALSE);
}

static guint
find_peak (const PlotData *data, const PlotSeries *series)
{
  guint peak = 0;

  for (guint step = 1; step < data->n_steps; step++)
    if (series->values[step] > series->values[peak])
      peak = step;
  return peak;
}

char *
plot_data_words (const PlotData *data)
{
  GString *words = g_string_new (NULL);

  for (guint i = 0; i < data->series->len; i++)
    {
      const PlotSeries *series = g_ptr_array_index (data->series, i);
      guint64 total = plot_data_total (data, series);
      guint peak = find_peak (data, series);
      g_autofree char *time = plot_data_step_words (data, peak);
      g_autofree char *all = g_strdup_printf ("%" G_GUINT64_FORMAT, total);
      g_autofree char *most = g_strdup_printf ("%" G_GUINT64_FORMAT, series->values[peak]);
      if (!series->is_shown)
        continue;
      if (words->len > 0)
        g_string_append_c (words, ' ');
      if (total == 0)
        g_string_append_printf (words, _ ("%s: none."), series->name);
      else
        /* Translators: name, total; at this time there were so many. */
        g_string_append_printf (words, _ ("%s: %s, at most %s at %s."), series->name, all, most,
                                time);
    }
  return g_string_free (words, FALSE);
}
