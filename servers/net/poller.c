/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/poller.h"

#include <errno.h>
#include <unistd.h>

gboolean
poller_open (Poller *poller)
{
  poller->fd = epoll_create1 (EPOLL_CLOEXEC);
  return poller->fd >= 0;
}

void
poller_close (Poller *poller)
{
  close (poller->fd);
}

void
poller_wait (Poller *poller, int timeout_ms)
{
  poller->n_events = epoll_wait (poller->fd, poller->events, POLLER_EVENTS_MAX, timeout_ms);
  if (poller->n_events < 0 && errno != EINTR)
    g_error ("epoll: %s", g_strerror (errno));
}

void
poller_tell (Poller *poller)
{
  for (int i = 0; i < poller->n_events; i++)
    {
      Watch *watch = poller->events[i].data.ptr;
      guint ready = poller->events[i].events;
      if (ready & (EPOLLERR | EPOLLHUP))
        ready = WATCH_READ | WATCH_WRITE;
      watch->ready (watch->data, ready);
    }
}

static void
control (Watch *watch, int operation, guint events)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  if (epoll_ctl (watch->poller->fd, operation, watch->fd, &event) != 0)
    g_error ("epoll: %s", g_strerror (errno));
}

void
poller_begin (Watch *watch, Poller *poller, int fd, WatchReady ready, gpointer data)
{
  *watch = (Watch){ .poller = poller, .fd = fd, .ready = ready, .data = data };
  poller->n_watches++;
}

void
poller_set (Watch *watch, guint events)
{
  if (events == watch->events)
    return;

  /* While it is known to the kernel, an error would be told whether it is waited for or not. */
  if (events == 0)
    control (watch, EPOLL_CTL_DEL, 0);
  else
    control (watch, watch->events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, events);
  watch->events = events;
}

void
poller_end (Watch *watch)
{
  if (watch->poller == NULL)
    return;

  poller_set (watch, 0);
  watch->poller->n_watches--;
  watch->poller = NULL;
}
