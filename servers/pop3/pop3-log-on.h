/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/worker.h"
#include "servers/pop3/maildrop.h"
#include "servers/pop3/pop3-services.h"
#include "servers/pop3/pop3-session.h"

/**
 * SECTION: pop3-log-on
 *
 * One try to log on, from the question to its answer: when it is the client's turn (see turnstile)
 * the password is checked, the maildrop opened, and the log-on handed to the table that the SMTP
 * server reads; when it is recorded there, the answer is given. So the grant can be seen before the
 * client gets its +OK.
 *
 * Nothing is recorded for a wrong password, where another session has the maildrop, for trouble with
 * it, for a client that has gone before, nor for an address whose log-ons the settings leave out: no
 * grant without its +OK. A grant that the address has stays: a device that asks twice at once does
 * not lose it.
 *
 * A failed one is counted against its address, and answered after a delay that grows with their
 * number; at too many the address is banned, and its password is not even looked at. Nor is that of
 * a client that went before its turn.
 *
 * What is called here, and what is called back, is in the worker's thread.
 */
typedef struct _Pop3LogOn Pop3LogOn;

/** Where and how a log-on happens. */
typedef struct
{
  Pop3Services *services;
  Worker *worker;
  const IpAddress *address; /* the client's */
  const char *tls;          /* (nullable) the version and cipher, for the log */
} Pop3LogOnPlace;

/** The answer to POP3_QUESTION_LOG_ON. */
typedef struct
{
  Pop3Answer answer;
  Maildrop *maildrop;  /* (transfer full) (nullable): for POP3_ANSWER_YES */
  const char *mailbox; /* (nullable) of the user, where the password was right */
  const char *words;   /* (nullable) for POP3_ANSWER_BANNED: when it ends */
} Pop3LogOnResult;

/** The last call; the log-on frees itself after it. Comes from the loop, never from inside
 * pop3_log_on_start(). */
typedef void (*Pop3LogOnAnswered) (gpointer user, const Pop3LogOnResult *result);

/** Begins; @session has the question open. */
Pop3LogOn *pop3_log_on_start (const Pop3LogOnPlace *place,
                              const Pop3Session *session,
                              Pop3LogOnAnswered answered,
                              gpointer user);

/** The client has gone, or the server stops: nothing is recorded any more, and nothing delayed.
 * FALSE when it is being recorded already. The answer comes all the same. */
gboolean pop3_log_on_cancel (Pop3LogOn *log_on);
