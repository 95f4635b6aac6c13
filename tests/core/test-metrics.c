/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/metrics.h"

static void
test_text (void)
{
  g_auto (MetricsServer) smtp = { "smtp", TRUE, 7, TRUE, 3, NULL };
  smtp.counters = g_variant_ref_sink (g_variant_new_parsed (
      "{'sessions': uint64 2, 'sessions-total': 18446744073709551615, 'refused-relay': 5}"));
  MetricsServer servers[] = { smtp, { "pop3", FALSE, 0, FALSE, 0, NULL } };

  g_autofree char *text = metrics_to_text (servers, 2);

  g_assert_cmpstr (
      text, ==,
      "# HELP postern_up Whether the server runs.\n"
      "# TYPE postern_up gauge\n"
      "postern_up{server=\"smtp\"} 1\n"
      "postern_up{server=\"pop3\"} 0\n"
      "# HELP postern_settings_revision The revision of the settings that the server has in "
      "force.\n"
      "# TYPE postern_settings_revision gauge\n"
      "postern_settings_revision{server=\"smtp\"} 7\n"
      "# HELP postern_settings_problem Whether the server could not take the newest revision.\n"
      "# TYPE postern_settings_problem gauge\n"
      "postern_settings_problem{server=\"smtp\"} 1\n"
      "# HELP postern_troubles How many things deserve a hand, which posternctl status tells: a "
      "certificate that ends, for one.\n"
      "# TYPE postern_troubles gauge\n"
      "postern_troubles{server=\"smtp\"} 3\n"
      "# HELP postern_smtp_sessions Of the smtp server: sessions, at this moment.\n"
      "# TYPE postern_smtp_sessions gauge\n"
      "postern_smtp_sessions 2\n"
      "# HELP postern_smtp_sessions_total Of the smtp server: sessions total, since its start.\n"
      "# TYPE postern_smtp_sessions_total counter\n"
      "postern_smtp_sessions_total 18446744073709551615\n"
      "# HELP postern_smtp_refused_relay_total Of the smtp server: refused relay, since its "
      "start.\n"
      "# TYPE postern_smtp_refused_relay_total counter\n"
      "postern_smtp_refused_relay_total 5\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metrics/text", test_text);
  return g_test_run ();
}
