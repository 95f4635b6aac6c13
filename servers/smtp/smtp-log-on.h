/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/worker.h"
#include "servers/smtp/smtp-services.h"

/**
 * SECTION: smtp-log-on
 *
 * One AUTH, from the question to its answer. The password is checked when it is the client's turn
 * (see turnstile); that of a banned client, or of one that has gone before, is not looked at. A
 * failure is noted in the ban table, and its answer held back, longer each time; by a timer, counted
 * from the question. In the worker's thread.
 */
typedef struct _SmtpLogOn SmtpLogOn;

/** The answer to SMTP_QUESTION_CREDENTIALS. The last call; the log-on is not to be used any more.
 * @words: for the answer */
typedef void (*SmtpLogOnDone) (gpointer user, SmtpAnswerKind kind, const char *words);

/** Where it happens. */
typedef struct
{
  SmtpServices *services;
  Worker *worker;
  const SmtpCaller *caller; /* lives until the answer, or until the log-on is cancelled */
} SmtpLogOnPlace;

/** Begins: the answer comes from the loop, never from inside this call. @exchange is copied. */
SmtpLogOn *smtp_log_on_start (const SmtpLogOnPlace *place,
                              const SaslExchange *exchange,
                              SmtpLogOnDone done,
                              gpointer user);

/** The client has gone: there is no answer any more. What was checked, and has failed, is noted all
 * the same. */
void smtp_log_on_cancel (SmtpLogOn *log_on);
