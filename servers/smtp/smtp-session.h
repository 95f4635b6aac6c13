/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/smtp/smtp-content.h"
#include "servers/smtp/smtp-reply.h"
#include "servers/smtp/smtp-transaction.h"

/**
 * SECTION: smtp-session
 *
 * The server's side of an SMTP session (RFC 5321) as a state machine: no socket, no clock, no file.
 * It is fed lines, and each time says what is to be done next, the step. Where the world must
 * decide, the step is a question; nothing is fed until it is answered, at once or a long time
 * later.
 *
 *     smtp_session_begin        ──►  ASK greet      ──answer──►  REPLY 220
 *     feed "MAIL FROM:<a@b>"    ──►  ASK sender     ──answer──►  REPLY 250
 *     feed "RCPT TO:<c@d>"      ──►  ASK recipient  ──answer──►  REPLY 250
 *     feed "DATA"               ──►  CONTENT 354; smtp-content reads on, to its end
 *     content_ended             ──►  ASK message    ──answer──►  REPLY 250
 *     feed "QUIT"               ──►  CLOSE 221
 */

typedef enum
{
  SMTP_STATE_START,
  SMTP_STATE_ASKING_GREET,
  SMTP_STATE_REFUSED,   /* greeted with 554: only QUIT is left (RFC 5321, section 3.1) */
  SMTP_STATE_CONNECTED, /* greeted; no EHLO yet */
  SMTP_STATE_READY,     /* no transaction is open */
  SMTP_STATE_ASKING_SENDER,
  SMTP_STATE_SENDER, /* MAIL was taken */
  SMTP_STATE_ASKING_RECIPIENT,
  SMTP_STATE_RECIPIENTS, /* one RCPT at least was taken */
  SMTP_STATE_CONTENT,
  SMTP_STATE_ASKING_MESSAGE,
  SMTP_STATE_CLOSED
} SmtpState;

typedef enum
{
  SMTP_STEP_REPLY,   /* send the reply, then feed the next line */
  SMTP_STEP_ASK,     /* nothing to send: find the answer to the question */
  SMTP_STEP_CONTENT, /* send the reply; what comes now is content, up to its end */
  SMTP_STEP_CLOSE    /* send the reply, then close */
} SmtpStepKind;

typedef enum
{
  SMTP_QUESTION_GREET,     /* may this client connect? */
  SMTP_QUESTION_SENDER,    /* may it still send? (transaction.sender) */
  SMTP_QUESTION_RECIPIENT, /* may it send to transaction.candidate? */
  SMTP_QUESTION_MESSAGE    /* the content is complete: is the message safe? */
} SmtpQuestion;

/** Valid until the next call. */
typedef struct
{
  SmtpStepKind kind;
  const char *reply; /* with its CR LF; may be several lines; "" for a question */
  gsize length;      /* of reply */
  SmtpQuestion question;
} SmtpStep;

typedef enum
{
  SMTP_ANSWER_YES,               /* words: the queue id, for SMTP_QUESTION_MESSAGE */
  SMTP_ANSWER_REFUSED,           /* words: the reason */
  SMTP_ANSWER_UNKNOWN_USER,      /* for SMTP_QUESTION_RECIPIENT */
  SMTP_ANSWER_TOO_MANY_SESSIONS, /* for SMTP_QUESTION_GREET */
  SMTP_ANSWER_TROUBLE,           /* cannot be said now: the client shall try again */
  SMTP_ANSWER_NO_SPACE,          /* likewise: the disk is full */
  SMTP_N_ANSWERS
} SmtpAnswerKind;

typedef struct
{
  SmtpAnswerKind kind;
  const char *words; /* (nullable) */
} SmtpAnswer;

/** What the settings say at this moment: given anew at each call, so that a change holds at once.
 */
typedef struct
{
  const char *host_name;
  guint64 message_size; /* bytes */
  guint recipients;
} SmtpTerms;

/** So many mistakes between two messages that were taken, and the session is ended. */
#define SMTP_SESSION_ERRORS_MAX 20

/** The longest name in EHLO and HELO. */
#define SMTP_SESSION_HELO_MAX 255

/** Whoever acts on a step may read the members; only smtp-session.c and smtp-verbs.c change them.
 */
typedef struct
{
  SmtpState state;
  SmtpQuestion question; /* the open one, in the asking states */
  char *helo; /* (owned) (nullable): what the client calls itself: any bytes but CR, LF and NUL */
  gboolean is_extended; /* it said EHLO */
  SmtpTransaction transaction;
  guint errors;
  GString *reply; /* (owned): the reply of the step */
} SmtpSession;

SmtpSession *smtp_session_new (void);
void smtp_session_free (SmtpSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpSession, smtp_session_free)

/** A client has come. */
SmtpStep smtp_session_begin (SmtpSession *session);

/** A command line has come; @line is without its CR LF, and holds no CR, LF or NUL. */
SmtpStep
smtp_session_feed (SmtpSession *session, const SmtpTerms *terms, const char *line, gsize length);

/** A line has come that is none: @fault is SMTP_REPLY_LINE_TOO_LONG or SMTP_REPLY_LINE_BROKEN. */
SmtpStep smtp_session_feed_fault (SmtpSession *session, const SmtpTerms *terms, SmtpReply fault);

/** The content has been read to its end. */
SmtpStep
smtp_session_content_ended (SmtpSession *session, const SmtpTerms *terms, SmtpContentFault fault);

/** Answers the open question. */
SmtpStep
smtp_session_answer (SmtpSession *session, const SmtpTerms *terms, const SmtpAnswer *answer);

/** Ends the session in any state: @reply is SMTP_REPLY_INACTIVE or SMTP_REPLY_STOPPING. */
SmtpStep smtp_session_interrupt (SmtpSession *session, const SmtpTerms *terms, SmtpReply reply);

/* What the handlers of the verbs (smtp-verbs.c) do to the session. */

/** Replies; at the last of too many mistakes, says that and closes instead. */
SmtpStep smtp_session_reply (SmtpSession *session,
                             const SmtpTerms *terms,
                             SmtpReply reply,
                             const char *words);
SmtpStep smtp_session_ask (SmtpSession *session, SmtpQuestion question);

/** Replies, and makes the step of @kind: CONTENT or CLOSE. */
SmtpStep
smtp_session_say (SmtpSession *session, SmtpStepKind kind, SmtpReply reply, const char *words);

/** The only way into a state; asserts that the move is in the table of transitions. */
void smtp_session_enter (SmtpSession *session, SmtpState state);
