/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/activity/activity-history.h"

#include "core/bus/counter-name.h"
#include "servers/activity/activity-text.h"

#include <string.h>

static const struct
{
  const char *word;
  guint span_s, max;
} spans[ACTIVITY_N_SPANS] = {
  [ACTIVITY_MINUTE] = { "minute", 60, ACTIVITY_MINUTES_MAX },
  [ACTIVITY_QUARTER] = { "quarter", 15 * 60, ACTIVITY_QUARTERS_MAX },
};

struct _ActivityHistory
{
  GPtrArray *names; /* (owned) with a NULL at the end */
  guint64 *totals;  /* (owned) as they were at the last note */
  ActivitySeries series[ACTIVITY_N_SPANS];
};

static guint
n_counters (ActivityHistory *history)
{
  return history->names->len - 1;
}

ActivityHistory *
activity_history_new (GVariant *counters)
{
  ActivityHistory *history = g_new0 (ActivityHistory, 1);
  GVariantIter iter;
  const char *name;
  guint64 value;

  history->names = g_ptr_array_new_with_free_func (g_free);
  history->totals = g_new0 (guint64, ACTIVITY_COUNTERS_MAX);
  g_variant_iter_init (&iter, counters);
  while (history->names->len < ACTIVITY_COUNTERS_MAX
         && g_variant_iter_next (&iter, "{&st}", &name, &value))
    if (!counter_name_is_gauge (name))
      {
        history->totals[history->names->len] = value;
        g_ptr_array_add (history->names, g_strdup (name));
      }
  g_ptr_array_add (history->names, NULL);

  for (ActivitySpan span = 0; span < ACTIVITY_N_SPANS; span++)
    activity_series_init (&history->series[span], spans[span].span_s, spans[span].max,
                          n_counters (history));
  return history;
}

void
activity_history_free (ActivityHistory *history)
{
  for (ActivitySpan span = 0; span < ACTIVITY_N_SPANS; span++)
    activity_series_clear (&history->series[span]);
  g_ptr_array_unref (history->names);
  g_free (history->totals);
  g_free (history);
}

gboolean
activity_history_note (ActivityHistory *history, gint64 now_s, GVariant *counters)
{
  guint64 growth[ACTIVITY_COUNTERS_MAX] = { 0 };
  gboolean has_grown = FALSE;

  for (guint i = 0; i < n_counters (history); i++)
    {
      guint64 total = history->totals[i];
      g_variant_lookup (counters, g_ptr_array_index (history->names, i), "t", &total);
      growth[i] = total > history->totals[i] ? total - history->totals[i] : 0;
      has_grown |= growth[i] > 0;
      history->totals[i] = total;
    }
  for (ActivitySpan span = 0; has_grown && span < ACTIVITY_N_SPANS; span++)
    activity_series_add (&history->series[span], now_s / spans[span].span_s, growth);
  return has_grown;
}

const char *
activity_span_word (ActivitySpan span)
{
  return spans[span].word;
}

gboolean
activity_span_parse (const char *word, ActivitySpan *span)
{
  for (*span = 0; *span < ACTIVITY_N_SPANS; (*span)++)
    if (g_str_equal (word, spans[*span].word))
      return TRUE;
  return FALSE;
}

const char *const *
activity_history_names (ActivityHistory *history)
{
  return (const char *const *) history->names->pdata;
}

GVariant *
activity_history_samples (ActivityHistory *history, ActivitySpan span, gint64 since_s)
{
  const ActivitySeries *series = &history->series[span];
  gint64 first = since_s / series->span_s;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(xau)"));
  for (guint row = 0; row < series->numbers->len; row++)
    {
      gint64 number = activity_series_number (series, row);
      const guint64 *values = activity_series_row (series, row);
      if (number < first)
        continue;
      g_variant_builder_open (&builder, G_VARIANT_TYPE ("(xau)"));
      g_variant_builder_add (&builder, "x", number * series->span_s);
      g_variant_builder_open (&builder, G_VARIANT_TYPE ("au"));
      for (guint i = 0; i < series->n_counters; i++)
        g_variant_builder_add (&builder, "u", (guint32) MIN (values[i], G_MAXUINT32));
      g_variant_builder_close (&builder);
      g_variant_builder_close (&builder);
    }
  return g_variant_builder_end (&builder);
}

/* --- The text --- */

char *
activity_history_to_text (ActivityHistory *history)
{
  g_autoptr (GString) text = activity_text_begin (activity_history_names (history));

  for (ActivitySpan span = 0; span < ACTIVITY_N_SPANS; span++)
    activity_text_add (text, spans[span].word, &history->series[span]);
  return activity_text_end (g_steal_pointer (&text));
}

/* Where each of the columns that were read goes; -1 for nowhere. */
static void
match_columns (ActivityHistory *history, char **columns, int *targets)
{
  for (guint column = 0; columns[column] != NULL; column++)
    {
      targets[column] = -1;
      for (guint i = 0; i < n_counters (history); i++)
        if (g_str_equal (columns[column], g_ptr_array_index (history->names, i)))
          targets[column] = (int) i;
    }
}

typedef struct
{
  ActivityHistory *history;
  int targets[ACTIVITY_COUNTERS_MAX];
  ActivitySeries read[ACTIVITY_N_SPANS];
} Reading;

static void
take_columns (gpointer user, char **columns)
{
  Reading *reading = user;
  match_columns (reading->history, columns, reading->targets);
}

static gboolean
take_row (gpointer user, const ActivityTextRow *row)
{
  Reading *reading = user;
  guint64 values[ACTIVITY_COUNTERS_MAX] = { 0 };
  ActivitySpan span;

  if (!activity_span_parse (row->word, &span))
    return FALSE;
  for (guint column = 0; column < row->n_values; column++)
    if (reading->targets[column] >= 0)
      values[reading->targets[column]] = row->values[column];
  return activity_series_append (&reading->read[span], row->number, values);
}

gboolean
activity_history_read (ActivityHistory *history, const char *text, gsize length, GError **error)
{
  static const ActivityTextReader reader = { take_columns, take_row };
  Reading reading = { .history = history };

  for (ActivitySpan span = 0; span < ACTIVITY_N_SPANS; span++)
    activity_series_init (&reading.read[span], spans[span].span_s, spans[span].max,
                          n_counters (history));
  gboolean is_whole = activity_text_read (text, length, &reader, &reading, error);
  for (ActivitySpan span = 0; span < ACTIVITY_N_SPANS; span++)
    {
      ActivitySeries *unwanted = is_whole ? &history->series[span] : &reading.read[span];
      ActivitySeries former = *unwanted;
      if (is_whole)
        history->series[span] = reading.read[span];
      activity_series_clear (&former);
    }
  return is_whole;
}
