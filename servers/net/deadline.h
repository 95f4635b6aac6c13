/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: deadline
 *
 * A time by which something has to have happened, made for being put off again and again, at each
 * line of a session: that costs nothing. All deadlines of a worker stand in one queue. In one
 * thread.
 */

/** The deadline has passed; it is not set any more. May set a new one, clear it, and free what it
 * is a part of. */
typedef void (*DeadlinePassed) (gpointer data);

/** Begins all zero; whoever has it says what time it is. */
typedef struct
{
  GPtrArray
      *heap;      /* (owned) (nullable) (element-type Deadline) the one that is due next in front */
  guint64 now_ms; /* since some moment in the past: of this turn of the loop */
} DeadlineQueue;

/** Its members are the queue's. */
typedef struct
{
  DeadlineQueue *queue;
  guint64 at;    /* 0: no deadline */
  guint64 is_at; /* where it stands in the queue, at or before its time */
  guint place;   /* in the heap, from 1 on; 0: not in it */
  DeadlinePassed passed;
  gpointer data;
} Deadline;

void deadline_init (Deadline *deadline, DeadlineQueue *queue, DeadlinePassed passed, gpointer data);

/** Sets the deadline @after_ms from now, in place of the former one; 0 for none. */
void deadline_set (Deadline *deadline, guint64 after_ms);

/** The deadline does not pass any more, and its memory can go. */
void deadline_clear (Deadline *deadline);

/** Lets pass what is due. */
void deadline_queue_run (DeadlineQueue *queue);

/** Returns: how many milliseconds there are until deadline_queue_run() may have something to do; -1
 * for ever */
int deadline_queue_wait_ms (const DeadlineQueue *queue);

/** When all deadlines have been cleared. */
void deadline_queue_close (DeadlineQueue *queue);
