/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/deadlines.h"

static void on_timer (uv_timer_t *timer);

/* A timer that fires too early is cheaper than one that is moved each time: on_timer() sets it
 * again. */
static void
set_timer (Deadlines *deadlines)
{
  guint64 next = 0;
  for (guint which = 0; which < DEADLINES_MAX; which++)
    if (deadlines->at[which] != 0 && (next == 0 || deadlines->at[which] < next))
      next = deadlines->at[which];

  if (next == 0 || (deadlines->timer_at != 0 && deadlines->timer_at <= next)
      || uv_is_closing ((uv_handle_t *) &deadlines->timer))
    return;

  guint64 now = uv_now (deadlines->timer.loop);
  uv_timer_start (&deadlines->timer, on_timer, next > now ? next - now : 0, 0);
  deadlines->timer_at = next;
}

static void
on_timer (uv_timer_t *timer)
{
  Deadlines *deadlines = (Deadlines *) ((char *) timer - G_STRUCT_OFFSET (Deadlines, timer));
  guint64 now = uv_now (timer->loop);

  deadlines->timer_at = 0;
  for (guint which = 0; which < DEADLINES_MAX; which++)
    if (deadlines->at[which] != 0 && deadlines->at[which] <= now)
      {
        deadlines->at[which] = 0;
        deadlines->passed (deadlines->data, which);
      }

  set_timer (deadlines);
}

void
deadlines_init (Deadlines *deadlines, uv_loop_t *loop, DeadlinePassed passed, gpointer data)
{
  *deadlines = (Deadlines){ .passed = passed, .data = data };
  uv_timer_init (loop, &deadlines->timer);
  deadlines->timer.data = data;
}

void
deadlines_set (Deadlines *deadlines, guint which, guint64 after_ms)
{
  deadlines->at[which] = after_ms == 0 ? 0 : uv_now (deadlines->timer.loop) + after_ms;
  set_timer (deadlines);
}

gboolean
deadlines_is_set (const Deadlines *deadlines, guint which)
{
  return deadlines->at[which] != 0;
}

void
deadlines_close (Deadlines *deadlines, uv_close_cb closed)
{
  uv_close ((uv_handle_t *) &deadlines->timer, closed);
}
