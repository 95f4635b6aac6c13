/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/widgets/plot-scale.h"

#define MINUTE_S 60
#define HOUR_S (60 * MINUTE_S)
#define DAY_S (24 * HOUR_S)

/* A plot of nothing, or nearly so, has an axis all the same. */
#define TOP_MIN 4

guint64
plot_scale_values (guint64 most, guint n_ticks, guint64 *top)
{
  static const guint64 factors[] = { 1, 2, 5 };
  guint64 wanted = MAX (most, TOP_MIN);
  guint64 step = 1;

  for (guint64 power = 1; power <= G_MAXUINT64 / 100; power *= 10)
    for (gsize i = 0; i < G_N_ELEMENTS (factors); i++)
      {
        step = power * factors[i];
        if (wanted / step < n_ticks || (wanted / step == n_ticks && wanted % step == 0))
          {
            *top = (wanted / step + (wanted % step > 0 ? 1 : 0)) * step;
            return step;
          }
      }
  *top = wanted;
  return step;
}

guint
plot_scale_time_step (gint64 span_s, guint n_ticks)
{
  static const guint steps_s[] = {
    MINUTE_S,   2 * MINUTE_S, 5 * MINUTE_S, 10 * MINUTE_S, 15 * MINUTE_S, 30 * MINUTE_S, HOUR_S,
    2 * HOUR_S, 3 * HOUR_S,   6 * HOUR_S,   12 * HOUR_S,   DAY_S,         2 * DAY_S,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (steps_s); i++)
    if (span_s / steps_s[i] <= n_ticks)
      return steps_s[i];
  return steps_s[G_N_ELEMENTS (steps_s) - 1];
}

gint64
plot_scale_first_time (gint64 start_s, guint step_s)
{
  g_autoptr (GDateTime) start = g_date_time_new_from_unix_local (start_s);
  gint64 offset_s = g_date_time_get_utc_offset (start) / G_USEC_PER_SEC;
  gint64 late_s = (start_s + offset_s) % step_s;

  return late_s == 0 ? start_s : start_s + step_s - late_s;
}
