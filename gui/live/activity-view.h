/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/client/server-watch.h"
#include "gui/widgets/plot-data.h"

/**
 * SECTION: activity-view
 *
 * What the page Activity can show, as tables: which counters make up which series, and over which
 * time.
 */

typedef struct
{
  const char *id;
  const char *title; /* to be translated */
} ActivityViewName;

/** Over which time. */
typedef struct
{
  const char *id;
  const char *title;      /* to be translated */
  const char *resolution; /* as Activity1.History has it */
  guint step_s;
  guint n_steps;
  guint every_s; /* how often it is worth asking again */
} ActivitySpan;

/** Returns: (transfer none): all views; ends with an empty one */
const ActivityViewName *activity_views (void);

/** Returns: (transfer none): all times; ends with an empty one */
const ActivitySpan *activity_spans (void);

/** Returns: the start of the time that ends now: with a round step, in the time zone here */
gint64 activity_span_start (const ActivitySpan *span, gint64 now_s);

/**
 * activity_view_make:
 * @view: a place in activity_views()
 * @histories: for each server (nullable) what Activity1.History gave, an (asa(xau))
 *
 * Returns: (transfer full): the numbers to plot
 */
PlotData *activity_view_make (guint view,
                              const ActivitySpan *span,
                              gint64 now_s,
                              GVariant *const histories[POSTERN_N_SERVERS]);
