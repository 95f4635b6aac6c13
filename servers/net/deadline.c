/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/deadline.h"

static void on_timer (uv_timer_t *timer);

/* A timer that fires too early is cheaper than one that is moved each time: on_timer() sets it
 * again. */
static void
set_timer (Deadline *deadline)
{
  if (deadline->at == 0 || (deadline->timer_at != 0 && deadline->timer_at <= deadline->at))
    return;

  guint64 now = uv_now (deadline->timer.loop);
  uv_timer_start (&deadline->timer, on_timer, deadline->at > now ? deadline->at - now : 0, 0);
  deadline->timer_at = deadline->at;
}

static void
on_timer (uv_timer_t *timer)
{
  Deadline *deadline = (Deadline *) ((char *) timer - G_STRUCT_OFFSET (Deadline, timer));

  deadline->timer_at = 0;
  if (deadline->at == 0 || deadline->at > uv_now (timer->loop))
    {
      set_timer (deadline);
      return;
    }

  deadline->at = 0;
  deadline->passed (timer->data);
}

void
deadline_init (Deadline *deadline, uv_loop_t *loop, DeadlinePassed passed, gpointer data)
{
  *deadline = (Deadline){ .passed = passed };
  uv_timer_init (loop, &deadline->timer);
  deadline->timer.data = data;
}

void
deadline_set (Deadline *deadline, guint64 after_ms)
{
  deadline->at = after_ms == 0 ? 0 : uv_now (deadline->timer.loop) + after_ms;
  set_timer (deadline);
}

void
deadline_close (Deadline *deadline, uv_close_cb closed)
{
  uv_close ((uv_handle_t *) &deadline->timer, closed);
}
