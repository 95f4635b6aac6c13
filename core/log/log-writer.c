/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/log/log-writer.h"

#include <errno.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#define FACILITY "2" /* LOG_MAIL, as the journal has it */

typedef struct
{
  GLogWriterFunc write;
  const char *program;
} Writer;

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
log_writer_format_journal (int priority, const char *text)
{
  GString *line = g_string_new (NULL);

  g_string_printf (line, "<%d>", priority);
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

int
log_writer_priority (GLogLevelFlags level, const GLogField *fields, gsize n_fields)
{
  const char *own = find_field (fields, n_fields, "PRIORITY");

  /* GLib gives a priority to each text; ours tell g_critical() from g_warning(). */
  return own != NULL && find_field (fields, n_fields, "POSTERN_EVENT") != NULL
             ? own[0] - '0'
             : find_level (level)->priority;
}

/* A log that can't be written (nobody reads it any more) must not stop the mail. */
static GLogWriterOutput
write_whole (const char *line)
{
  gssize written;
  do
    written = write (STDERR_FILENO, line, strlen (line));
  while (written < 0 && errno == EINTR);

  return written < 0 ? G_LOG_WRITER_UNHANDLED : G_LOG_WRITER_HANDLED;
}

static GLogWriterOutput
write_stderr (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  g_autofree char *line = log_writer_format (data, level, find_field (fields, n_fields, "MESSAGE"),
                                             g_get_real_time ());
  return write_whole (line);
}

static GLogWriterOutput
write_journal (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  g_autoptr (GString) clean = g_string_new (NULL);
  g_autofree GLogField *all = g_new (GLogField, n_fields + 4);
  int priority = log_writer_priority (level, fields, n_fields);
  char digits[] = { (char) ('0' + priority), '\0' };
  gsize n = 0;

  append_clean (clean, find_field (fields, n_fields, "MESSAGE"));
  all[n++] = (GLogField){ "MESSAGE", clean->str, -1 };
  all[n++] = (GLogField){ "PRIORITY", digits, -1 };
  all[n++] = (GLogField){ "SYSLOG_IDENTIFIER", data, -1 };
  all[n++] = (GLogField){ "SYSLOG_FACILITY", FACILITY, -1 };
  for (gsize i = 0; i < n_fields; i++)
    if (!g_str_equal (fields[i].key, "MESSAGE") && !g_str_equal (fields[i].key, "PRIORITY"))
      all[n++] = fields[i];
  if (g_log_writer_journald (level, all, n, NULL) == G_LOG_WRITER_HANDLED)
    return G_LOG_WRITER_HANDLED;

  g_autofree char *line = log_writer_format_journal (priority, clean->str);
  return write_whole (line);
}

static GLogWriterOutput
write_syslog (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  g_autoptr (GString) clean = g_string_new (NULL);

  append_clean (clean, find_field (fields, n_fields, "MESSAGE"));
  syslog (log_writer_priority (level, fields, n_fields), "%s", clean->str);
  return G_LOG_WRITER_HANDLED;
}

static GLogWriterOutput
write_anywhere (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  const Writer *writer = data;

  if (find_field (fields, n_fields, "MESSAGE") == NULL
      || g_log_writer_default_would_drop (level, find_field (fields, n_fields, "GLIB_DOMAIN")))
    return G_LOG_WRITER_HANDLED;

  return writer->write (level, fields, n_fields, (gpointer) writer->program);
}

gboolean
log_writer_parse_target (const char *word, LogWriterTarget *target)
{
  *target = g_str_equal (word, "syslog") ? LOG_WRITER_SYSLOG : LOG_WRITER_STDERR;
  return *target == LOG_WRITER_SYSLOG || g_str_equal (word, "stderr");
}

void
log_writer_start (const char *program, LogWriterTarget target)
{
  static Writer writer;

  writer.program = program;
  if (target == LOG_WRITER_SYSLOG)
    {
      openlog (program, LOG_PID | LOG_NDELAY, LOG_MAIL);
      writer.write = write_syslog;
    }
  else
    writer.write = g_log_writer_is_journald (STDERR_FILENO) ? write_journal : write_stderr;

  g_log_set_writer_func (write_anywhere, &writer, NULL);
}
