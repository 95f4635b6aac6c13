/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/mail/mail-address.h"
#include "servers/smtp/smtp-reply.h"

/**
 * SECTION: smtp-command
 *
 * Reads the lines that a client sends (RFC 5321, section 4.1). What is wrong with one is a value:
 * the reply to give.
 */

/** The longest command line that is read, CR LF included: more than the 512 bytes of RFC 5321, for
 * clients that need it. */
#define SMTP_COMMAND_LINE_MAX 2048

/** A view of a line: it lives as long as the line. */
typedef struct
{
  const char *verb; /* up to the first blank; any case */
  gsize verb_length;
  const char *argument; /* the rest, without the blanks around it */
  gsize argument_length;
} SmtpCommand;

/** Cuts @line (without its CR LF) into verb and argument. */
SmtpCommand smtp_command_split (const char *line, gsize length);

/** What MAIL says. */
typedef struct
{
  MailAddress *sender; /* (owned) */
  guint64 size;        /* SIZE= (RFC 1870); 0 when it was not said */
  gboolean eight_bit;  /* BODY=8BITMIME (RFC 6152) */
} SmtpMailCommand;

void smtp_mail_command_clear (SmtpMailCommand *mail);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmtpMailCommand, smtp_mail_command_clear)

/**
 * smtp_command_parse_mail:
 * @text: (array length=length): the argument of MAIL: `FROM:<joe@example.org> SIZE=12345
 * BODY=8BITMIME`
 *
 * Blanks after the colon and an address without angle brackets are read as well: old devices send
 * them. A parameter that is not in the table is refused with 555, one that stands twice or has a
 * wrong value with 501. Returns SMTP_REPLY_NONE when @mail, to be cleared, holds it; otherwise the
 * reply to give.
 */
SmtpReply smtp_command_parse_mail (const char *text,
                                   gsize length,
                                   SmtpMailCommand *mail) G_GNUC_WARN_UNUSED_RESULT;

/** Reads the argument of RCPT, `TO:<joe@example.org>`, likewise; @recipient is (transfer full). */
SmtpReply smtp_command_parse_rcpt (const char *text,
                                   gsize length,
                                   MailAddress **recipient) G_GNUC_WARN_UNUSED_RESULT;
