/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/temporary-clock.h"

/* All in seconds: a span of a minute, made at 1000 by the wall and at 100 since the start. */
static const struct
{
  const char *what;
  gint64 wall_s, boot_s;
  gboolean is_over;
  guint next_ms; /* where it is not over */
} cases[] = {
  { "just made", 1000, 100, FALSE, 10000 },
  { "nearly over", 1057, 157, FALSE, 3000 },
  { "over", 1060, 160, TRUE, 0 },
  { "long over", 9999, 9999, TRUE, 0 },
  { "the wall clock was set ahead", 1060, 101, TRUE, 0 },
  { "the wall clock was set back", 500, 130, FALSE, 10000 },
  { "the wall clock was set back: near the end", 500, 158, FALSE, 2000 },
  { "the wall clock was set back: over", 500, 160, TRUE, 0 },
  { "started anew", 1030, 5, FALSE, 10000 },
  { "started anew: over", 1060, 5, TRUE, 0 },
  { "started anew, long ago by the other clock", 1030, 160, TRUE, 0 },
  { "started anew with a wall clock that is wrong", 7, 5, TRUE, 0 },
};

static void
test_spans (void)
{
  TemporarySpan span
      = temporary_clock_span ((TemporaryTime){ .wall_ms = 1000000, .boot_ms = 100000 }, 1060);

  g_assert_cmpint (span.made_s, ==, 1000);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TemporaryTime now = { cases[i].wall_s * 1000, cases[i].boot_s * 1000 };

      g_test_message ("%s", cases[i].what);
      g_assert_cmpint (temporary_clock_is_over (&span, now), ==, cases[i].is_over);
      if (!cases[i].is_over)
        g_assert_cmpuint (temporary_clock_next_ms (&span, now), ==, cases[i].next_ms);
    }
}

static void
test_far_ends (void)
{
  TemporaryTime now = temporary_clock_read ();
  TemporarySpan span = temporary_clock_span (now, TEMPORARY_END_MAX_S);
  TemporarySpan past = temporary_clock_span (now, G_MININT32);

  g_assert_false (temporary_clock_is_over (&span, now));
  g_assert_true (temporary_clock_is_over (&past, now));
  g_assert_cmpint (now.boot_ms, >, 0);
  g_assert_cmpint (now.wall_ms, >, now.boot_ms);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/temporary-clock/spans", test_spans);
  g_test_add_func ("/temporary-clock/far-ends", test_far_ends);
  return g_test_run ();
}
