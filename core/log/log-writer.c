/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/log/log-writer.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  GLogLevelFlags level;
  const char *word;
  int priority; /* as syslog has it */
} Level;

static const Level LEVELS[] = {
  { G_LOG_LEVEL_ERROR, "fatal: ", 2 },     { G_LOG_LEVEL_CRITICAL, "error: ", 3 },
  { G_LOG_LEVEL_WARNING, "warning: ", 4 }, { G_LOG_LEVEL_MESSAGE, "", 5 },
  { G_LOG_LEVEL_INFO, "info: ", 6 },       { G_LOG_LEVEL_DEBUG, "debug: ", 7 },
};

static const Level *
find_level (GLogLevelFlags flags)
{
  for (gsize i = 0; i < G_N_ELEMENTS (LEVELS); i++)
    if (flags & LEVELS[i].level)
      return &LEVELS[i];

  return &LEVELS[G_N_ELEMENTS (LEVELS) - 1];
}

/* Lists of problems have a line for each: they become one line here. */
static void
append_clean (GString *line, const char *text)
{
  for (const guchar *byte = (const guchar *) text; *byte != '\0'; byte++)
    {
      if (*byte == '\n')
        g_string_append (line, byte[1] == '\0' ? "" : "; ");
      else if (*byte < ' ' || *byte == 0x7f)
        g_string_append_printf (line, "\\x%02x", *byte);
      else
        g_string_append_c (line, *byte);
    }
}

char *
log_writer_format (const char *program, GLogLevelFlags level, const char *text, gint64 time_us)
{
  g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autofree char *date = g_date_time_format (seconds, "%Y-%m-%dT%H:%M:%S");
  GString *line = g_string_new (NULL);

  g_string_printf (line, "%s.%03dZ %s[%d] %s", date, (int) (time_us % G_USEC_PER_SEC / 1000),
                   program, (int) getpid (), find_level (level)->word);
  append_clean (line, text);
  g_string_append_c (line, '\n');

  return g_string_free (line, FALSE);
}

char *
log_writer_format_journal (GLogLevelFlags level, const char *text)
{
  GString *line = g_string_new (NULL);

  g_string_printf (line, "<%d>", find_level (level)->priority);
  append_clean (line, text);
  g_string_append_c (line, '\n');

  return g_string_free (line, FALSE);
}

static const char *
find_field (const GLogField *fields, gsize n_fields, const char *key)
{
  for (gsize i = 0; i < n_fields; i++)
    if (fields[i].length < 0 && g_str_equal (fields[i].key, key))
      return fields[i].value;

  return NULL;
}

static GLogWriterOutput
write_line (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  const char *program = data;
  const char *text = find_field (fields, n_fields, "MESSAGE");
  const char *domain = find_field (fields, n_fields, "GLIB_DOMAIN");

  if (text == NULL || g_log_writer_default_would_drop (level, domain))
    return G_LOG_WRITER_HANDLED;

  g_autofree char *line = g_log_writer_is_journald (STDERR_FILENO)
                              ? log_writer_format_journal (level, text)
                              : log_writer_format (program, level, text, g_get_real_time ());

  /* A log that can't be written (nobody reads it any more) must not stop the mail. */
  gssize written;
  do
    written = write (STDERR_FILENO, line, strlen (line));
  while (written < 0 && errno == EINTR);

  return written < 0 ? G_LOG_WRITER_UNHANDLED : G_LOG_WRITER_HANDLED;
}

void
log_writer_start (const char *program)
{
  g_log_set_writer_func (write_line, (gpointer) program, NULL);
}
