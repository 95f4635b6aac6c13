/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/smtp-transaction.h"

#include <string.h>

/* Named after what the server is waited for. */
typedef enum
{
  STATE_MAIL,
  STATE_RCPT,
  STATE_DATA,
  STATE_CONTENT, /* the answer to the end of the content */
  STATE_RSET,
  STATE_OVER
} State;

typedef struct
{
  SmtpClientOutcome outcome;
  gboolean accepted; /* RCPT was answered with yes, in the transaction under way */
  char *reply;       /* (owned) */
} Result;

struct _SmtpTransaction
{
  const SmtpMail *mail;
  const SmtpOffer *offer;
  State state;
  gboolean is_reset;
  gboolean is_chunked; /* the content goes along with the commands */
  guint n_results;     /* the message may be gone before they are */
  Result *results;     /* (owned), one for each recipient */

  guint first, end; /* the recipients of the transaction under way */
  guint next;       /* whose RCPT is answered next */
  guint accepted;   /* how many of them were */
};

typedef SmtpTransactionStep (*ReplyHandler) (SmtpTransaction *transaction,
                                             const ReplyReader *reply,
                                             GString *output);

static SmtpTransactionStep
on_mail (SmtpTransaction *transaction, const ReplyReader *reply, GString *output);
static SmtpTransactionStep
on_rcpt (SmtpTransaction *transaction, const ReplyReader *reply, GString *output);
static SmtpTransactionStep
on_data (SmtpTransaction *transaction, const ReplyReader *reply, GString *output);
static SmtpTransactionStep
on_content (SmtpTransaction *transaction, const ReplyReader *reply, GString *output);
static SmtpTransactionStep
on_rset (SmtpTransaction *transaction, const ReplyReader *reply, GString *output);

/* RFC 5321, section 4.5.3.2. */
static const struct
{
  const char *waits_for;
  guint patience_s;
  ReplyHandler handle;
} states[] = {
  [STATE_MAIL] = { "the answer to MAIL", 300, on_mail },
  [STATE_RCPT] = { "the answer to RCPT", 300, on_rcpt },
  [STATE_DATA] = { "the answer to DATA", 120, on_data },
  [STATE_CONTENT] = { "the answer to the message", 600, on_content },
  [STATE_RSET] = { "the answer to RSET", 300, on_rset },
  [STATE_OVER] = { "nothing", 10, NULL },
};

SmtpTransaction *
smtp_transaction_new (const SmtpMail *mail, const SmtpOffer *offer, gboolean is_reset)
{
  SmtpTransaction *transaction = g_new0 (SmtpTransaction, 1);
  transaction->mail = mail;
  transaction->offer = offer;
  transaction->is_reset = is_reset;
  transaction->is_chunked = mail->is_chunk && offer->pipelining && offer->chunking;
  transaction->n_results = mail->n_recipients;
  transaction->results = g_new0 (Result, mail->n_recipients);
  return transaction;
}

void
smtp_transaction_free (SmtpTransaction *transaction)
{
  if (transaction == NULL)
    return;
  for (guint i = 0; i < transaction->n_results; i++)
    g_free (transaction->results[i].reply);
  g_free (transaction->results);
  g_free (transaction);
}

guint
smtp_transaction_patience_s (const SmtpTransaction *transaction)
{
  return states[transaction->state].patience_s;
}

const char *
smtp_transaction_waits_for (const SmtpTransaction *transaction)
{
  return states[transaction->state].waits_for;
}

gboolean
smtp_transaction_is_reset (const SmtpTransaction *transaction)
{
  return transaction->is_reset;
}

SmtpClientOutcome
smtp_transaction_outcome (const SmtpTransaction *transaction, guint index, const char **reply)
{
  const Result *result = &transaction->results[index];
  *reply = result->reply != NULL ? result->reply : "";
  return result->outcome;
}

/* --- Results --- */

static void
set_result (Result *result, SmtpClientOutcome outcome, const char *reply)
{
  if (result->outcome != SMTP_CLIENT_PENDING)
    return;
  result->outcome = outcome;
  g_free (result->reply);
  result->reply = g_strdup (reply);
}

static gboolean
is_yes (const ReplyReader *reply)
{
  return reply->code / 100 == 2;
}

static SmtpClientOutcome
outcome_of_no (const ReplyReader *reply)
{
  return reply->code >= 500 ? SMTP_CLIENT_FAILED : SMTP_CLIENT_DEFERRED;
}

/* For the recipients of the transaction under way; @accepted_only: for those among them that the
 * server had taken. */
static void
set_results (SmtpTransaction *transaction,
             gboolean accepted_only,
             SmtpClientOutcome outcome,
             const ReplyReader *reply)
{
  for (guint i = transaction->first; i < transaction->end; i++)
    if (!accepted_only || transaction->results[i].accepted)
      set_result (&transaction->results[i], outcome, reply->text->str);
}

void
smtp_transaction_abandon (SmtpTransaction *transaction, const char *reason)
{
  /* Of what was sent and not answered, nobody knows: another host at once could mean two mails at
   * once. But a host that did not even answer MAIL had gone before. */
  gboolean unknown = transaction->state == STATE_CONTENT
                     || (transaction->is_chunked && transaction->state == STATE_RCPT);
  for (guint i = 0; i < transaction->n_results; i++)
    set_result (&transaction->results[i],
                unknown && i >= transaction->first && i < transaction->end ? SMTP_CLIENT_DEFERRED
                                                                           : SMTP_CLIENT_PENDING,
                reason);
  transaction->state = STATE_OVER;
}

void
smtp_transaction_fail (SmtpTransaction *transaction, const char *reason)
{
  for (guint i = 0; i < transaction->n_results; i++)
    set_result (&transaction->results[i], SMTP_CLIENT_FAILED, reason);
  transaction->state = STATE_OVER;
}

/* --- What is said --- */

static void
say_rcpt (const SmtpTransaction *transaction, guint index, GString *output)
{
  smtp_mail_append_rcpt (transaction->mail, index, transaction->offer, output);
}

/* With PIPELINING, all commands of the transaction at once; with CHUNKING, a small content, too. */
static SmtpTransactionStep
say_mail (SmtpTransaction *transaction, GString *output)
{
  transaction->state = STATE_MAIL;
  transaction->next = transaction->first;
  transaction->end
      = MIN (transaction->first + SMTP_CLIENT_RECIPIENTS_MAX, transaction->mail->n_recipients);
  transaction->accepted = 0;
  smtp_mail_append_mail (transaction->mail, transaction->offer, output);
  if (!transaction->offer->pipelining)
    return SMTP_TRANSACTION_WAIT;
  for (guint i = transaction->first; i < transaction->end; i++)
    say_rcpt (transaction, i, output);
  if (transaction->is_chunked)
    {
      smtp_mail_append_bdat (transaction->mail, output);
      return SMTP_TRANSACTION_CHUNK;
    }
  g_string_append (output, "DATA\r\n");
  return SMTP_TRANSACTION_WAIT;
}

SmtpTransactionStep
smtp_transaction_begin (SmtpTransaction *transaction, GString *output)
{
  if (transaction->is_reset)
    return say_mail (transaction, output);
  transaction->state = STATE_RSET;
  g_string_append (output, "RSET\r\n");
  return SMTP_TRANSACTION_WAIT;
}

static SmtpTransactionStep
end (SmtpTransaction *transaction, GString *output)
{
  transaction->first = transaction->end;
  if (transaction->first < transaction->mail->n_recipients)
    return smtp_transaction_begin (transaction, output);
  transaction->state = STATE_OVER;
  return SMTP_TRANSACTION_DONE;
}

/* --- What is answered --- */

static SmtpTransactionStep
on_mail (SmtpTransaction *transaction, const ReplyReader *reply, GString *output)
{
  transaction->is_reset = !is_yes (reply);
  if (!is_yes (reply))
    {
      set_results (transaction, FALSE, outcome_of_no (reply), reply);
      if (!transaction->offer->pipelining)
        return end (transaction, output);
    }
  else if (!transaction->offer->pipelining)
    say_rcpt (transaction, transaction->next, output);
  transaction->state = STATE_RCPT;
  return SMTP_TRANSACTION_WAIT;
}

/* RFC 5321, section 4.5.3.1.10: 552 was once said of too many recipients, for 452; but it is also
 * said of a full mailbox. */
static SmtpClientOutcome
outcome_of_rcpt (const ReplyReader *reply)
{
  if (reply->code == 552 && strncmp (reply->text->str + 3, " 5.2.", 5) != 0)
    return SMTP_CLIENT_DEFERRED;
  return outcome_of_no (reply);
}

static SmtpTransactionStep
on_rcpt (SmtpTransaction *transaction, const ReplyReader *reply, GString *output)
{
  Result *result = &transaction->results[transaction->next];
  /* After a refused MAIL, the result stands already, whatever a server says to RCPT. */
  if (!is_yes (reply))
    set_result (result, outcome_of_rcpt (reply), reply->text->str);
  else if (result->outcome == SMTP_CLIENT_PENDING)
    {
      result->accepted = TRUE;
      transaction->accepted++;
    }

  transaction->next++;
  if (transaction->next < transaction->end)
    {
      if (!transaction->offer->pipelining)
        say_rcpt (transaction, transaction->next, output);
      return SMTP_TRANSACTION_WAIT;
    }
  if (!transaction->offer->pipelining && transaction->accepted == 0)
    return end (transaction, output);
  transaction->state = transaction->is_chunked ? STATE_CONTENT : STATE_DATA;
  if (!transaction->offer->pipelining)
    g_string_append (output, "DATA\r\n");
  return SMTP_TRANSACTION_WAIT;
}

static SmtpTransactionStep
on_data (SmtpTransaction *transaction, const ReplyReader *reply, GString *output)
{
  if (reply->code < 354)
    return SMTP_TRANSACTION_BROKEN;
  if (reply->code != 354)
    {
      set_results (transaction, TRUE, outcome_of_no (reply), reply);
      return end (transaction, output);
    }
  transaction->state = STATE_CONTENT;
  if (transaction->accepted > 0)
    return SMTP_TRANSACTION_CONTENT;
  /* RFC 2920, section 3.1: a server that wants the message of nobody gets an empty one. */
  g_string_append (output, ".\r\n");
  return SMTP_TRANSACTION_WAIT;
}

static SmtpTransactionStep
on_content (SmtpTransaction *transaction, const ReplyReader *reply, GString *output)
{
  /* RFC 3030, section 2: after a chunk that is refused, nobody knows what the server is at. */
  transaction->is_reset = !transaction->is_chunked || is_yes (reply);
  set_results (transaction, TRUE, is_yes (reply) ? SMTP_CLIENT_DELIVERED : outcome_of_no (reply),
               reply);
  return end (transaction, output);
}

static SmtpTransactionStep
on_rset (SmtpTransaction *transaction, const ReplyReader *reply, GString *output)
{
  if (!is_yes (reply))
    return SMTP_TRANSACTION_BROKEN;
  transaction->is_reset = TRUE;
  return say_mail (transaction, output);
}

SmtpTransactionStep
smtp_transaction_take_reply (SmtpTransaction *transaction,
                             const ReplyReader *reply,
                             GString *output)
{
  if (reply->code / 100 == 3 && (reply->code != 354 || transaction->state != STATE_DATA))
    return SMTP_TRANSACTION_BROKEN;
  return states[transaction->state].handle (transaction, reply, output);
}
