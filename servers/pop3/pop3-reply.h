/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: pop3-reply
 *
 * Everything that the server says to a client, in one table (RFC 1939; response codes in brackets:
 * RFC 2449, section 8, and RFC 3206). A refusal tells cause and cure.
 */
typedef enum
{
  POP3_REPLY_NONE, /* nothing is said */

  POP3_REPLY_GREETING,
  POP3_REPLY_GREETING_APOP, /* the words: the timestamp */
  POP3_REPLY_USER_OK,
  POP3_REPLY_START_TLS,
  POP3_REPLY_UTF8,
  POP3_REPLY_MECHANISMS,
  POP3_REPLY_CHALLENGE, /* the words: in base64 (RFC 5034, section 4) */
  POP3_REPLY_CONTENTS,  /* after log-on, and RSET; the words: how much there is */
  POP3_REPLY_LISTING,
  POP3_REPLY_OK, /* the words alone */
  POP3_REPLY_CAPABILITIES,
  POP3_REPLY_OCTETS,
  POP3_REPLY_TOP,
  POP3_REPLY_DELETED,
  POP3_REPLY_NOTHING_DONE,
  POP3_REPLY_GOODBYE,
  POP3_REPLY_COMMITTED,

  /* The connection ends after these. */
  POP3_REPLY_TOO_MANY_SESSIONS,
  POP3_REPLY_TOO_MANY_OF_CLIENT, /* sessions of that address */
  POP3_REPLY_BANNED,             /* the words: when the ban ends */
  POP3_REPLY_STOPPING,
  POP3_REPLY_TOO_MANY_ERRORS,
  POP3_REPLY_TOO_MANY_LINES,
  POP3_REPLY_NOT_COMMITTED,

  POP3_REPLY_BAD_LOG_ON,
  POP3_REPLY_IN_USE,
  POP3_REPLY_LOG_ON_TROUBLE,
  POP3_REPLY_TLS_FIRST,
  POP3_REPLY_TLS_PORT,
  POP3_REPLY_NO_TLS,
  POP3_REPLY_TLS_TWICE,
  POP3_REPLY_TLS_TOO_LATE,
  POP3_REPLY_UNKNOWN_MECHANISM,
  POP3_REPLY_SASL_CANCELLED,
  POP3_REPLY_SASL_MALFORMED,
  POP3_REPLY_SASL_REFUSED,
  POP3_REPLY_USER_FIRST,
  POP3_REPLY_APOP_SYNTAX,
  POP3_REPLY_NO_APOP,

  POP3_REPLY_LINE_TOO_LONG,
  POP3_REPLY_LINE_BROKEN,
  POP3_REPLY_UNKNOWN_COMMAND,
  POP3_REPLY_LOG_ON_FIRST,
  POP3_REPLY_LOGGED_ON_ALREADY,
  POP3_REPLY_NEEDS_ARGUMENT,
  POP3_REPLY_TAKES_NO_ARGUMENT,
  POP3_REPLY_NO_NUMBER,
  POP3_REPLY_NO_MESSAGE,
  POP3_REPLY_MESSAGE_DELETED,
  POP3_REPLY_MESSAGE_GONE,
  POP3_REPLY_MESSAGE_TROUBLE,

  POP3_N_REPLIES
} Pop3Reply;

/** Appends the reply as one line with its CR LF. @words: (nullable): stands where the text has its
 * gap; printable ASCII. */
void pop3_reply_append (GString *output, Pop3Reply reply, const char *words);

/** Whether the client has made a mistake in the protocol: too many of these end the session. */
gboolean pop3_reply_is_client_error (Pop3Reply reply);
