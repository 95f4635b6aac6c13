/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/activity-view.h"

#include <glib/gi18n.h>

#define MINUTE_S 60
#define QUARTER_S (15 * MINUTE_S)
#define HOUR_S (60 * MINUTE_S)

#define TERMS_MAX 8

/* A counter that is added, or taken away where it is counted in another one, too. */
typedef struct
{
  PosternServer server;
  const char *counter;
  int sign; /* 0 ends the terms */
} Term;

typedef struct
{
  const char *name; /* to be translated */
  guint hue;
  Term terms[TERMS_MAX];
} Row;

#define SMTP(counter, sign)                                                                        \
  {                                                                                                \
    POSTERN_SERVER_SMTP, counter, sign                                                             \
  }
#define POP(counter, sign)                                                                         \
  {                                                                                                \
    POSTERN_SERVER_POP, counter, sign                                                              \
  }
#define DELIVERY(counter, sign)                                                                    \
  {                                                                                                \
    POSTERN_SERVER_DELIVERY, counter, sign                                                         \
  }

static const Row mail[] = {
  { N_ ("Accepted"), 0, { SMTP ("messages-accepted", 1) } },
  { N_ ("Relayed"), 5, { SMTP ("recipients-relayed", 1) } },
  { N_ ("Delivered"), 2, { DELIVERY ("delivered-local", 1), DELIVERY ("delivered-remote", 1) } },
  { N_ ("Refused"),
    3,
    { SMTP ("refused-relay", 1), SMTP ("refused-connection", 1), SMTP ("refused-unknown-user", 1),
      SMTP ("refused-mailbox-full", 1), SMTP ("refused-limit", 1), SMTP ("refused-too-early", 1),
      SMTP ("messages-refused", 1) } },
  { NULL },
};

static const Row refusals[] = {
  { N_ ("Relaying denied"),
    3,
    { SMTP ("refused-relay", 1), SMTP ("refused-grant", -1), SMTP ("refused-sender", -1) } },
  { N_ ("Log-on used up"), 1, { SMTP ("refused-grant", 1) } },
  { N_ ("Sender not the user’s"), 6, { SMTP ("refused-sender", 1) } },
  { N_ ("Connection refused"),
    0,
    { SMTP ("refused-connection", 1), SMTP ("refused-blocklisted", -1) } },
  { N_ ("On a blocklist"), 5, { SMTP ("refused-blocklisted", 1) } },
  { N_ ("Unknown user, mailbox full"),
    2,
    { SMTP ("refused-unknown-user", 1), SMTP ("refused-mailbox-full", 1) } },
  { N_ ("Too much or too early"), 4, { SMTP ("refused-limit", 1), SMTP ("refused-too-early", 1) } },
  { N_ ("Content refused"), 7, { SMTP ("messages-refused", 1) } },
  { NULL },
};

static const Row log_ons[] = {
  { N_ ("Log-ons"), 0, { POP ("log-ons", 1), SMTP ("log-ons", 1) } },
  { N_ ("Failed log-ons"),
    3,
    { POP ("log-ons-failed", 1), SMTP ("log-ons-failed", 1), SMTP ("refused-banned", 1) } },
  { NULL },
};

static const struct
{
  PlotKind kind;
  const Row *rows;
} contents[] = { { PLOT_LINES, mail }, { PLOT_BARS, refusals }, { PLOT_LINES, log_ons } };

const ActivityViewName *
activity_views (void)
{
  static const ActivityViewName names[] = {
    { "mail", N_ ("Mail") },
    { "refusals", N_ ("Refusals by Reason") },
    { "log-ons", N_ ("Log-ons") },
    { NULL, NULL },
  };

  G_STATIC_ASSERT (G_N_ELEMENTS (names) == G_N_ELEMENTS (contents) + 1);
  return names;
}

const ActivitySpan *
activity_spans (void)
{
  static const ActivitySpan spans[] = {
    { "hour", N_ ("Last Hour"), "minute", MINUTE_S, 60, 2 },
    { "hours", N_ ("Last 6 Hours"), "minute", 5 * MINUTE_S, 72, 10 },
    { "day", N_ ("Last Day"), "quarter", QUARTER_S, 96, 10 },
    { "week", N_ ("Last Week"), "quarter", 2 * HOUR_S, 84, 30 },
    { NULL },
  };

  return spans;
}

gint64
activity_span_start (const ActivitySpan *span, gint64 now_s)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_s);
  gint64 offset_s = g_date_time_get_utc_offset (now) / G_USEC_PER_SEC;
  gint64 begun_s = (now_s + offset_s) / span->step_s * span->step_s - offset_s;

  return begun_s - (gint64) (span->n_steps - 1) * span->step_s;
}

/* --- From counters to series --- */

/* Returns -1 for a counter that the server has not. */
static int
find_column (GVariant *names, const char *counter)
{
  for (gsize i = 0; i < g_variant_n_children (names); i++)
    {
      const char *name;
      g_variant_get_child (names, i, "&s", &name);
      if (g_str_equal (name, counter))
        return (int) i;
    }
  return -1;
}

static void
add_term (const PlotData *data, gint64 *sums, const Term *term, GVariant *history)
{
  g_autoptr (GVariant) names = g_variant_get_child_value (history, 0);
  g_autoptr (GVariant) samples = g_variant_get_child_value (history, 1);
  int column = find_column (names, term->counter);
  GVariantIter iter;
  gint64 begun_s;
  GVariant *values;

  if (column < 0)
    return;
  g_variant_iter_init (&iter, samples);
  while (g_variant_iter_next (&iter, "(x@au)", &begun_s, &values))
    {
      g_autoptr (GVariant) owned = values;
      gsize n_values;
      const guint32 *row = g_variant_get_fixed_array (owned, &n_values, sizeof *row);
      gint64 late_s = begun_s - data->start_s;
      if (late_s >= 0 && late_s / data->step_s < data->n_steps && (gsize) column < n_values)
        sums[late_s / data->step_s] += (gint64) term->sign * row[column];
    }
}

static void
add_row (PlotData *data, const Row *row, GVariant *const histories[POSTERN_N_SERVERS])
{
  PlotSeries *series = plot_data_add (data, _ (row->name), row->hue);
  g_autofree gint64 *sums = g_new0 (gint64, data->n_steps);

  for (const Term *term = row->terms; term < row->terms + TERMS_MAX && term->sign != 0; term++)
    if (histories[term->server] != NULL)
      add_term (data, sums, term, histories[term->server]);
  for (guint step = 0; step < data->n_steps; step++)
    series->values[step] = (guint64) MAX (sums[step], 0);
}

PlotData *
activity_view_make (guint view,
                    const ActivitySpan *span,
                    gint64 now_s,
                    GVariant *const histories[POSTERN_N_SERVERS])
{
  PlotData *data = plot_data_new (contents[view].kind, activity_span_start (span, now_s),
                                  span->step_s, span->n_steps);

  for (const Row *row = contents[view].rows; row->name != NULL; row++)
    add_row (data, row, histories);
  return data;
}
