/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/live-poll.h"

typedef struct
{
  PosternClient *client; /* (owned) (nullable): nobody has to be ready */
  gboolean was_ready;
  guint interval_s;
  LivePollDo deed;
  gpointer user_data;
  guint timer; /* 0 while the widget is not mapped */
} LivePoll;

static void
go (LivePoll *poll)
{
  poll->was_ready |= poll->client == NULL || postern_client_is_ready (poll->client);
  if (poll->was_ready)
    poll->deed (poll->user_data);
}

static gboolean
on_time (gpointer data)
{
  go (data);
  return G_SOURCE_CONTINUE;
}

static void
on_map (LivePoll *poll)
{
  if (poll->timer == 0)
    poll->timer = g_timeout_add_seconds (poll->interval_s, on_time, poll);
  go (poll);
}

static void
on_unmap (LivePoll *poll)
{
  if (poll->timer != 0)
    g_source_remove (poll->timer);
  poll->timer = 0;
}

static void
on_ready (LivePoll *poll)
{
  if (poll->timer != 0 && postern_client_is_ready (poll->client))
    go (poll);
}

static void
on_destroy (GtkWidget *widget, LivePoll *poll)
{
  on_unmap (poll);
  g_signal_handlers_disconnect_by_data (widget, poll);
}

static void
live_poll_free (gpointer data, GClosure *closure)
{
  LivePoll *poll = data;

  if (poll->client != NULL)
    g_signal_handlers_disconnect_by_data (poll->client, poll);
  g_clear_object (&poll->client);
  g_free (poll);
}

static LivePoll *
start (GtkWidget *widget, guint interval_s, LivePollDo deed, gpointer user_data)
{
  LivePoll *poll = g_new0 (LivePoll, 1);

  poll->interval_s = interval_s;
  poll->deed = deed;
  poll->user_data = user_data;
  g_signal_connect_swapped (widget, "map", G_CALLBACK (on_map), poll);
  g_signal_connect_swapped (widget, "unmap", G_CALLBACK (on_unmap), poll);
  g_signal_connect_data (widget, "destroy", G_CALLBACK (on_destroy), poll, live_poll_free, 0);
  return poll;
}

void
live_poll_ask (
    GtkWidget *widget, PosternClient *client, guint interval_s, LivePollDo ask, gpointer user_data)
{
  LivePoll *poll = start (widget, interval_s, ask, user_data);

  poll->client = g_object_ref (client);
  g_signal_connect_swapped (client, "notify::ready", G_CALLBACK (on_ready), poll);
}

void
live_poll_tick (GtkWidget *widget, LivePollDo tick, gpointer user_data)
{
  start (widget, 1, tick, user_data);
}
