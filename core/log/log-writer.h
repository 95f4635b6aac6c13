/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: log-writer
 *
 * Where g_message(), g_warning() and the others go in a daemon: a line each, to standard error, in
 * one write, so that the lines of several threads and processes stay whole.
 * "2025-02-03T04:05:06.789Z postern-smtpd[77] warning: text"; under the journal, which knows time,
 * name and process itself, "<4>text". Control bytes are replaced: who sends us a name can't forge a
 * line. g_info() and g_debug() are shown where G_MESSAGES_DEBUG asks for them.
 */

/** To be called once, at the start. @program: lives as long as the process */
void log_writer_start (const char *program);

/** Returns: (transfer full): the line for a text, newline included; @time_us: microseconds since
 * 1970, UTC */
char *
log_writer_format (const char *program, GLogLevelFlags level, const char *text, gint64 time_us);

/** Returns: (transfer full): the same for the journal */
char *log_writer_format_journal (GLogLevelFlags level, const char *text);
