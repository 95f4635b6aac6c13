/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <uv.h>

/**
 * SECTION: deadline
 *
 * A time by which something has to have happened, made for being put off again and again, at each
 * line of a session: that moves no timer. In the thread of the loop.
 */

/** The deadline has passed; it is not set any more. May set a new one. */
typedef void (*DeadlinePassed) (gpointer data);

typedef struct
{
  uv_timer_t timer;
  guint64 timer_at; /* when the timer fires, in the loop's time; 0: it does not run */
  guint64 at;       /* the same; 0: no deadline */
  DeadlinePassed passed;
} Deadline;

/** @data: also that of the handle that deadline_close() hands out */
void deadline_init (Deadline *deadline, uv_loop_t *loop, DeadlinePassed passed, gpointer data);

/** Sets the deadline @after_ms from now, in place of the former one; 0 for none. */
void deadline_set (Deadline *deadline, guint64 after_ms);

/** The deadline does not pass any more. @closed is called by the loop once the memory can go. */
void deadline_close (Deadline *deadline, uv_close_cb closed);
