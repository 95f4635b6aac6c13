/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: smtp-content
 *
 * The message after DATA, or in the chunks of BDAT, read from the stream (RFC 5321, sections 2.3.8,
 * 4.1.1.4 and 4.5.2; RFC 3030). After DATA, only CR LF . CR LF ends it. A bare CR or a bare LF never
 * ends a line, and so never a message: whoever smuggles a second message behind one finds the whole
 * refused; in chunks, too, where a next hop that gets it by DATA would be the one to be fooled.
 * What is wrong is remembered, and the rest read and dropped, so that the reply comes where the
 * client expects it.
 */

typedef enum
{
  SMTP_FRAMING_DOTS,  /* after DATA: ends with a dot on a line of its own; dots are unstuffed */
  SMTP_FRAMING_CHUNKS /* BDAT: a dot is a dot, and smtp_content_end() ends it */
} SmtpFraming;

typedef enum
{
  SMTP_CONTENT_GOOD,
  SMTP_CONTENT_BAD_CHARACTERS, /* a bare CR, a bare LF or a NUL */
  SMTP_CONTENT_TOO_BIG,
  SMTP_CONTENT_LINE_TOO_LONG,
  SMTP_CONTENT_LOOP /* too many Received fields: smtp-header counts them */
} SmtpContentFault;

/** The longest line, CR LF included. RFC 5321 asks for 1000 at least; many devices send more. */
#define SMTP_CONTENT_LINE_MAX 1048576

typedef enum
{
  SMTP_CONTENT_AT_LINE_START,
  SMTP_CONTENT_AFTER_DOT,    /* a line begins with a dot, which is dropped */
  SMTP_CONTENT_AFTER_DOT_CR, /* that dot, and a CR, which is held back */
  SMTP_CONTENT_IN_LINE,
  SMTP_CONTENT_AFTER_CR,
  SMTP_CONTENT_AT_END
} SmtpContentState;

/** The machine. Its members are its own, but for the first two. */
typedef struct
{
  SmtpContentFault fault; /* of those that were found, the first in the enum's order */
  guint64 size;           /* bytes of the message so far, dots unstuffed */

  guint64 size_limit;
  SmtpFraming framing;
  SmtpContentState state;
  gsize line_length; /* of this line, so far */
} SmtpContent;

/** Takes the next bytes of the message, dots unstuffed. Not called once there is a fault. */
typedef void (*SmtpContentSink) (gpointer user, const char *bytes, gsize length);

/** @size_limit: bytes of the largest message that is good */
void smtp_content_start (SmtpContent *content, SmtpFraming framing, guint64 size_limit);

/**
 * smtp_content_feed:
 *
 * Reads on. Returns how many bytes it has taken: all, but for those behind the end of the message.
 */
gsize smtp_content_feed (
    SmtpContent *content, const char *bytes, gsize length, SmtpContentSink sink, gpointer user);

/** Ends a message in chunks. A last line that has no CR LF gets one. */
void smtp_content_end (SmtpContent *content, SmtpContentSink sink, gpointer user);

/** Whether the end of the message has come; from then on nothing more is taken. */
gboolean smtp_content_is_complete (const SmtpContent *content);
