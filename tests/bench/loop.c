/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/loop.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#define EVENTS_MAX 512

/* How often a loop with patience looks at its beats. */
#define LOOK_MS 1000

void
loop_set_up (Loop *loop)
{
  *loop = (Loop){ .epoll_fd = epoll_create1 (EPOLL_CLOEXEC) };
  if (loop->epoll_fd < 0)
    g_error ("epoll_create1: %s", g_strerror (errno));
}

void
loop_tear_down (Loop *loop)
{
  close (loop->epoll_fd);
  loop->epoll_fd = -1;
}

static void
control (Loop *loop, int what, LoopSource *source, guint32 events)
{
  struct epoll_event event = { .events = events, .data.ptr = source };
  if (epoll_ctl (loop->epoll_fd, what, source->fd, &event) < 0)
    g_error ("epoll_ctl: %s", g_strerror (errno));
}

void
loop_add (Loop *loop, LoopSource *source, guint32 events)
{
  control (loop, EPOLL_CTL_ADD, source, events);
}

void
loop_change (Loop *loop, LoopSource *source, guint32 events)
{
  control (loop, EPOLL_CTL_MOD, source, events);
}

void
loop_end (Loop *loop)
{
  loop->is_ending = TRUE;
}

static void
turn (Loop *loop, int timeout_ms)
{
  struct epoll_event events[EVENTS_MAX];
  int n = epoll_wait (loop->epoll_fd, events, EVENTS_MAX, timeout_ms);
  for (int i = 0; i < n; i++)
    {
      LoopSource *source = events[i].data.ptr;
      source->ready (source, events[i].events);
    }
  if (n > 0 && loop->turn_done)
    loop->turn_done (loop->user);
}

gboolean
loop_run (Loop *loop)
{
  guint64 beats = loop->beats;
  gint64 last = g_get_monotonic_time ();
  while (!loop->is_ending)
    {
      turn (loop, loop->patience_seconds > 0 ? LOOK_MS : -1);
      if (loop->patience_seconds == 0)
        continue;
      if (loop->beats != beats)
        {
          beats = loop->beats;
          last = g_get_monotonic_time ();
        }
      else if (g_get_monotonic_time () - last > loop->patience_seconds * G_USEC_PER_SEC)
        return FALSE;
    }
  return TRUE;
}
