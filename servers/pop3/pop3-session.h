/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/auth/sasl.h"
#include "servers/pop3/maildrop-listing.h"
#include "servers/pop3/pop3-reply.h"

/**
 * SECTION: pop3-session
 *
 * The server's side of a POP3 session (RFC 1939) as a state machine: no socket, no clock, no file.
 * It is fed lines, and each time says what is to be done next, the step. Where the world must
 * decide, the step is a question; nothing is fed until it is answered, at once or a long time
 * later. tests/transcripts/pop3/ shows it at work.
 */

typedef enum
{
  POP3_STATE_START,
  POP3_STATE_AUTHORIZATION,
  POP3_STATE_STARTING_TLS,
  POP3_STATE_AUTHENTICATING, /* AUTH was said; lines are those of its mechanism (RFC 5034) */
  POP3_STATE_ASKING_LOG_ON,
  POP3_STATE_TRANSACTION,
  POP3_STATE_ASKING_MESSAGE,
  POP3_STATE_SENDING,
  POP3_STATE_ASKING_COMMIT,
  POP3_STATE_CLOSED,
  POP3_N_STATES
} Pop3State;

typedef enum
{
  POP3_STEP_REPLY, /* send the reply, then feed the next line */
  POP3_STEP_ASK,   /* nothing to send: find the answer to the question */
  POP3_STEP_SEND,  /* send the reply, then the content of the message, then call pop3_session_sent()
                    */
  POP3_STEP_START_TLS, /* send the reply, start TLS, then call pop3_session_secured() */
  POP3_STEP_CLOSE      /* send the reply, then close */
} Pop3StepKind;

typedef enum
{
  POP3_QUESTION_LOG_ON,  /* is the secret, or the digest of POP3_BY_APOP, that of the user? Then
                            open the maildrop. */
  POP3_QUESTION_MESSAGE, /* can message number index be read? lines: how many of its body are
                            wanted, -1 for all */
  POP3_QUESTION_COMMIT   /* delete the messages that are marked in is_deleted */
} Pop3Question;

/** Valid until the next call. */
typedef struct
{
  Pop3StepKind kind;
  const char *reply; /* with its CR LF; may be many lines; "" for a question */
  gsize length;      /* of reply */
  Pop3Question question;
} Pop3Step;

typedef enum
{
  POP3_ANSWER_YES,
  POP3_ANSWER_NO,     /* LOG_ON: wrong; MESSAGE: it is not there any more */
  POP3_ANSWER_IN_USE, /* LOG_ON: right, but another session has the maildrop */
  POP3_ANSWER_BANNED, /* LOG_ON: too many have failed; words: when the ban ends */
  POP3_ANSWER_TROUBLE /* cannot be said or done now */
} Pop3Answer;

/** How the client wants to prove who it is. */
typedef enum
{
  POP3_BY_PASS,
  POP3_BY_APOP,
  POP3_BY_AUTH
} Pop3Method;

/** What the settings say at this moment: given anew with each line, so that a change holds at once.
 */
typedef struct
{
  gboolean offers_tls;   /* STLS: there is a certificate, and TLS is wanted */
  gboolean requires_tls; /* nobody logs on without TLS */
} Pop3Terms;

/** So many failed log-ons, or mistakes, and the session is ended. */
#define POP3_SESSION_LOG_ONS_MAX 3
#define POP3_SESSION_ERRORS_MAX 20

/** So many lines before the log-on, and the next one ends the session: what needs more than these, such
 * as NOOP in a loop, is there only to stay. */
#define POP3_SESSION_STRANGERS_LINES_MAX 100

/** The longest command line, CR LF included (RFC 2449, section 4). */
#define POP3_SESSION_LINE_MAX 255

/** The longest line in the state POP3_STATE_AUTHENTICATING, CR LF included. */
#define POP3_SESSION_SASL_LINE_MAX (SASL_LINE_MAX + 2)

/** Whoever acts on a step may read the members; only pop3-session.c and pop3-verbs.c change them.
 */
typedef struct
{
  Pop3State state;
  Pop3Question question; /* the open one, in the asking states */
  char *timestamp;       /* (owned) (nullable) of the greeting: "<unique@host>"; APOP digests begin
                            with it; without one, APOP is not offered */

  gboolean is_secure; /* TLS is in use */
  gboolean is_utf8; /* UTF8 was said (RFC 6856). Messages are sent as they are, with it or without:
                         no client loses mail because it does not know the command. */

  SaslExchange sasl; /* in the state AUTHENTICATING */
  char *user;        /* (owned) (nullable) as the client gave it: any bytes but CR, LF and NUL */
  char *secret; /* (owned) (nullable) the password, or the digest; cleared when it has been answered
                 */
  Pop3Method method;
  guint failed_log_ons;
  guint errors;
  guint strangers_lines; /* that came before the log-on */

  const MaildropListing *listing; /* (unowned) (nullable) since the log-on */
  guint8 *is_deleted;             /* (owned) a byte for each mail of listing */
  guint index;                    /* of the message asked for */
  gint64 lines;
  guint retrieved; /* messages that were sent whole, by RETR or TOP */

  GString *reply; /* (owned) of the step */
} Pop3Session;

/** @timestamp: (nullable): for the greeting; %NULL where nobody could log on with APOP */
Pop3Session *pop3_session_new (const char *timestamp);
void pop3_session_free (Pop3Session *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pop3Session, pop3_session_free)

/** A client has come: greets it. @is_secure: under TLS */
Pop3Step pop3_session_begin (Pop3Session *session, gboolean is_secure);

/** TLS has begun after STLS. What was told in clear is forgotten (RFC 2595, section 4). */
void pop3_session_secured (Pop3Session *session);

/** A line has come; @line is without its CR LF, and holds no CR, LF or NUL. */
Pop3Step
pop3_session_feed (Pop3Session *session, const Pop3Terms *terms, const char *line, gsize length);

/** A line has come that is none: @fault is POP3_REPLY_LINE_TOO_LONG or POP3_REPLY_LINE_BROKEN. */
Pop3Step pop3_session_feed_fault (Pop3Session *session, Pop3Reply fault);

/** Answers the open question. @listing: for LOG_ON and YES: what the maildrop holds; outlives the
 * session. @words: (nullable) */
Pop3Step pop3_session_answer (Pop3Session *session,
                              Pop3Answer answer,
                              const MaildropListing *listing,
                              const char *words);

/** What was asked for of the message has been sent; @is_whole: all of it. */
Pop3Step pop3_session_sent (Pop3Session *session, gboolean is_whole);

/** Ends the session in any state, with nothing deleted: @reply is one of those after which the
 * connection ends; in the middle of a message, nothing is said. */
Pop3Step pop3_session_interrupt (Pop3Session *session, Pop3Reply reply);

/** How many messages are marked as deleted, and not. */
guint pop3_session_deleted (const Pop3Session *session);

/* What the handlers of the verbs (pop3-verbs.c) do to the session. */

/** Replies; at the last of too many mistakes, says that and closes instead. */
Pop3Step pop3_session_reply (Pop3Session *session, Pop3Reply reply, const char *words);

/** Replies with what was appended to session->reply. */
Pop3Step pop3_session_reply_lines (Pop3Session *session);

Pop3Step pop3_session_ask (Pop3Session *session, Pop3Question question);

/** Replies, and starts TLS. */
Pop3Step pop3_session_start_tls (Pop3Session *session);

/** Goes on with what the exchange in session->sasl has come to. */
Pop3Step pop3_session_authenticate (Pop3Session *session, SaslStep step);

Pop3Step pop3_session_close (Pop3Session *session, Pop3Reply reply, const char *words);

/** "2 messages (320 octets)": what there is, but for the deleted. */
Pop3Step pop3_session_reply_contents (Pop3Session *session, Pop3Reply reply);
void pop3_session_count (const Pop3Session *session, guint *messages, guint64 *octets);
