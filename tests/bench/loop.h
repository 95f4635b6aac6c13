/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: loop
 *
 * The least there is around epoll, since a tool shares the cores with what it measures: one thread,
 * level-triggered, no timers. A source is told when its descriptor is ready.
 *
 * A source may be freed in its own ready() and in the hook at the end of a turn; not in the
 * ready() of another.
 */
typedef struct _LoopSource LoopSource;

struct _LoopSource
{
  int fd; /* -1 for none */
  void (*ready) (LoopSource *source, guint32 events);
};

typedef struct
{
  int epoll_fd;
  gboolean is_ending;
  guint64 beats;                     /* whoever gets on counts it up */
  guint patience_seconds;            /* loop_run() gives up after so long without one; 0: never */
  void (*turn_done) (gpointer user); /* (nullable) what was ready has been dealt with */
  gpointer user;                     /* for turn_done */
} Loop;

/** How long a tool waits for a server that says nothing. */
#define LOOP_PATIENCE_SECONDS 30

void loop_set_up (Loop *loop);
void loop_tear_down (Loop *loop);

/** @events: EPOLLIN... */
void loop_add (Loop *loop, LoopSource *source, guint32 events);
void loop_change (Loop *loop, LoopSource *source, guint32 events);

/** Runs until loop_end(). Returns: FALSE when nothing got on for too long. */
gboolean loop_run (Loop *loop);

/** From the loop's thread, or a signal handler; there, the loop ends when it is woken. */
void loop_end (Loop *loop);
