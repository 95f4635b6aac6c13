/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: log-writer
 *
 * Where g_message(), g_warning(), the others and log_event() go in a daemon, a line each. Three
 * places, of which the first two need no choice:
 *
 * - standard error, in one write, so that the lines of several threads and processes stay whole:
 *   "2025-02-03T04:05:06.789Z postern-smtpd[77] warning: text";
 * - the journal, where standard error is the journal: with all fields, the facility "mail" and the
 *   program's name; "<4>text" to standard error where the journal does not take it;
 * - syslog, facility "mail", where that is asked for.
 *
 * Control bytes are replaced: who sends us a name can't forge a line. g_info() and g_debug() are
 * shown where G_MESSAGES_DEBUG asks for them.
 */

typedef enum
{
  LOG_WRITER_STDERR, /* the journal, where that is behind it */
  LOG_WRITER_SYSLOG,
} LogWriterTarget;

/** "stderr" or "syslog". Returns FALSE for any other word. */
gboolean log_writer_parse_target (const char *word, LogWriterTarget *target);

/** To be called once, at the start. @program: lives as long as the process */
void log_writer_start (const char *program, LogWriterTarget target);

/** Returns: (transfer full): the line for a text, newline included; @time_us: microseconds since
 * 1970, UTC */
char *
log_writer_format (const char *program, GLogLevelFlags level, const char *text, gint64 time_us);

/** Returns: (transfer full): the same for a journal that is given lines */
char *log_writer_format_journal (int priority, const char *text);

/** Returns: as syslog has it: an event's own priority, else the one of @level */
int log_writer_priority (GLogLevelFlags level, const GLogField *fields, gsize n_fields);
