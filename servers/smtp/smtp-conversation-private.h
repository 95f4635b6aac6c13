/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/feeder.h"
#include "servers/smtp/smtp-conversation.h"
#include "servers/smtp/smtp-greeting.h"
#include "servers/smtp/smtp-intake.h"
#include "servers/smtp/smtp-log-on.h"
#include "servers/smtp/smtp-message.h"

/**
 * SECTION: smtp-conversation-private
 *
 * The inner side of #SmtpConversation: smtp-conversation.c carries bytes and does steps,
 * smtp-answers.c finds the answers to questions, smtp-place.c the room for it.
 */
struct _SmtpConversation
{
  guint holders; /* the connection, and whatever works on an answer elsewhere */
  SmtpServices *services;
  Worker *worker;
  Connection *connection; /* (nullable): none after its end */
  ReceptionSeat *seat;    /* (unowned) */
  SmtpCaller caller;

  gint64 began_us;
  ClientTallyResult tally; /* what was said when it came */
  gboolean has_place;      /* it is one of the sessions that are counted */
  gboolean comes_first;    /* where room has to be made */
  guint messages;
  guint refusals;

  SmtpSession *session; /* (owned) */
  gboolean is_asked;    /* a question is open */
  gboolean is_securing; /* a TLS handshake is under way */
  gboolean is_stopping; /* to be ended when it is answered */
  gboolean is_closing;
  Feeder feeder; /* reads content, or a chunk, while the intake does */

  SmtpIntake intake;
  guint64 content_bytes;    /* read of it */
  guint64 content_deadline; /* content_bytes when the deadline was set */
  gint64 content_until_us;  /* by when all of it must be there */
  SmtpMessage *message;     /* (owned) (nullable): from DATA, or the first BDAT, on */

  /* What answers are found with: */
  SmtpGreeting *greeting; /* (nullable) under way */
  SmtpLogOn *log_on;      /* (nullable) under way */
  SmtpFacts *facts;       /* (owned) (nullable) for a decision in the thread pool... */
  SmtpDecision decision;  /* ...which puts it here */
  guint verdicts;         /* the bits of those that let the recipients through */
  guint granted;          /* how many of them the log-on let through */
  Logon grant;            /* that log-on */
};

/** Gives the answer to the open question, whenever it is found. */
void
smtp_conversation_answer (SmtpConversation *conversation, SmtpAnswerKind kind, const char *words);

/** One more, or less, works for the conversation: it is freed by the last. */
void smtp_conversation_hold (SmtpConversation *conversation);
void smtp_conversation_release (SmtpConversation *conversation);

/** Ends it with @reply, whatever its state. No question is open any more. */
void smtp_conversation_interrupt (SmtpConversation *conversation, SmtpReply reply);

/** Whether the client may relay by who it is; see relay_policy_client_may(). */
Verdict smtp_conversation_client_may (SmtpConversation *conversation, const Policy *policy);

/** Whether there is somebody to answer. */
gboolean smtp_conversation_is_open (const SmtpConversation *conversation);
