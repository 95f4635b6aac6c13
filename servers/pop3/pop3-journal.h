/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/auth/ban-table.h"
#include "servers/pop3/pop3-session.h"

/**
 * SECTION: pop3-journal
 *
 * The events that the POP3 server writes into the log (see postern-log(7)): one for each log-on,
 * be it good or not, one for each ban, one for the end of each session.
 */

/** What a session did, and why it ended. */
typedef struct
{
  const char *client;
  const char *mailbox; /* (nullable) who had logged on */
  Pop3Method method;   /* how */
  const char *tls;     /* (nullable) */
  guint retrieved;
  guint deleted;
  gint64 milliseconds;
  const char *reason; /* (nullable) what went wrong with the connection */
} Pop3SessionSummary;

/** The word for a way to log on: pass, apop, sasl. */
const char *pop3_journal_method_word (Pop3Method method);

void pop3_journal_session_ended (const Pop3SessionSummary *summary);

/** A try to log on was answered. */
typedef struct
{
  const IpAddress *address;
  const char *user;    /* as the client gave it */
  const char *mailbox; /* (nullable): the password was right */
  Pop3Method method;
  const char *tls; /* (nullable) */
  Pop3Answer answer;
  guint delay_ms; /* before the answer is given */
} Pop3LogOnEvent;

void pop3_journal_log_on (const Pop3LogOnEvent *event);

/** An address has failed once too often. */
void pop3_journal_banned (const IpAddress *address, const Ban *ban);
