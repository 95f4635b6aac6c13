/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/mail/mail-address.h"
#include "servers/smtp/smtp-parameters.h"

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
  SmtpMailParameters parameters;
} SmtpMailCommand;

void smtp_mail_command_clear (SmtpMailCommand *mail);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmtpMailCommand, smtp_mail_command_clear)

/**
 * smtp_command_parse_mail:
 * @text: (array length=length): the argument of MAIL: `FROM:<joe@example.org> SIZE=12345
 * BODY=8BITMIME`
 *
 * Blanks after the colon and an address without angle brackets are read as well: old devices send
 * them. Letters beyond ASCII in the address need SMTPUTF8 (RFC 6531). Returns SMTP_REPLY_NONE when
 * @mail, to be cleared, holds it; otherwise the reply to give.
 */
SmtpReply smtp_command_parse_mail (const char *text,
                                   gsize length,
                                   SmtpMailCommand *mail) G_GNUC_WARN_UNUSED_RESULT;

/** What RCPT says. */
typedef struct
{
  MailAddress *recipient; /* (owned) */
  SmtpRcptParameters parameters;
} SmtpRcptCommand;

void smtp_rcpt_command_clear (SmtpRcptCommand *rcpt);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmtpRcptCommand, smtp_rcpt_command_clear)

/** Reads the argument of RCPT, `TO:<joe@example.org> NOTIFY=NEVER`, likewise. @utf8: whether MAIL
 * said SMTPUTF8. */
SmtpReply smtp_command_parse_rcpt (const char *text,
                                   gsize length,
                                   gboolean utf8,
                                   SmtpRcptCommand *rcpt) G_GNUC_WARN_UNUSED_RESULT;

/** What BDAT says (RFC 3030, section 2). */
typedef struct
{
  guint64 size; /* of the chunk that follows the line, in bytes */
  gboolean is_last;
} SmtpChunkCommand;

/** Reads the argument of BDAT, `1000` or `86 LAST`. FALSE when it is neither: then nobody knows
 * where the next command begins. */
gboolean smtp_command_parse_chunk (const char *text,
                                   gsize length,
                                   SmtpChunkCommand *chunk) G_GNUC_WARN_UNUSED_RESULT;

/** What AUTH says (RFC 4954, section 4): a view of the line. */
typedef struct
{
  const char *mechanism;
  gsize mechanism_length;
  const char *initial; /* (nullable) the initial response */
  gsize initial_length;
} SmtpAuthCommand;

SmtpAuthCommand smtp_command_split_auth (const char *text, gsize length);
