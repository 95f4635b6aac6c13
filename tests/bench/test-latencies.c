/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/latencies.h"

static void
test_percentiles (void)
{
  Latencies latencies;
  latencies_set_up (&latencies, 4);
  g_assert_cmpfloat (latencies_percentile_ms (&latencies, 50), ==, 0);
  for (int i = 1000; i >= 1; i--)
    latencies_add (&latencies, i * 1000);
  g_assert_cmpfloat (latencies_percentile_ms (&latencies, 50), ==, 500);
  g_assert_cmpfloat (latencies_percentile_ms (&latencies, 99), ==, 990);
  g_assert_cmpfloat (latencies_percentile_ms (&latencies, 100), ==, 1000);
  latencies_add (&latencies, 2 * 1000 * 1000);
  g_assert_cmpfloat (latencies_percentile_ms (&latencies, 100), ==, 2000);
  latencies_tear_down (&latencies);
}

/* Of a few, each percentile is one of them. */
static void
test_few (void)
{
  Latencies latencies;
  latencies_set_up (&latencies, 0);
  latencies_add (&latencies, 3000);
  g_assert_cmpfloat (latencies_percentile_ms (&latencies, 0), ==, 3);
  g_assert_cmpfloat (latencies_percentile_ms (&latencies, 99), ==, 3);
  latencies_add (&latencies, 1500);
  g_assert_cmpfloat (latencies_percentile_ms (&latencies, 50), ==, 1.5);
  g_assert_cmpfloat (latencies_percentile_ms (&latencies, 51), ==, 3);
  latencies_tear_down (&latencies);
}

static void
test_out_of_range (void)
{
  Latencies latencies;
  latencies_set_up (&latencies, 2);
  latencies_add (&latencies, -5);
  latencies_add (&latencies, G_MAXINT64);
  g_assert_cmpfloat (latencies_percentile_ms (&latencies, 1), ==, 0);
  g_assert_cmpfloat (latencies_percentile_ms (&latencies, 100), ==, 3600 * 1000);
  latencies_tear_down (&latencies);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/latencies/percentiles", test_percentiles);
  g_test_add_func ("/latencies/few", test_few);
  g_test_add_func ("/latencies/out-of-range", test_out_of_range);
  return g_test_run ();
}
