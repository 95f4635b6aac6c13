/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/auth/ban-table.h"
#include "servers/smtp/smtp-caller.h"
#include "servers/smtp/smtp-decision.h"
#include "servers/smtp/smtp-message.h"
#include "servers/smtp/smtp-refusals.h"

/**
 * SECTION: smtp-journal
 *
 * What the SMTP server writes into the log, as events of log-event: one line for each message, each
 * refusal, each log-on and the end of each session. postern-log(7) tells the fields. From any
 * thread.
 */

/** Why a session ended, and what it did. */
typedef struct
{
  guint messages;
  guint refusals;
  gint64 milliseconds;
  const char *reason; /* (nullable) why it was ended before its time */
} SmtpSessionSummary;

void smtp_journal_session_ended (const SmtpCaller *caller,
                                 const SmtpSession *session,
                                 const SmtpSessionSummary *summary);

/** A question was answered with no. @helo: (nullable) */
void
smtp_journal_refused (const SmtpRefusedMail *mail, const char *helo, const SmtpDecision *decision);

/** What there is to say of a message. */
typedef struct
{
  const SmtpCaller *caller;
  const SmtpMessage *message;
  guint recipients; /* how many */
  guint verdicts;   /* the bits 1 << Verdict of those that let the recipients through */
} SmtpJournalMessage;

/** It was answered with 250: it is in the queue, kept by a filter, or thrown away by one. */
void smtp_journal_accepted (const SmtpJournalMessage *entry);

/** The content, or the message as a whole, was refused. @reply: what the client gets, with its CR
 * LF */
void smtp_journal_message_refused (const SmtpJournalMessage *entry, const char *reply);

/** What there is to say of a log-on. */
typedef struct
{
  char client[IP_NETWORK_TEXT_MAX];
  char *user; /* (owned) */
  const char *how;
  char *tls; /* (owned) (nullable) */
} SmtpJournalLogOn;

SmtpJournalLogOn smtp_journal_log_on_new (const SmtpCaller *caller, const SaslExchange *exchange);
void smtp_journal_log_on_clear (SmtpJournalLogOn *entry);

void smtp_journal_log_on (const SmtpJournalLogOn *entry);
void smtp_journal_log_on_failed (const SmtpJournalLogOn *entry, const char *reason, guint delay_ms);

/** The last failure has banned the address. */
void smtp_journal_banned (const Ban *ban);
