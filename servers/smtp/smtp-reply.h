/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: smtp-reply
 *
 * Everything that the server says to a client, in one table: reply code (RFC 5321, section 4.2),
 * enhanced status code (RFC 3463; none in the greeting and in answers to EHLO and HELO, RFC 2034),
 * text. A refusal tells cause and cure.
 */
typedef enum
{
  SMTP_REPLY_NONE, /* nothing is said */

  SMTP_REPLY_GREETING,
  SMTP_REPLY_GREETING_REFUSED,
  SMTP_REPLY_HELLO,
  SMTP_REPLY_EXTENSIONS,
  SMTP_REPLY_SENDER_OK,
  SMTP_REPLY_RECIPIENT_OK,
  SMTP_REPLY_SEND_CONTENT,
  SMTP_REPLY_CHUNK_TAKEN,
  SMTP_REPLY_QUEUED,
  SMTP_REPLY_RESET,
  SMTP_REPLY_NOTHING_DONE,
  SMTP_REPLY_CANNOT_VERIFY,
  SMTP_REPLY_HELP,
  SMTP_REPLY_START_TLS,
  SMTP_REPLY_CHALLENGE,
  SMTP_REPLY_AUTHENTICATED,
  SMTP_REPLY_GOODBYE,

  /* The connection ends after these. */
  SMTP_REPLY_TOO_MANY_SESSIONS,
  SMTP_REPLY_TOO_MUCH_OF_CLIENT,
  SMTP_REPLY_TOO_EARLY,
  SMTP_REPLY_TROUBLE_AT_GREETING,
  SMTP_REPLY_STOPPING,
  SMTP_REPLY_INACTIVE,
  SMTP_REPLY_MESSAGE_TOO_SLOW,
  SMTP_REPLY_TOO_MANY_ERRORS,
  SMTP_REPLY_TOO_MANY_IDLE_COMMANDS,
  SMTP_REPLY_TOO_MANY_LOG_ONS,
  SMTP_REPLY_BANNED,
  SMTP_REPLY_NOT_SMTP,
  SMTP_REPLY_NOT_ALONE,
  SMTP_REPLY_CHUNK_SYNTAX,

  SMTP_REPLY_LINE_TOO_LONG,
  SMTP_REPLY_LINE_BROKEN,
  SMTP_REPLY_UNKNOWN_COMMAND,
  SMTP_REPLY_NOT_IMPLEMENTED,
  SMTP_REPLY_HELLO_SYNTAX,
  SMTP_REPLY_MAIL_SYNTAX,
  SMTP_REPLY_RCPT_SYNTAX,
  SMTP_REPLY_BAD_SENDER,
  SMTP_REPLY_BAD_RECIPIENT,
  SMTP_REPLY_BAD_PARAMETER,
  SMTP_REPLY_UNKNOWN_PARAMETER,
  SMTP_REPLY_NEEDS_UTF8,
  SMTP_REPLY_NEEDS_ARGUMENT,
  SMTP_REPLY_TAKES_NO_ARGUMENT,
  SMTP_REPLY_ONLY_QUIT,
  SMTP_REPLY_HELLO_FIRST,
  SMTP_REPLY_SENDER_FIRST,
  SMTP_REPLY_SENDER_TWICE,
  SMTP_REPLY_NO_RECIPIENTS,
  SMTP_REPLY_CHUNKS_BEGUN,

  SMTP_REPLY_NEEDS_TLS,
  SMTP_REPLY_TLS_NOT_OFFERED,
  SMTP_REPLY_TLS_TWICE,
  SMTP_REPLY_AUTH_NOT_OFFERED,
  SMTP_REPLY_AUTH_NEEDS_TLS,
  SMTP_REPLY_AUTH_TWICE,
  SMTP_REPLY_UNKNOWN_MECHANISM,
  SMTP_REPLY_AUTH_CANCELLED,
  SMTP_REPLY_AUTH_MALFORMED,
  SMTP_REPLY_WRONG_PASSWORD,
  SMTP_REPLY_AUTH_TROUBLE,

  SMTP_REPLY_DENIED,
  SMTP_REPLY_LATER,
  SMTP_REPLY_SUBMISSION_ONLY,
  SMTP_REPLY_SENDER_NOT_USERS,
  SMTP_REPLY_UNKNOWN_USER,
  SMTP_REPLY_MAILBOX_FULL,
  SMTP_REPLY_TOO_MANY_RECIPIENTS,
  SMTP_REPLY_TOO_BIG,
  SMTP_REPLY_BAD_CHARACTERS,
  SMTP_REPLY_CONTENT_LINE_TOO_LONG,
  SMTP_REPLY_LOOP,
  SMTP_REPLY_TROUBLE,
  SMTP_REPLY_NO_SPACE,

  SMTP_N_REPLIES
} SmtpReply;

/** The longest reply line, CR LF included (RFC 5321, section 4.5.3.1.5). */
#define SMTP_REPLY_LINE_MAX 512

/**
 * smtp_reply_append:
 * @words: (nullable): stands where the text has its gap; bytes that are not printable ASCII become
 * "?"
 *
 * Appends the reply as one line with its CR LF, never longer than SMTP_REPLY_LINE_MAX.
 * SMTP_REPLY_NONE appends nothing.
 */
void smtp_reply_append (GString *output, SmtpReply reply, const char *words);

/** Appends one line of a reply of several; @is_last says whether it ends the reply. Otherwise as
 * smtp_reply_append(). */
void smtp_reply_append_line (GString *output, SmtpReply reply, const char *words, gboolean is_last);

/** The three-digit code; 0 for SMTP_REPLY_NONE. */
guint smtp_reply_code (SmtpReply reply);

/** Whether the client has made a mistake in the protocol: too many of these end the session. */
gboolean smtp_reply_is_client_error (SmtpReply reply);
