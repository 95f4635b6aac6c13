/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/smtp/smtp-command.h"

/** One that RCPT named. */
typedef struct
{
  MailAddress *address; /* (owned) */
  char *text;           /* (owned) the same as text */
  SmtpRcptParameters parameters;
} SmtpRecipient;

/** A mail transaction (RFC 5321, section 3.3): what MAIL and RCPT have said so far of the message
 * to come. */
typedef struct
{
  MailAddress *sender; /* (owned) (nullable): none before MAIL */
  SmtpMailParameters parameters;
  GPtrArray
      *recipients;   /* (owned) (element-type SmtpRecipient): those that were taken, each once */
  GHashTable *known; /* (owned): their texts, for look-up; it owns no strings */
  SmtpRcptCommand candidate; /* the recipient about which a question is open; else all zero */
} SmtpTransaction;

void smtp_transaction_init (SmtpTransaction *transaction);

/** Forgets everything; the transaction can be used again. */
void smtp_transaction_reset (SmtpTransaction *transaction);

/** Frees what the transaction holds; it must be initialised to be used again. */
void smtp_transaction_clear (SmtpTransaction *transaction);

/** Returns: (transfer none): the recipient at @index, which is below transaction->recipients->len */
const SmtpRecipient *smtp_transaction_recipient (const SmtpTransaction *transaction, guint index);

/** Makes the candidate a recipient; one that is there already is not added a second time. */
void smtp_transaction_take_candidate (SmtpTransaction *transaction);
void smtp_transaction_drop_candidate (SmtpTransaction *transaction);
