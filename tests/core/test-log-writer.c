/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/log/log-writer.h"

#include <string.h>
#include <unistd.h>

static void
check_line (GLogLevelFlags level, const char *text, const char *expected_end)
{
  g_autofree char *line
      = log_writer_format ("postern-smtpd", level, text, G_GINT64_CONSTANT (1700000000007000));
  g_autofree char *expected = g_strdup_printf ("2023-11-14T22:13:20.007Z postern-smtpd[%d] %s\n",
                                               (int) getpid (), expected_end);

  g_assert_cmpstr (line, ==, expected);
}

static void
test_levels (void)
{
  check_line (G_LOG_LEVEL_MESSAGE, "text", "text");
  check_line (G_LOG_LEVEL_WARNING, "text", "warning: text");
  check_line (G_LOG_LEVEL_CRITICAL, "text", "error: text");
  check_line (G_LOG_LEVEL_ERROR | G_LOG_FLAG_FATAL, "text", "fatal: text");
  check_line (G_LOG_LEVEL_INFO, "text", "info: text");
}

/* Who gives us a text can't begin a line with it, nor speak to the terminal. */
static void
test_clean (void)
{
  check_line (G_LOG_LEVEL_MESSAGE, "a\r\nforged", "a\\x0d; forged");
  check_line (G_LOG_LEVEL_MESSAGE, "\033[2J\177", "\\x1b[2J\\x7f");
  check_line (G_LOG_LEVEL_MESSAGE, "one\ntwo\n", "one; two");
  check_line (G_LOG_LEVEL_MESSAGE, "Grüße", "Grüße");
}

static void
test_journal (void)
{
  g_autofree char *line = log_writer_format_journal (4, "a\nb");
  g_assert_cmpstr (line, ==, "<4>a; b\n");
}

/* An event has a priority of its own; a plain text has the one of its level, whatever GLib says. */
static void
test_priority (void)
{
  const GLogField fields[]
      = { { "PRIORITY", "6", -1 }, { "MESSAGE", "text", -1 }, { "POSTERN_EVENT", "accepted", -1 } };

  g_assert_cmpint (log_writer_priority (G_LOG_LEVEL_MESSAGE, fields, 3), ==, 6);
  g_assert_cmpint (log_writer_priority (G_LOG_LEVEL_CRITICAL, fields, 2), ==, 3);
}

static void
test_target (void)
{
  LogWriterTarget target;

  g_assert_true (log_writer_parse_target ("syslog", &target));
  g_assert_cmpint (target, ==, LOG_WRITER_SYSLOG);
  g_assert_true (log_writer_parse_target ("stderr", &target));
  g_assert_cmpint (target, ==, LOG_WRITER_STDERR);
  g_assert_false (log_writer_parse_target ("printer", &target));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-writer/levels", test_levels);
  g_test_add_func ("/log-writer/clean", test_clean);
  g_test_add_func ("/log-writer/journal", test_journal);
  g_test_add_func ("/log-writer/priority", test_priority);
  g_test_add_func ("/log-writer/target", test_target);
  return g_test_run ();
}
