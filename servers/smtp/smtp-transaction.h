/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/mail/mail-address.h"

/** A mail transaction (RFC 5321, section 3.3): what MAIL and RCPT have said so far of the message
 * to come. */
typedef struct
{
  MailAddress *sender; /* (owned) (nullable): none before MAIL */
  GPtrArray
      *recipients;   /* (owned) (element-type utf8): those that were taken, as text, each once */
  GHashTable *known; /* (owned): the same, for look-up; it owns no strings */
  MailAddress *candidate; /* (owned) (nullable): the recipient about which a question is open */
  gboolean eight_bit;     /* BODY=8BITMIME was said */
} SmtpTransaction;

void smtp_transaction_init (SmtpTransaction *transaction);

/** Forgets everything; the transaction can be used again. */
void smtp_transaction_reset (SmtpTransaction *transaction);

/** Frees what the transaction holds; it must be initialised to be used again. */
void smtp_transaction_clear (SmtpTransaction *transaction);

/** Makes the candidate a recipient; one that is there already is not added a second time. */
void smtp_transaction_take_candidate (SmtpTransaction *transaction);
void smtp_transaction_drop_candidate (SmtpTransaction *transaction);
