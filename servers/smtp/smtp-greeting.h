/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/worker.h"
#include "servers/smtp/smtp-services.h"

/**
 * SECTION: smtp-greeting
 *
 * What lies between a client's coming and its greeting, once there is room for it: does it wait for
 * the greeting, as mail programs do (smtp.connection.greet-pause-seconds; asked of nobody who comes
 * for submission)? may it connect, by the policy and, where that wants to know, by DNS blocklists?
 * In the worker's thread.
 */
typedef struct _SmtpGreeting SmtpGreeting;

/** The answer to SMTP_QUESTION_GREET; perhaps before smtp_greeting_start() returns. The greeting is
 * not to be used any more. */
typedef void (*SmtpGreetingDone) (gpointer user, const SmtpDecision *decision);

/** Begins. @caller gets what the blocklists say; it lives until @done, or until the greeting is
 * cancelled. */
SmtpGreeting *smtp_greeting_new (SmtpServices *services,
                                 Worker *worker,
                                 SmtpCaller *caller,
                                 SmtpGreetingDone done,
                                 gpointer user);
void smtp_greeting_start (SmtpGreeting *greeting);

/** The client has sent something. */
void smtp_greeting_spoken (SmtpGreeting *greeting);

/** The client has gone: nothing is called any more. */
void smtp_greeting_cancel (SmtpGreeting *greeting);
