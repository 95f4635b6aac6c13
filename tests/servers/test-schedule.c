/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/schedule.h"

#define NOW 1700000000

static void
test_rows (void)
{
  const struct
  {
    guint attempts;
    gint64 wait_s; /* -1: no further attempt */
  } rows[] = {
    { 1, 60 },    { 2, 60 },    { 3, 300 },    { 8, 300 },  { 9, 1800 },
    { 19, 1800 }, { 20, 3600 }, { 133, 3600 }, { 134, -1 }, { 100000, -1 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gint64 next = 0;
      g_assert_cmpint (schedule_next (rows[i].attempts, NOW, &next), ==, rows[i].wait_s >= 0);
      if (rows[i].wait_s >= 0)
        g_assert_cmpint (next - NOW, ==, rows[i].wait_s);
    }
}

/* RFC 5321, section 4.5.4.1: the give-up time is at least four or five days. */
static void
test_length (void)
{
  gint64 now = NOW;
  guint attempts = 1;
  while (schedule_next (attempts, now, &now))
    attempts++;
  g_assert_cmpint (now - NOW, ==, schedule_length_s ());
  g_assert_cmpint (schedule_length_s (), >=, 5 * 24 * 3600 - 3600);
  g_assert_cmpint (schedule_length_s (), <=, 5 * 24 * 3600 + 3600);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/rows", test_rows);
  g_test_add_func ("/schedule/length", test_length);
  return g_test_run ();
}
