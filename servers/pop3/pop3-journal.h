/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/pop3/pop3-session.h"

/**
 * SECTION: pop3-journal
 *
 * The lines that the POP3 server writes into the log: one for each log-on that failed or got no
 * mailbox, one for the end of each session. What a client sent stands in quotation marks, with
 * everything escaped that could look like the end of a value or a line.
 */

/** What a session did, and why it ended. */
typedef struct
{
  const char *client;
  const char *mailbox; /* (nullable) who had logged on */
  gboolean is_apop;    /* how */
  guint retrieved;
  guint deleted;
  gint64 milliseconds;
  const char *reason; /* (nullable) what went wrong with the connection */
} Pop3SessionSummary;

void pop3_journal_session_ended (const Pop3SessionSummary *summary);

/** The open question was answered, but not with yes. */
void pop3_journal_no_mailbox (const char *client, const Pop3Session *session, Pop3Answer answer);
