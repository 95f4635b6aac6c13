/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "caught-log.h"

#include <string.h>

#define PATIENCE_US (60 * G_USEC_PER_SEC)

static GAsyncQueue *lines; /* (element-type utf8) */

static GLogWriterOutput
catch_line (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, "MESSAGE") == 0)
      g_async_queue_push (lines, fields[i].length < 0
                                     ? g_strdup (fields[i].value)
                                     : g_strndup (fields[i].value, (gsize) fields[i].length));
  return G_LOG_WRITER_HANDLED;
}

void
caught_log_start (void)
{
  lines = g_async_queue_new_full (g_free);
  g_log_set_writer_func (catch_line, NULL, NULL);
}

void
caught_log_check (const char *pattern)
{
  g_autofree char *line = pattern != NULL ? g_async_queue_timeout_pop (lines, PATIENCE_US)
                                          : g_async_queue_try_pop (lines);
  g_autofree char *next = g_async_queue_try_pop (lines);

  g_test_message ("log: %s", line != NULL ? line : "nothing");
  g_assert_cmpint (line != NULL, ==, pattern != NULL);
  g_assert_true (line == NULL || g_pattern_match_simple (pattern, line));
  g_assert_null (next);
}
