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

/** What an event is about: the settings say of each kind, but of the first, whether it is logged. */
typedef enum
{
  LOG_ALWAYS = 0,
  LOG_SESSIONS = 1 << 0,
  LOG_MESSAGES = 1 << 1,
  LOG_REFUSALS = 1 << 2,
  LOG_LOG_ONS = 1 << 3,
  LOG_DELIVERIES = 1 << 4
} LogKind;

/** Returns: what the event is about: one table says it, and postern-log(7) */
LogKind log_event_kind (const char *event);

/** From now on events of these @kinds, added together, are not logged. Any thread may call it. */
void log_event_mute (guint kinds);

/** Logs one event, unless its kind is muted; thread-safe. @fields: ends with { NULL }; at most 20 */
void log_event (const char *event, const LogField *fields);

/** Returns: (transfer full): the line that log_event() writes, without time and program */
char *log_event_to_line (const char *event, const LogField *fields);
