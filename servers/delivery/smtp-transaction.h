/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/reply-reader.h"
#include "servers/delivery/smtp-client.h"

/**
 * SECTION: smtp-transaction
 *
 * One message in an SMTP conversation, from MAIL to the answer to its content (RFC 5321,
 * section 3.3): fed the server's replies, it gives the commands. For many recipients it is several
 * transactions, one after the other.
 */
typedef struct _SmtpTransaction SmtpTransaction;

typedef enum
{
  SMTP_TRANSACTION_WAIT,
  SMTP_TRANSACTION_CONTENT, /* send the content, then go on with the next reply */
  SMTP_TRANSACTION_CHUNK,   /* the same, but as it is: without dots, and without an end */
  SMTP_TRANSACTION_DONE,    /* each recipient has its result */
  SMTP_TRANSACTION_BROKEN   /* that was no answer to what we said */
} SmtpTransactionStep;

/** @mail, @offer: outlive the transaction. @is_reset: whether the server has no other one open */
SmtpTransaction *
smtp_transaction_new (const SmtpMail *mail, const SmtpOffer *offer, gboolean is_reset);
void smtp_transaction_free (SmtpTransaction *transaction);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpTransaction, smtp_transaction_free)

/** What to say first. */
SmtpTransactionStep smtp_transaction_begin (SmtpTransaction *transaction, GString *output);

/** In place of smtp_transaction_begin(): nobody gets the message, for this reason. */
void smtp_transaction_fail (SmtpTransaction *transaction, const char *reason);

/** @reply: a whole one */
SmtpTransactionStep smtp_transaction_take_reply (SmtpTransaction *transaction,
                                                 const ReplyReader *reply,
                                                 GString *output);

/** As smtp_client_abandon(). */
void smtp_transaction_abandon (SmtpTransaction *transaction, const char *reason);

/** As smtp_client_outcome(). */
SmtpClientOutcome
smtp_transaction_outcome (const SmtpTransaction *transaction, guint index, const char **reply);

/** As smtp_client_patience_s() and smtp_client_waits_for(). */
guint smtp_transaction_patience_s (const SmtpTransaction *transaction);
const char *smtp_transaction_waits_for (const SmtpTransaction *transaction);

/** Whether the server takes MAIL next; else it has to be told RSET first. */
gboolean smtp_transaction_is_reset (const SmtpTransaction *transaction);
