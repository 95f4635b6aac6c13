/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"
#include "servers/auth/sasl.h"
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
 *     feed "BDAT 1000 LAST"     ──►  CHUNK; the bytes are read
 *     chunk_ended               ──►  ASK message    ──answer──►  REPLY 250
 *     feed "STARTTLS"           ──►  START_TLS 220; the handshake
 *     secured                   ──►  nothing that was said before is known any more
 *     feed "AUTH PLAIN ..."     ──►  ASK credentials ──answer──►  REPLY 235
 *     feed "QUIT"               ──►  CLOSE 221
 */

typedef enum
{
  SMTP_STATE_START,
  SMTP_STATE_ASKING_GREET,
  SMTP_STATE_REFUSED,        /* greeted with 554: only QUIT is left (RFC 5321, section 3.1) */
  SMTP_STATE_CONNECTED,      /* greeted, or under TLS now; no EHLO yet */
  SMTP_STATE_SECURING,       /* the TLS handshake is under way */
  SMTP_STATE_READY,          /* no transaction is open */
  SMTP_STATE_AUTHENTICATING, /* the next line answers the challenge */
  SMTP_STATE_ASKING_CREDENTIALS,
  SMTP_STATE_ASKING_SENDER,
  SMTP_STATE_SENDER, /* MAIL was taken */
  SMTP_STATE_ASKING_RECIPIENT,
  SMTP_STATE_RECIPIENTS, /* one RCPT at least was taken */
  SMTP_STATE_CONTENT,
  SMTP_STATE_CHUNK,  /* a chunk comes: perhaps one that nobody wants */
  SMTP_STATE_CHUNKS, /* one chunk at least was taken, and it was not the last */
  SMTP_STATE_ASKING_MESSAGE,
  SMTP_STATE_CLOSED
} SmtpState;

typedef enum
{
  SMTP_STEP_REPLY,     /* send the reply, then feed the next line */
  SMTP_STEP_ASK,       /* nothing to send: find the answer to the question */
  SMTP_STEP_CONTENT,   /* send the reply; what comes now is content, up to its end */
  SMTP_STEP_CHUNK,     /* nothing to send: read the bytes of the chunk */
  SMTP_STEP_START_TLS, /* send the reply, then start TLS */
  SMTP_STEP_CLOSE      /* send the reply, then close */
} SmtpStepKind;

typedef enum
{
  SMTP_QUESTION_GREET,       /* may this client connect? */
  SMTP_QUESTION_CREDENTIALS, /* is that the user's password? (sasl.user, sasl.password) */
  SMTP_QUESTION_SENDER,      /* may it still send? (transaction.sender) */
  SMTP_QUESTION_RECIPIENT,   /* may it send to transaction.candidate? */
  SMTP_QUESTION_MESSAGE      /* the content is complete: is the message safe? */
} SmtpQuestion;

/** The bytes that follow a BDAT command (RFC 3030). */
typedef struct
{
  guint64 size; /* perhaps 0 */
  gboolean is_first;
  gboolean is_last;
  gboolean is_wanted; /* else they are read and dropped: BDAT was out of place */
} SmtpChunk;

/** Valid until the next call. */
typedef struct
{
  SmtpStepKind kind;
  const char *reply; /* with its CR LF; may be several lines; "" for ASK and CHUNK */
  gsize length;      /* of reply */
  SmtpQuestion question;
  SmtpChunk chunk;
} SmtpStep;

typedef enum
{
  SMTP_ANSWER_YES,      /* words: the queue id for SMTP_QUESTION_MESSAGE, the user for
                          SMTP_QUESTION_CREDENTIALS */
  SMTP_ANSWER_REFUSED,  /* words: the reason, but for SMTP_QUESTION_CREDENTIALS */
  SMTP_ANSWER_LATER,    /* for now; words: the reason */
  SMTP_ANSWER_TROUBLE,  /* cannot be said now: the client shall try again */
  SMTP_ANSWER_NO_SPACE, /* likewise: the disk is full */
  /* for SMTP_QUESTION_GREET: */
  SMTP_ANSWER_TOO_MANY_SESSIONS,
  SMTP_ANSWER_TOO_MUCH_OF_CLIENT, /* words: the reason, our name in front */
  SMTP_ANSWER_TOO_EARLY,          /* it spoke first */
  /* for SMTP_QUESTION_CREDENTIALS: */
  SMTP_ANSWER_BANNED,          /* words: until when, our name in front */
  SMTP_ANSWER_SUBMISSION_ONLY, /* for SMTP_QUESTION_SENDER, too; words: the reason */
  /* for SMTP_QUESTION_RECIPIENT, words: the reason */
  SMTP_ANSWER_UNKNOWN_USER,
  SMTP_ANSWER_MAILBOX_FULL,
  SMTP_ANSWER_SENDER_NOT_USERS,
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
  guint errors;        /* so many mistakes between two messages, unknown users among
                          them, and the session is ended */
  gboolean offers_tls; /* STARTTLS can be had */
  gboolean needs_tls;  /* nothing is taken without TLS */
  AuthenticationUse authentication;
} SmtpTerms;

/** So many failed log-ons, and the session is ended. */
#define SMTP_SESSION_LOG_ONS_MAX 3

/** So many commands one after the other that bring no message nearer, such as NOOP, and the next one
 * ends the session. A log-on, TLS, a recipient that is decided about, if only to say that it is one too
 * many, and bytes of content do. */
#define SMTP_SESSION_IDLE_COMMANDS_MAX 100

/** The longest name in EHLO and HELO. */
#define SMTP_SESSION_HELO_MAX 255

/** Whoever acts on a step may read the members; only smtp-session.c, smtp-verbs.c and
 * smtp-authentication.c change them. */
typedef struct
{
  SmtpState state;
  SmtpQuestion question; /* the open one, in the asking states */
  char *helo; /* (owned) (nullable): what the client calls itself: any bytes but CR, LF and NUL */
  gboolean is_extended; /* it said EHLO */
  gboolean is_secured;  /* TLS is on */
  SaslExchange sasl;    /* of the AUTH command under way */
  char *user;           /* (owned) (nullable): who has authenticated */
  guint failed_log_ons;
  SmtpTransaction transaction;
  SmtpChunk chunk;          /* the one that comes */
  SmtpState after_unwanted; /* where a chunk that nobody wants leads back to... */
  SmtpReply unwanted_reply; /* ...and what is said to it */
  guint errors;
  guint idle_commands; /* since one brought a message nearer */
  GString *reply;      /* (owned): the reply of the step */
} SmtpSession;

SmtpSession *smtp_session_new (void);
void smtp_session_free (SmtpSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpSession, smtp_session_free)

/** A client has come. @is_secured: TLS is on from the first byte. */
SmtpStep smtp_session_begin (SmtpSession *session, gboolean is_secured);

/** How long a line may be now, CR LF included: for the line reader. */
gsize smtp_session_line_max (const SmtpSession *session);

/** The TLS handshake that SMTP_STEP_START_TLS began is done. What the client said before is
 * forgotten; it begins anew with EHLO (RFC 3207, section 4.2). */
void smtp_session_secured (SmtpSession *session);

/** A command line has come; @line is without its CR LF, and holds no CR, LF or NUL. */
SmtpStep
smtp_session_feed (SmtpSession *session, const SmtpTerms *terms, const char *line, gsize length);

/** A line has come that is none: @fault is SMTP_REPLY_LINE_TOO_LONG or SMTP_REPLY_LINE_BROKEN. */
SmtpStep smtp_session_feed_fault (SmtpSession *session, const SmtpTerms *terms, SmtpReply fault);

/** The content has been read to its end. */
SmtpStep
smtp_session_content_ended (SmtpSession *session, const SmtpTerms *terms, SmtpContentFault fault);

/**
 * smtp_session_chunk_ended:
 * @fault: what is wrong with the content, all chunks together
 * @size: of the content, likewise
 *
 * The bytes of a chunk have been read.
 */
SmtpStep smtp_session_chunk_ended (SmtpSession *session,
                                   const SmtpTerms *terms,
                                   SmtpContentFault fault,
                                   guint64 size);

/** Whether there is content that has come, or is coming: up to the answer about the message. */
gboolean smtp_session_has_content (const SmtpSession *session);

/** Answers the open question. */
SmtpStep
smtp_session_answer (SmtpSession *session, const SmtpTerms *terms, const SmtpAnswer *answer);

/** Ends the session in any state: @reply is one of those that close, its words our name. */
SmtpStep smtp_session_interrupt (SmtpSession *session, const SmtpTerms *terms, SmtpReply reply);

/* What the handlers of the verbs do to the session. */

/** Replies; at the last of too many mistakes, says that and closes instead. */
SmtpStep smtp_session_reply (SmtpSession *session,
                             const SmtpTerms *terms,
                             SmtpReply reply,
                             const char *words);
SmtpStep smtp_session_ask (SmtpSession *session, SmtpQuestion question);

/** Replies, and makes the step of @kind: CONTENT, START_TLS or CLOSE. */
SmtpStep
smtp_session_say (SmtpSession *session, SmtpStepKind kind, SmtpReply reply, const char *words);

/** A chunk comes. One that is not wanted leads back to the present state, with @unwanted; the last one of
 * a message ends its transaction in any case. */
SmtpStep
smtp_session_take_chunk (SmtpSession *session, const SmtpChunkCommand *command, SmtpReply unwanted);

/** The only way into a state; asserts that the move is in the table of transitions. */
void smtp_session_enter (SmtpSession *session, SmtpState state);
