/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/figures.h"

static void
test_object (void)
{
  Figures figures;
  Latencies latencies;
  latencies_set_up (&latencies, 1);
  latencies_add (&latencies, 1250);
  figures_set_up (&figures);
  figures_real (&figures, "seconds", 1.5);
  figures_count (&figures, "accepted", 20000);
  figures_moment (&figures, "begin_s", 40080000017);
  figures_string (&figures, "file", "a \"quoted\\ name");
  figures_latencies (&figures, "ms", &latencies);
  g_autofree char *text = figures_finish (&figures);
  g_assert_cmpstr (text, ==,
                   "{\"seconds\": 1.5, \"accepted\": 20000, \"begin_s\": 40080.000017, "
                   "\"file\": \"a \\\"quoted\\\\ name\", "
                   "\"ms\": {\"p50\": 1.25, \"p99\": 1.25, \"max\": 1.25}}");
  latencies_tear_down (&latencies);
}

static void
test_rows (void)
{
  Figures figures;
  figures_set_up (&figures);
  figures_rows (&figures, "rows");
  for (guint i = 0; i < 2; i++)
    {
      figures_row (&figures);
      figures_count (&figures, "n", i);
      figures_real (&figures, "ns", i / 4.0);
      figures_row_end (&figures);
    }
  figures_rows_end (&figures);
  g_autofree char *text = figures_finish (&figures);
  g_assert_cmpstr (text, ==, "{\"rows\": [{\"n\": 0, \"ns\": 0}, {\"n\": 1, \"ns\": 0.25}]}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/figures/object", test_object);
  g_test_add_func ("/figures/rows", test_rows);
  return g_test_run ();
}
