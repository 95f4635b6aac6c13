/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: smtp-client
 *
 * The delivering side of an SMTP conversation (RFC 5321), without a socket: fed the lines of the
 * server's replies, it gives the commands to send. It greets with EHLO, or HELO where that is
 * refused, uses SIZE (RFC 1870), 8BITMIME (RFC 6152) and PIPELINING (RFC 2920) where they are
 * offered, and sends the message once for up to SMTP_CLIENT_RECIPIENTS_MAX recipients, again for
 * the next so many. What became of each recipient is kept for that recipient.
 */

typedef struct _SmtpClient SmtpClient;

/** The most recipients of one transaction: every server takes so many (RFC 5321,
 * section 4.5.3.1.8). */
#define SMTP_CLIENT_RECIPIENTS_MAX 100

typedef struct
{
  const char *host_name;         /* ours, for EHLO */
  const char *sender;            /* "" for the null sender */
  const char *const *recipients; /* (array length=n_recipients) */
  guint n_recipients;
  guint64 size;       /* bytes of the content */
  gboolean eight_bit; /* it was handed in as 8BITMIME, and has such bytes */
} SmtpClientMail;

/** What to do after a line was fed. */
typedef enum
{
  SMTP_CLIENT_WAIT,    /* send the output, if any; go on with the next line */
  SMTP_CLIENT_CONTENT, /* send the output, then the content (dot-stuffed, with its end), then go on
                        */
  SMTP_CLIENT_CLOSE    /* send the output; the conversation is over */
} SmtpClientStep;

typedef enum
{
  SMTP_CLIENT_PENDING, /* nothing was decided: another host may be asked at once */
  SMTP_CLIENT_DELIVERED,
  SMTP_CLIENT_DEFERRED, /* to be tried later */
  SMTP_CLIENT_FAILED    /* for good */
} SmtpClientOutcome;

/** @mail: with all that it points to, outlives the client */
SmtpClient *smtp_client_new (const SmtpClientMail *mail);
void smtp_client_free (SmtpClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpClient, smtp_client_free)

/**
 * smtp_client_feed:
 * @line: (array length=length): of a reply, without its CR LF
 * @output: gets the commands to send, each with its CR LF
 */
SmtpClientStep
smtp_client_feed (SmtpClient *client, const char *line, gsize length, GString *output);

/** How long the server may take for what it is waited for now, in seconds (RFC 5321,
 * section 4.5.3.2). */
guint smtp_client_patience_s (const SmtpClient *client);

/** What the server is waited for, in words: "the answer to MAIL". */
const char *smtp_client_waits_for (const SmtpClient *client);

/** The connection is gone: who was promised nothing stays pending; where the content was sent, and
 * not answered, the recipients are deferred. @reason: "421 4.4.2 ..." */
void smtp_client_abandon (SmtpClient *client, const char *reason);

/** What became of recipient @index. @reply: (transfer none): gets what the server said of it; of a
 * pending one, why the conversation ended; "" for nothing */
SmtpClientOutcome smtp_client_outcome (const SmtpClient *client, guint index, const char **reply);
