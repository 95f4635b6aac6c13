/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/queue/envelope.h"
#include "servers/smtp/smtp-reply.h"

/**
 * SECTION: smtp-parameters
 *
 * What stands behind the address in MAIL and RCPT: the parameters of the extensions, in two tables.
 * One that is not in the table is refused with 555; one that stands twice, or has a wrong value,
 * with 501.
 */

/** Of MAIL. */
typedef struct
{
  guint64 size;         /* SIZE= (RFC 1870); 0 when it was not said */
  gboolean eight_bit;   /* BODY=8BITMIME (RFC 6152) */
  gboolean utf8;        /* SMTPUTF8 (RFC 6531) */
  DsnReturn dsn_return; /* RET= (RFC 3461) */
  char *envelope_id;    /* (owned) (nullable) ENVID= as it came, in xtext (RFC 3461) */
} SmtpMailParameters;

void smtp_mail_parameters_clear (SmtpMailParameters *parameters);

/** Of RCPT. */
typedef struct
{
  guint notify;   /* NOTIFY= (RFC 3461), of #RecipientNotify; 0 when it was not said */
  char *original; /* (owned) (nullable) ORCPT= as it came: "rfc822;joe@example.org" */
} SmtpRcptParameters;

void smtp_rcpt_parameters_clear (SmtpRcptParameters *parameters);

/** The longest ENVID and ORCPT, as they are written (RFC 3461, section 5.4 and 4.2). */
#define SMTP_ENVELOPE_ID_MAX 100
#define SMTP_ORIGINAL_MAX 500

/**
 * smtp_mail_parameters_read:
 * @text: (array length=length): "SIZE=12345 BODY=8BITMIME"
 *
 * AUTH= (RFC 4954, section 5) is read, and means nothing: whoever relays here is known by other
 * means. Returns SMTP_REPLY_NONE when @parameters, to be cleared, has them; otherwise the reply to
 * give.
 */
SmtpReply smtp_mail_parameters_read (const char *text,
                                     gsize length,
                                     SmtpMailParameters *parameters) G_GNUC_WARN_UNUSED_RESULT;

SmtpReply smtp_rcpt_parameters_read (const char *text,
                                     gsize length,
                                     SmtpRcptParameters *parameters) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full): @text in xtext (RFC 3461, section 4) */
char *smtp_parameters_to_xtext (const char *text);
