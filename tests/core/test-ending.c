/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/ending.h"

/* 2026-03-28 12:00:30 in Berlin, the day before the clocks there go ahead. */
#define NOW_S G_GINT64_CONSTANT (1774695630)

static const struct
{
  const char *text;
  gint64 end_s; /* from NOW_S; 0: refused */
} cases[] = {
  { "+1", 60 },
  { "+90", 5400 },
  { "12:01", 30 },
  { "12:00", 23 * 3600 - 30 },
  { "23:59", 12 * 3600 - 90 },
  { "00:00", 12 * 3600 - 30 },
  { "2026-03-28 12:01", 30 },
  { "2026-03-29 12:00", 23 * 3600 - 30 },
  { "", 0 },
  { "+", 0 },
  { "+0", 0 },
  { "+-1", 0 },
  { "+1h", 0 },
  { "+99999999999999999999", 0 },
  { "60", 0 },
  { "24:00", 0 },
  { "12:60", 0 },
  { "1:00", 0 },
  { "12:00:00", 0 },
  { "noon", 0 },
  { "2026-03-28 12:00", 0 },
  { "2026-02-30 12:00", 0 },
  { "2026-03-29", 0 },
  { "26-03-29 12:00", 0 },
  { " 12:01", 0 },
};

static void
test_times (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 end_s = 0;

      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (ending_parse (cases[i].text, NOW_S, &end_s), ==, cases[i].end_s != 0);
      if (cases[i].end_s != 0)
        g_assert_cmpint (end_s - NOW_S, ==, cases[i].end_s);
    }
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ending/times", test_times);
  return g_test_run ();
}
