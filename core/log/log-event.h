/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: log-event
 *
 * What happened, as one line that people, fail2ban and the journal can read:
 *
 *     refused client=192.0.2.1 rule=no-rule recipient=joe@example.org reason="Relaying denied"
 *
 * The first word is the kind of event; then come name=value pairs. A value of nothing but letters,
 * digits and ._:/@+- stands as it is; any other stands in quotation marks, where \" is a quotation
 * mark, \\ a backslash, and \xNN a byte that can't be shown. So nothing that a stranger sends can
 * end a value, a line or the terminal's patience: this is the only place where values are escaped,
 * hand them over as they came. A value of more than 1000 bytes is cut, and ends in "...".
 *
 * In the journal the same line is the MESSAGE, with POSTERN_EVENT=refused, POSTERN_CLIENT=192.0.2.1
 * and so on beside it: fields hold the whole value, as it came.
 *
 * The kinds of events and the names of fields are part of what we promise: postern-log(7) lists
 * them, and a test holds that page against the code. A name is in lower case, words joined by "_".
 */

typedef struct
{
  const char *name;  /* "client" */
  const char *value; /* (nullable) NULL: the field is left out */
} LogField;

/** Logs one event; thread-safe. @fields: ends with { NULL }; at most 20 */
void log_event (const char *event, const LogField *fields);

/** Returns: (transfer full): the line that log_event() writes, without time and program */
char *log_event_to_line (const char *event, const LogField *fields);
