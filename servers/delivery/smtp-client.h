/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/smtp-mail.h"

/**
 * SECTION: smtp-client
 *
 * The delivering side of an SMTP conversation (RFC 5321), without a socket: fed the lines of the
 * server's replies, it gives the commands to send. It greets with EHLO, or HELO where that is
 * refused, has TLS started (RFC 3207) and greets anew, logs on (RFC 4954), and is then ready for
 * messages, one after the other. Each is sent once for up to SMTP_CLIENT_RECIPIENTS_MAX recipients,
 * again for the next so many. What became of each recipient is kept for that recipient, until the
 * next message.
 */

typedef struct _SmtpClient SmtpClient;

/** The most recipients of one transaction: every server takes so many (RFC 5321,
 * section 4.5.3.1.8). */
#define SMTP_CLIENT_RECIPIENTS_MAX 100

/** Whom we talk to, and how. */
typedef struct
{
  const char *host_name;            /* ours, for EHLO */
  gboolean is_secure;               /* TLS was there from the first byte */
  gboolean uses_tls;                /* have it started where it is offered */
  gboolean needs_tls;               /* say nothing that counts without it */
  const HostCredential *credential; /* (nullable) log on with it */
  gboolean is_own_machine;          /* secrets may go in clear: they do not leave it */
} SmtpClientHost;

/** What to do next. The output, if there is any, is sent first. */
typedef enum
{
  SMTP_CLIENT_WAIT,      /* go on with the next line */
  SMTP_CLIENT_START_TLS, /* start TLS now, then call smtp_client_secured() */
  SMTP_CLIENT_SECRET,    /* call smtp_client_log_on() */
  SMTP_CLIENT_READY,     /* call smtp_client_send() or smtp_client_quit(); all that was sent before
                            is decided */
  SMTP_CLIENT_CONTENT,   /* send the content (dot-stuffed, with its end), then go on with the next
                            line */
  SMTP_CLIENT_CHUNK, /* send the content as it is (RFC 3030), right behind the output, then go on
                            with the next line */
  SMTP_CLIENT_CLOSE  /* the conversation is over */
} SmtpClientStep;

typedef enum
{
  SMTP_CLIENT_PENDING, /* nothing was decided: another host may be asked at once */
  SMTP_CLIENT_DELIVERED,
  SMTP_CLIENT_DEFERRED, /* to be tried later */
  SMTP_CLIENT_FAILED    /* for good */
} SmtpClientOutcome;

/** @host: with all that it points to, outlives the client */
SmtpClient *smtp_client_new (const SmtpClientHost *host);
void smtp_client_free (SmtpClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpClient, smtp_client_free)

/**
 * smtp_client_feed:
 * @line: (array length=length): of a reply, without its CR LF
 * @output: gets the commands to send, each with its CR LF; after SMTP_CLIENT_SECRET it may hold the
 * secret
 */
SmtpClientStep
smtp_client_feed (SmtpClient *client, const char *line, gsize length, GString *output);

/**
 * smtp_client_mistrust:
 * @step: what smtp_client_feed() has just returned, with its @output
 *
 * More has come already, behind the answer that @step follows. Where we have something new to say, the
 * host has answered it before it was asked: whoever takes that for the answer is one reply ahead from
 * then on, and may take a yes to RCPT for one to the message. So the conversation ends; what was
 * decided stays so. Where the content is asked for, it is not sent: what has come is the answer to it
 * already, perhaps a refusal. Behind STARTTLS the connection sees to it itself.
 */
SmtpClientStep smtp_client_mistrust (SmtpClient *client, SmtpClientStep step, GString *output);

/** TLS stands: all that was said before is forgotten. */
SmtpClientStep smtp_client_secured (SmtpClient *client, GString *output);

/** @secret: the password, or the access token; kept, and cleared, by the client */
SmtpClientStep smtp_client_log_on (SmtpClient *client, const char *secret, GString *output);

/** At SMTP_CLIENT_SECRET: whether the last access token was refused, so that a new one is wanted. */
gboolean smtp_client_is_secret_refused (const SmtpClient *client);

/** @mail: with all that it points to, lives until smtp_client_forget_mail() or the client's end */
SmtpClientStep smtp_client_send (SmtpClient *client, const SmtpMail *mail, GString *output);

/** Ready again: what became of the message is known to whoever wants to know, and it may go. */
void smtp_client_forget_mail (SmtpClient *client);

/** The next message, if any, will go another way. */
SmtpClientStep smtp_client_quit (SmtpClient *client, GString *output);

/** What the server can do; from SMTP_CLIENT_READY on. */
const SmtpOffer *smtp_client_offer (const SmtpClient *client);

/** How long the server may take for what it is waited for now, in seconds (RFC 5321,
 * section 4.5.3.2). */
guint smtp_client_patience_s (const SmtpClient *client);

/** What the server is waited for, in words: "the answer to MAIL". */
const char *smtp_client_waits_for (const SmtpClient *client);

/** The connection is gone: who was promised nothing stays pending; where the content was sent, and
 * not answered, the recipients are deferred. @reason: "451 4.4.2 ..." */
void smtp_client_abandon (SmtpClient *client, const char *reason);

/** Why the conversation ended before its time; "" when it did not. */
const char *smtp_client_trouble (const SmtpClient *client);

/** What became of recipient @index of the message. @reply: (transfer none): gets what the server
 * said of it; of a pending one, why the conversation ended */
SmtpClientOutcome smtp_client_outcome (const SmtpClient *client, guint index, const char **reply);
