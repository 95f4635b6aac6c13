/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-message.h"

#include "servers/mail/trace-header.h"
#include "servers/smtp/smtp-addressing.h"

struct _SmtpMessage
{
  SmtpServices *services;
  char *client_address; /* (owned) */
  char *sender;         /* (owned) */
  char *user;           /* (owned) (nullable) */
  char *date;           /* (owned) (nullable) the whole field */
  char *message_id;     /* (owned) (nullable) the same */
  guint64 id;
  gint64 arrived;  /* seconds since 1970, UTC */
  QueueBody *body; /* (owned) (nullable): goes to the queue */
  gsize size;
  GError *error; /* (owned) (nullable): the first thing that went wrong */

  /* While it is being added: */
  const SmtpTransaction *transaction;
  Worker *worker;
  Envelope *envelope;        /* (owned) (nullable) */
  ContentFilterSet *filters; /* (owned) (nullable) */
  SmtpFate fate;
  char *filter; /* (owned) (nullable) */
  SmtpMessageAdded added;
  gpointer user_data;
};

/* The keyword of RFC 3848, and of RFC 6531, section 4.3. */
static char *
protocol_of (const SmtpSession *session)
{
  gboolean utf8 = session->transaction.parameters.utf8;
  gboolean is_extended = session->is_extended || utf8;
  return g_strconcat (utf8          ? "UTF8SMTP"
                      : is_extended ? "ESMTP"
                                    : "SMTP",
                      is_extended && session->is_secured ? "S" : "",
                      is_extended && session->user ? "A" : "", NULL);
}

static void
append_received (SmtpMessage *message, const SmtpSession *session, const SmtpMessageOrigin *origin)
{
  const SmtpTransaction *transaction = &session->transaction;
  g_autofree char *protocol = protocol_of (session);
  char id[ENVELOPE_ID_TEXT_MAX];
  TraceFacts facts = {
    .helo = session->helo,
    .client_address = origin->caller->text,
    .host_name = origin->host_name,
    .protocol = protocol,
    .tls = origin->caller->tls,
    .queue_id = envelope_id_to_string (message->id, id),
    .recipient
    = transaction->recipients->len == 1 ? smtp_transaction_recipient (transaction, 0)->text : NULL,
    .time = message->arrived,
  };
  g_autofree char *received = trace_header_received (&facts);
  smtp_message_append (message, received, strlen (received));
}

/* The queue's id is never given twice by this system; its name makes it unlike any other's. */
static void
make_fields (SmtpMessage *message, const char *host_name)
{
  g_autofree char *date = trace_header_date (message->arrived);
  char id[ENVELOPE_ID_TEXT_MAX];
  message->date = g_strdup_printf ("Date: %s\r\n", date);
  message->message_id = g_strdup_printf ("Message-ID: <%s.postern@%s>\r\n",
                                         envelope_id_to_string (message->id, id), host_name);
}

SmtpMessage *
smtp_message_new (SmtpServices *services,
                  const SmtpSession *session,
                  const SmtpMessageOrigin *origin)
{
  SmtpMessage *message = g_new0 (SmtpMessage, 1);
  message->services = services;
  message->client_address = g_strdup (origin->caller->text);
  message->sender = mail_address_to_string (session->transaction.sender);
  message->user = g_strdup (origin->user);
  message->id = queue_reserve_id (services->queue);
  message->arrived = g_get_real_time () / G_USEC_PER_SEC;
  message->body = queue_body_new (services->queue);
  if (origin->is_own)
    make_fields (message, origin->host_name);
  append_received (message, session, origin);
  return message;
}

void
smtp_message_free (SmtpMessage *message)
{
  g_clear_pointer (&message->body, queue_body_free);
  g_clear_pointer (&message->envelope, envelope_free);
  g_clear_pointer (&message->filters, content_filter_set_unref);
  g_clear_error (&message->error);
  g_free (message->client_address);
  g_free (message->sender);
  g_free (message->user);
  g_free (message->date);
  g_free (message->message_id);
  g_free (message->filter);
  g_free (message);
}

SmtpHeaderFields
smtp_message_fields (const SmtpMessage *message)
{
  return (SmtpHeaderFields){ message->date, message->message_id };
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

const char *
smtp_message_user (const SmtpMessage *message)
{
  return message->user;
}

SmtpFate
smtp_message_fate (const SmtpMessage *message)
{
  return message->fate;
}

const char *
smtp_message_filter (const SmtpMessage *message)
{
  return message->filter;
}

/* --- Into the queue --- */

static void
tell (gpointer data)
{
  SmtpMessage *message = data;
  message->added (message->user_data, message->error);
}

/* In the queue's writer thread. */
static void
on_added (gpointer user_data, guint64 id, const GError *error)
{
  SmtpMessage *message = user_data;
  if (error && !message->error)
    message->error = g_error_copy (error);
  worker_post (message->worker, tell, message);
}

static void
make_envelope (SmtpMessage *message)
{
  const SmtpMailParameters *parameters = &message->transaction->parameters;
  Envelope *envelope = envelope_new (message->sender);

  smtp_addressing_add (message->services, message->transaction, envelope);
  envelope->id = message->id;
  envelope->eight_bit = parameters->eight_bit;
  envelope->utf8 = parameters->utf8;
  envelope->dsn_return = parameters->dsn_return;
  envelope->size = message->size;
  envelope->arrived = message->arrived;
  envelope_set_text (&envelope->client_address, message->client_address);
  envelope_set_text (&envelope->user, message->user ? message->user : "");
  envelope_set_text (&envelope->envelope_id,
                     parameters->envelope_id ? parameters->envelope_id : "");
  message->envelope = envelope;
}

static void
apply_filters (SmtpMessage *message)
{
  g_autoptr (GBytes) content = queue_body_content (message->body, &message->error);
  if (!content)
    return;
  FilterVerdict verdict = content_filter_set_apply (message->filters, message->sender, content);
  if (!verdict.is_caught)
    return;

  message->filter = content_filter_verdict_to_reason (&verdict);
  message->fate = verdict.action == FILTER_ACTION_KEEP ? SMTP_FATE_KEPT : SMTP_FATE_DISCARDED;
  if (message->fate == SMTP_FATE_KEPT)
    envelope_set_hold (message->envelope, ENVELOPE_KEPT, message->filter);
}

/* May be in the thread pool. */
static void
prepare (gpointer data)
{
  SmtpMessage *message = data;
  make_envelope (message);
  if (!content_filter_set_is_empty (message->filters))
    apply_filters (message);
}

/* What is thrown away was never promised to anybody. */
static void
hand_over (gpointer data)
{
  SmtpMessage *message = data;
  SmtpServices *services = message->services;

  if (message->error || message->fate == SMTP_FATE_DISCARDED)
    {
      g_clear_pointer (&message->body, queue_body_free);
      worker_post (message->worker, tell, message);
    }
  else
    queue_add (services->queue, g_steal_pointer (&message->envelope),
               g_steal_pointer (&message->body), on_added, message);
  smtp_services_end_addition (services);
}

void
smtp_message_add (SmtpMessage *message,
                  const SmtpTransaction *transaction,
                  Worker *worker,
                  SmtpMessageAdded added,
                  gpointer user)
{
  message->transaction = transaction;
  message->worker = worker;
  message->filters = smtp_services_filters (message->services);
  message->added = added;
  message->user_data = user;

  if (message->error)
    {
      worker_post (worker, tell, message);
      return;
    }
  smtp_services_begin_addition (message->services);
  if (!content_filter_set_is_empty (message->filters)
      || smtp_addressing_may_block (message->services, transaction))
    worker_block (worker, prepare, hand_over, message);
  else
    {
      prepare (message);
      hand_over (message);
    }
}
