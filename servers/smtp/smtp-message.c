/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-message.h"

#include "servers/mail/trace-header.h"

struct _SmtpMessage
{
  SmtpServices *services;
  char *client_address; /* (owned) */
  char *sender;         /* (owned) */
  guint64 id;
  gint64 arrived;  /* seconds since 1970, UTC */
  QueueBody *body; /* (owned) (nullable): goes to the queue */
  gsize size;
  GError *error; /* (owned) (nullable): the first thing that went wrong */
};

/* What has become of a message, on its way back to the worker. */
typedef struct
{
  SmtpMessageAdded added;
  gpointer user;
  Worker *worker;
  GError *error; /* (owned) (nullable) */
} Outcome;

static void
append_received (SmtpMessage *message, const SmtpSession *session, const SmtpMessageOrigin *origin)
{
  const GPtrArray *recipients = session->transaction.recipients;
  char id[ENVELOPE_ID_TEXT_MAX];
  TraceFacts facts = {
    .helo = session->helo,
    .client_address = origin->client_address,
    .host_name = origin->host_name,
    .protocol = session->is_extended ? "ESMTP" : "SMTP",
    .queue_id = envelope_id_to_string (message->id, id),
    .recipient = recipients->len == 1 ? recipients->pdata[0] : NULL,
    .time = message->arrived,
  };
  g_autofree char *received = trace_header_received (&facts);
  smtp_message_append (message, received, strlen (received));
}

SmtpMessage *
smtp_message_new (SmtpServices *services,
                  const SmtpSession *session,
                  const SmtpMessageOrigin *origin)
{
  SmtpMessage *message = g_new0 (SmtpMessage, 1);
  message->services = services;
  message->client_address = g_strdup (origin->client_address);
  message->sender = mail_address_to_string (session->transaction.sender);
  message->id = queue_reserve_id (services->queue);
  message->arrived = g_get_real_time () / G_USEC_PER_SEC;
  message->body = queue_body_new (services->queue);
  append_received (message, session, origin);
  return message;
}

void
smtp_message_free (SmtpMessage *message)
{
  g_clear_pointer (&message->body, queue_body_free);
  g_clear_error (&message->error);
  g_free (message->client_address);
  g_free (message->sender);
  g_free (message);
}

void
smtp_message_append (SmtpMessage *message, const char *bytes, gsize length)
{
  if (message->error)
    return;
  message->size += length;
  if (!queue_body_append (message->body, bytes, length, &message->error))
    g_clear_pointer (&message->body, queue_body_free);
}

guint64
smtp_message_id (const SmtpMessage *message)
{
  return message->id;
}

gsize
smtp_message_size (const SmtpMessage *message)
{
  return message->size;
}

const char *
smtp_message_sender (const SmtpMessage *message)
{
  return message->sender;
}

static Envelope *
make_envelope (const SmtpMessage *message, const SmtpTransaction *transaction)
{
  Envelope *envelope = envelope_new (message->sender);
  for (guint i = 0; i < transaction->recipients->len; i++)
    envelope_add_recipient (envelope, transaction->recipients->pdata[i]);
  envelope->id = message->id;
  envelope->eight_bit = transaction->eight_bit;
  envelope->size = message->size;
  envelope->arrived = message->arrived;
  g_free (envelope->client_address);
  envelope->client_address = g_strdup (message->client_address);
  return envelope;
}

static void
tell (gpointer data)
{
  Outcome *outcome = data;
  outcome->added (outcome->user, outcome->error);
  g_clear_error (&outcome->error);
  g_free (outcome);
}

/* In the queue's writer thread. */
static void
on_added (gpointer user_data, guint64 id, const GError *error)
{
  Outcome *outcome = user_data;
  outcome->error = error ? g_error_copy (error) : NULL;
  worker_post (outcome->worker, tell, outcome);
}

void
smtp_message_add (SmtpMessage *message,
                  const SmtpTransaction *transaction,
                  Worker *worker,
                  SmtpMessageAdded added,
                  gpointer user)
{
  Outcome *outcome = g_new0 (Outcome, 1);
  outcome->added = added;
  outcome->user = user;
  outcome->worker = worker;

  if (message->error)
    {
      on_added (outcome, message->id, message->error);
      return;
    }
  queue_add (message->services->queue, make_envelope (message, transaction),
             g_steal_pointer (&message->body), on_added, outcome);
}
