/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/epoll.h>

/** So many sockets are told at once; others follow at the next wait. */
#define POLLER_EVENTS_MAX 256

/**
 * SECTION: poller
 *
 * Waits for many sockets at once (epoll). A socket costs two system calls in its life, one to be
 * watched and one to be forgotten, as long as what is waited for does not change. In one thread.
 */
typedef struct
{
  int fd;          /* (owned) */
  guint n_watches; /* those that have begun and not ended */
  int n_events;    /* what the last wait has found */
  struct epoll_event events[POLLER_EVENTS_MAX];
} Poller;

/** What a socket is ready for, or is waited for: added together. */
#define WATCH_READ EPOLLIN
#define WATCH_WRITE EPOLLOUT

/** @events: of an error, or of an end, both are told; the next read or write says which. */
typedef void (*WatchReady) (gpointer data, guint events);

/** One socket; its members are the poller's. */
typedef struct
{
  Poller *poller;
  int fd; /* (unowned) lives longer */
  guint events;
  WatchReady ready;
  gpointer data;
} Watch;

/** Returns FALSE with errno set. */
gboolean poller_open (Poller *poller) G_GNUC_WARN_UNUSED_RESULT;
void poller_close (Poller *poller);

/** Waits for up to @timeout_ms, -1 for ever, until a socket is ready. */
void poller_wait (Poller *poller, int timeout_ms);

/** Tells those that were. */
void poller_tell (Poller *poller);

/** Begins; nothing is waited for yet. */
void poller_begin (Watch *watch, Poller *poller, int fd, WatchReady ready, gpointer data);

/** From now on @events are waited for, again and again until something is done about them; 0: not
 * even errors. */
void poller_set (Watch *watch, guint events);

/** Ends it, before the socket is closed; not from within a WatchReady. One that has not begun (all
 * zero) is left alone. */
void poller_end (Watch *watch);
