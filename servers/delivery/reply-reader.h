/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: reply-reader
 *
 * Puts the lines of another server's SMTP reply together (RFC 5321, section 4.2). What a stranger's
 * server says is bounded, and only its printable ASCII is kept, so that it can stand in a log, a
 * queue record and a bounce.
 */

/** So much of a reply's text is kept. */
#define REPLY_TEXT_MAX 512

/** A reply with more lines is no reply: EHLO's are the longest, and stay far below. */
#define REPLY_LINES_MAX 200

typedef struct
{
  guint code;      /* 200..599 */
  gboolean is_new; /* (private) no line of it has come yet */
  guint lines;     /* that have come */
  GString *text;   /* (owned) "550 5.1.1 no such user", the lines' texts joined by a blank */
} ReplyReader;

typedef enum
{
  REPLY_INCOMPLETE, /* more lines are to come */
  REPLY_COMPLETE,   /* code and text are the whole reply; the next line begins another */
  REPLY_BROKEN      /* that was no reply: who sent it does not speak SMTP */
} ReplyStatus;

void reply_reader_init (ReplyReader *reader);
void reply_reader_clear (ReplyReader *reader);

/** @line: (array length=length): without its CR LF */
ReplyStatus reply_reader_feed (ReplyReader *reader, const char *line, gsize length);
