/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/live-poll.h"

typedef struct
{
  guint interval_s;
  LivePollAsk ask;
  gpointer user_data;
  guint timer; /* 0 while the widget is not mapped */
} LivePoll;

static gboolean
on_time (gpointer data)
{
  LivePoll *poll = data;

  poll->ask (poll->user_data);
  return G_SOURCE_CONTINUE;
}

static void
on_map (GtkWidget *widget, LivePoll *poll)
{
  if (poll->timer == 0)
    poll->timer = g_timeout_add_seconds (poll->interval_s, on_time, poll);
  poll->ask (poll->user_data);
}

static void
on_unmap (GtkWidget *widget, LivePoll *poll)
{
  if (poll->timer != 0)
    g_source_remove (poll->timer);
  poll->timer = 0;
}

static void
on_destroy (GtkWidget *widget, LivePoll *poll)
{
  on_unmap (widget, poll);
  g_signal_handlers_disconnect_by_data (widget, poll);
}

static void
live_poll_free (gpointer data, GClosure *closure)
{
  g_free (data);
}

void
live_poll_start (GtkWidget *widget, guint interval_s, LivePollAsk ask, gpointer user_data)
{
  LivePoll *poll = g_new0 (LivePoll, 1);

  poll->interval_s = interval_s;
  poll->ask = ask;
  poll->user_data = user_data;
  g_signal_connect (widget, "map", G_CALLBACK (on_map), poll);
  g_signal_connect (widget, "unmap", G_CALLBACK (on_unmap), poll);
  g_signal_connect_data (widget, "destroy", G_CALLBACK (on_destroy), poll, live_poll_free, 0);
}
