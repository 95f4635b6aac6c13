/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/deadline.h"

/* A binary heap: place n has its children at 2n and 2n + 1. */

static Deadline *
deadline_at (DeadlineQueue *queue, guint place)
{
  return g_ptr_array_index (queue->heap, place - 1);
}

static void
put (DeadlineQueue *queue, Deadline *deadline, guint place)
{
  g_ptr_array_index (queue->heap, place - 1) = deadline;
  deadline->place = place;
}

static void
move_up (DeadlineQueue *queue, Deadline *deadline)
{
  guint place = deadline->place;

  while (place > 1 && deadline_at (queue, place / 2)->is_at > deadline->is_at)
    {
      put (queue, deadline_at (queue, place / 2), place);
      place /= 2;
    }
  put (queue, deadline, place);
}

static void
move_down (DeadlineQueue *queue, Deadline *deadline)
{
  guint place = deadline->place;
  guint child;

  while ((child = 2 * place) <= queue->heap->len)
    {
      if (child < queue->heap->len
          && deadline_at (queue, child + 1)->is_at < deadline_at (queue, child)->is_at)
        child++;
      if (deadline_at (queue, child)->is_at >= deadline->is_at)
        break;
      put (queue, deadline_at (queue, child), place);
      place = child;
    }
  put (queue, deadline, place);
}

static void
insert (Deadline *deadline)
{
  DeadlineQueue *queue = deadline->queue;

  if (queue->heap == NULL)
    queue->heap = g_ptr_array_new ();
  g_ptr_array_add (queue->heap, deadline);
  deadline->place = queue->heap->len;
  move_up (queue, deadline);
}

static void
take_out (Deadline *deadline)
{
  DeadlineQueue *queue = deadline->queue;
  guint place = deadline->place;
  Deadline *last = deadline_at (queue, queue->heap->len);

  g_ptr_array_set_size (queue->heap, (int) queue->heap->len - 1);
  deadline->place = 0;
  if (last == deadline)
    return;
  put (queue, last, place);
  move_up (queue, last);
  move_down (queue, last);
}

void
deadline_init (Deadline *deadline, DeadlineQueue *queue, DeadlinePassed passed, gpointer data)
{
  *deadline = (Deadline){ .queue = queue, .passed = passed, .data = data };
}

/* One that is put off stays where it is: to find it too early, once, is cheaper than to move it each
 * time. */
void
deadline_set (Deadline *deadline, guint64 after_ms)
{
  deadline->at = after_ms == 0 ? 0 : deadline->queue->now_ms + after_ms;
  if (deadline->at == 0 || (deadline->place > 0 && deadline->is_at <= deadline->at))
    return;

  deadline->is_at = deadline->at;
  if (deadline->place == 0)
    insert (deadline);
  else
    move_up (deadline->queue, deadline);
}

void
deadline_clear (Deadline *deadline)
{
  deadline->at = 0;
  if (deadline->place > 0)
    take_out (deadline);
}

static void
run_one (DeadlineQueue *queue, Deadline *deadline)
{
  if (deadline->at > queue->now_ms)
    {
      deadline->is_at = deadline->at;
      move_down (queue, deadline);
      return;
    }

  gboolean is_due = deadline->at > 0;
  deadline_clear (deadline);
  if (is_due)
    deadline->passed (deadline->data);
}

void
deadline_queue_run (DeadlineQueue *queue)
{
  while (deadline_queue_wait_ms (queue) == 0)
    run_one (queue, deadline_at (queue, 1));
}

int
deadline_queue_wait_ms (const DeadlineQueue *queue)
{
  if (queue->heap == NULL || queue->heap->len == 0)
    return -1;

  const Deadline *next = g_ptr_array_index (queue->heap, 0);
  return next->is_at <= queue->now_ms ? 0 : (int) MIN (next->is_at - queue->now_ms, G_MAXINT);
}

void
deadline_queue_close (DeadlineQueue *queue)
{
  g_clear_pointer (&queue->heap, g_ptr_array_unref);
}
