/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/smtp/smtp-decision.h"
#include "servers/smtp/smtp-message.h"

/**
 * SECTION: smtp-journal
 *
 * The lines that the SMTP server writes into the log: one for each message that was taken, one for
 * each refusal, one for the end of each session. What a client sent stands in quotation marks, with
 * everything escaped that could look like the end of a value or a line.
 */

/** Why a session ended, and what it did. */
typedef struct
{
  const char *client;
  guint messages;
  guint refusals;
  gint64 milliseconds;
  const char *reason; /* (nullable) what went wrong with the connection */
} SmtpSessionSummary;

void smtp_journal_session_ended (const SmtpSessionSummary *summary);

/** @verdicts: the bits 1 << Verdict of those that let the recipients through */
void smtp_journal_accepted (const char *client,
                            const SmtpTransaction *transaction,
                            const SmtpMessage *message,
                            guint verdicts);

/** A question was answered with no; the transaction is still as it was. */
void
smtp_journal_refused (const char *client, const SmtpSession *session, const SmtpDecision *decision);

/** The content, or the message as a whole, was refused. @reply: what the client gets, with its CR
 * LF */
void
smtp_journal_message_refused (const char *client, const SmtpMessage *message, const char *reply);
