/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <uv.h>

/**
 * SECTION: deadlines
 *
 * A few deadlines that share a timer. They are made for being put off again and again, at each line
 * of a session: that moves no timer. In the thread of the loop.
 */

#define DEADLINES_MAX 2

/** The deadline @which has passed; it is not set any more. May set new ones. */
typedef void (*DeadlinePassed) (gpointer data, guint which);

typedef struct
{
  uv_timer_t timer;
  guint64 timer_at;          /* when the timer fires, in the loop's time; 0: it does not run */
  guint64 at[DEADLINES_MAX]; /* the same; 0: not set */
  DeadlinePassed passed;
  gpointer data;
} Deadlines;

void deadlines_init (Deadlines *deadlines, uv_loop_t *loop, DeadlinePassed passed, gpointer data);

/** Sets the deadline @which (0 to DEADLINES_MAX - 1) @after_ms from now, in place of its former
 * one; 0 for none. */
void deadlines_set (Deadlines *deadlines, guint which, guint64 after_ms);

gboolean deadlines_is_set (const Deadlines *deadlines, guint which);

/**
 * No deadline passes any more. @closed is called by the loop once the memory can go, with a handle whose data is what was given
 * to deadlines_init().
 */
void deadlines_close (Deadlines *deadlines, uv_close_cb closed);
