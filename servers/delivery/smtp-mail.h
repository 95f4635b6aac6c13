/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/smtp-offer.h"
#include "servers/queue/envelope.h"

/** A recipient, as RCPT names it. */
typedef struct
{
  const char *address;
  guint notify;         /* of #RecipientNotify; 0: not said */
  const char *original; /* (nullable) ORCPT as it came: "rfc822;joe@example.org" */
} SmtpMailRecipient;

/** A message, as the commands of a transaction tell of it. */
typedef struct
{
  const char *sender;                  /* "" for the null sender */
  const SmtpMailRecipient *recipients; /* (array length=n_recipients) */
  guint n_recipients;
  guint64 size;            /* bytes of the content */
  gboolean is_chunk;       /* small, and its last line is whole: it may go as one chunk */
  gboolean eight_bit;      /* it was handed in as 8BITMIME, and has such bytes */
  gboolean needs_utf8;     /* an address, or the header of an SMTPUTF8 message, is not in ASCII */
  const char *envelope_id; /* (nullable) ENVID as it came */
  DsnReturn dsn_return;
} SmtpMail;

/**
 * Appends MAIL with what @offer lets us say, and CR LF. What was handed down as the sender wrote it
 * (ENVID, here; ORCPT, there) is left out where it is not what RFC 3461 allows.
 */
void smtp_mail_append_mail (const SmtpMail *mail, const SmtpOffer *offer, GString *output);

/** Appends BDAT for the whole content as the one and last chunk (RFC 3030, section 2), and CR LF. */
void smtp_mail_append_bdat (const SmtpMail *mail, GString *output);

/** Appends RCPT for recipient @index, and CR LF. */
void
smtp_mail_append_rcpt (const SmtpMail *mail, guint index, const SmtpOffer *offer, GString *output);

/**
 * Whether a host with that @offer can take the message at all.
 * Returns: (nullable): the reply that stands for why not: "552 5.3.4 ..."
 */
const char *smtp_mail_find_obstacle (const SmtpMail *mail, const SmtpOffer *offer);
