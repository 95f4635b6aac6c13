/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/log/log-writer.h"

#include <errno.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define FACILITY "2" /* LOG_MAIL, as the journal has it */

#define HEAD_MAX 80 /* time, program and level; a longer one only costs a copy */

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

static gboolean
is_control (char byte)
{
  return (guchar) byte < ' ' || byte == 0x7f;
}

/* Lists of problems have a line for each: they become one line here. What is clean, and most is, is
 * copied in one piece. */
static void
append_clean (GString *line, const char *text)
{
  const char *run = text, *at = text;

  for (; *at != '\0'; at++)
    if (is_control (*at))
      {
        g_string_append_len (line, run, at - run);
        run = at + 1;
        if (*at != '\n')
          g_string_append_printf (line, "\\x%02x", (guchar) *at);
        else if (*run != '\0')
          g_string_append (line, "; ");
      }
  g_string_append_len (line, run, at - run);
}

/* "2025-02-03T04:05:06": what takes longest to work out is worked out once a second. */
static void
append_date (GString *line, gint64 seconds)
{
  static __thread char date[sizeof "2025-02-03T04:05:06"];
  static __thread gint64 date_seconds = -1;
  time_t clock = (time_t) seconds;
  struct tm parts;

  if (seconds != date_seconds && gmtime_r (&clock, &parts) != NULL
      && strftime (date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts) > 0)
    date_seconds = seconds;
  g_string_append (line, date);
}

static void
append_milliseconds (GString *line, guint milliseconds)
{
  const char digits[]
      = { '.', (char) ('0' + milliseconds / 100), (char) ('0' + milliseconds / 10 % 10),
          (char) ('0' + milliseconds % 10), 'Z' };
  g_string_append_len (line, digits, sizeof digits);
}

/* " program[77] ": a daemon is one process as long as it lives. */
static void
append_program (GString *line, const char *program)
{
  static gsize once;
  static char pid[16];

  if (g_once_init_enter (&once))
    {
      g_snprintf (pid, sizeof pid, "[%d] ", (int) getpid ());
      g_once_init_leave (&once, 1);
    }
  g_string_append_c (line, ' ');
  g_string_append (line, program);
  g_string_append (line, pid);
}

char *
log_writer_format (const char *program, GLogLevelFlags level, const char *text, gint64 time_us)
{
  GString *line = g_string_sized_new (strlen (text) + HEAD_MAX);

  append_date (line, time_us / G_USEC_PER_SEC);
  append_milliseconds (line, (guint) (time_us % G_USEC_PER_SEC / 1000));
  append_program (line, program);
  g_string_append (line, find_level (level)->word);
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
