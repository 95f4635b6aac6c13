/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/widgets/plot-data.h"
#include "gui/widgets/plot-scale.h"

static void
test_values (void)
{
  static const struct
  {
    guint64 most;
    guint n_ticks;
    guint64 step, top;
  } rows[] = {
    { 0, 4, 1, 4 },       { 4, 4, 1, 4 },     { 7, 4, 2, 8 },         { 8, 4, 2, 8 },
    { 640, 4, 200, 800 }, { 99, 2, 50, 100 }, { 1000, 5, 200, 1000 }, { 1001, 5, 500, 1500 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint64 top;
      g_assert_cmpuint (plot_scale_values (rows[i].most, rows[i].n_ticks, &top), ==, rows[i].step);
      g_assert_cmpuint (top, ==, rows[i].top);
    }
}

/* However much there is: it finds room, and the axis has few ticks. */
static void
test_any_value (void)
{
  for (guint64 most = 1; most < G_MAXUINT64 / 8; most = most * 3 + 1)
    {
      guint64 top, step = plot_scale_values (most, 5, &top);
      g_assert_cmpuint (top, >=, most);
      g_assert_cmpuint (top % step, ==, 0);
      g_assert_cmpuint (top / step, <=, 5);
    }
}

static void
test_times (void)
{
  g_assert_cmpuint (plot_scale_time_step (3600, 6), ==, 600);
  g_assert_cmpuint (plot_scale_time_step (24 * 3600, 8), ==, 3 * 3600);
  g_assert_cmpuint (plot_scale_time_step (7 * 24 * 3600, 8), ==, 24 * 3600);
  g_assert_cmpint (plot_scale_first_time (1795348801, 600), ==, 1795349400);
  g_assert_cmpint (plot_scale_first_time (1795348800, 600), ==, 1795348800);
}

static void
test_words (void)
{
  g_autoptr (PlotData) data = plot_data_new (PLOT_BARS, 1795348800, 60, 3);
  PlotSeries *accepted = plot_data_add (data, "Accepted", 0);
  PlotSeries *refused = plot_data_add (data, "Refused", 1);
  accepted->values[1] = 4;
  accepted->values[2] = 1;

  g_autofree char *words = plot_data_words (data);
  g_autofree char *here = plot_data_words_at (data, 1);
  g_assert_cmpstr (words, ==, "Accepted: 5, at most 4 at 12:01. Refused: none.");
  g_assert_cmpstr (here, ==, "12:01: Accepted 4, Refused 0");
  refused->values[1] = 3;
  g_assert_cmpuint (plot_data_most (data), ==, 7);
  refused->is_shown = FALSE;
  g_assert_cmpuint (plot_data_most (data), ==, 4);
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plot-scale/values", test_values);
  g_test_add_func ("/plot-scale/any-value", test_any_value);
  g_test_add_func ("/plot-scale/times", test_times);
  g_test_add_func ("/plot-scale/words", test_words);
  return g_test_run ();
}
