/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/smtp-client.h"

#include "servers/delivery/reply-reader.h"
#include "servers/delivery/smtp-authentication.h"
#include "servers/delivery/smtp-transaction.h"

#include <string.h>

/* Named after what the server is waited for. */
typedef enum
{
  STATE_GREETING,
  STATE_EHLO,
  STATE_HELO,
  STATE_START_TLS,
  STATE_HANDSHAKE,
  STATE_SECRET, /* we are waited for */
  STATE_AUTH,
  STATE_READY, /* the same */
  STATE_MAIL,  /* a transaction */
  STATE_OVER
} State;

struct _SmtpClient
{
  const SmtpClientHost *host;
  State state;
  ReplyReader reader;
  SmtpOffer offer;
  gboolean is_secure;
  gboolean is_tls_declined; /* STARTTLS was refused, and need not be */
  gboolean is_logged_on;
  SmtpAuthentication authentication;
  char *secret;                  /* (owned) (nullable) while we log on */
  guint refused;                 /* how often the log-on was */
  gboolean has_open_transaction; /* the server has, of a message that nobody got */
  SmtpTransaction *transaction;  /* (owned) (nullable) while there is a message */
  char *trouble;                 /* (owned) */
};

typedef SmtpClientStep (*ReplyHandler) (SmtpClient *client, GString *output);

static SmtpClientStep on_greeting (SmtpClient *client, GString *output);
static SmtpClientStep on_ehlo (SmtpClient *client, GString *output);
static SmtpClientStep on_helo (SmtpClient *client, GString *output);
static SmtpClientStep on_start_tls (SmtpClient *client, GString *output);
static SmtpClientStep on_auth (SmtpClient *client, GString *output);
static SmtpClientStep on_transaction (SmtpClient *client, GString *output);
static SmtpClientStep on_unasked (SmtpClient *client, GString *output);

/* RFC 5321, section 4.5.3.2; a transaction knows its own. */
static const struct
{
  const char *waits_for;
  guint patience_s;
  ReplyHandler handle;
} states[] = {
  [STATE_GREETING] = { "the greeting", 300, on_greeting },
  [STATE_EHLO] = { "the answer to EHLO", 300, on_ehlo },
  [STATE_HELO] = { "the answer to HELO", 300, on_helo },
  [STATE_START_TLS] = { "the answer to STARTTLS", 300, on_start_tls },
  [STATE_HANDSHAKE] = { "the TLS handshake", 60, on_unasked },
  [STATE_SECRET] = { "nothing", 120, on_unasked },
  [STATE_AUTH] = { "the answer to AUTH", 300, on_auth },
  [STATE_READY] = { "nothing", 10, on_unasked },
  [STATE_MAIL] = { NULL, 0, on_transaction },
  [STATE_OVER] = { "nothing", 10, on_unasked },
};

SmtpClient *
smtp_client_new (const SmtpClientHost *host)
{
  SmtpClient *client = g_new0 (SmtpClient, 1);
  client->host = host;
  client->is_secure = host->is_secure;
  client->trouble = g_strdup ("");
  reply_reader_init (&client->reader);
  return client;
}

static void
forget_secret (SmtpClient *client)
{
  if (client->secret != NULL)
    explicit_bzero (client->secret, strlen (client->secret));
  g_clear_pointer (&client->secret, g_free);
}

void
smtp_client_free (SmtpClient *client)
{
  if (client == NULL)
    return;
  forget_secret (client);
  smtp_transaction_free (client->transaction);
  reply_reader_clear (&client->reader);
  g_free (client->trouble);
  g_free (client);
}

guint
smtp_client_patience_s (const SmtpClient *client)
{
  return client->state == STATE_MAIL ? smtp_transaction_patience_s (client->transaction)
                                     : states[client->state].patience_s;
}

const char *
smtp_client_waits_for (const SmtpClient *client)
{
  return client->state == STATE_MAIL ? smtp_transaction_waits_for (client->transaction)
                                     : states[client->state].waits_for;
}

const SmtpOffer *
smtp_client_offer (const SmtpClient *client)
{
  return &client->offer;
}

const char *
smtp_client_trouble (const SmtpClient *client)
{
  return client->trouble;
}

SmtpClientOutcome
smtp_client_outcome (const SmtpClient *client, guint index, const char **reply)
{
  if (client->transaction != NULL)
    return smtp_transaction_outcome (client->transaction, index, reply);
  *reply = client->trouble;
  return SMTP_CLIENT_PENDING;
}

/* --- The end --- */

void
smtp_client_abandon (SmtpClient *client, const char *reason)
{
  if (client->state == STATE_OVER)
    return;
  if (client->transaction != NULL)
    smtp_transaction_abandon (client->transaction, reason);
  forget_secret (client);
  g_free (client->trouble);
  client->trouble = g_strdup (reason);
  client->state = STATE_OVER;
}

SmtpClientStep
smtp_client_quit (SmtpClient *client, GString *output)
{
  client->state = STATE_OVER;
  g_string_append (output, "QUIT\r\n");
  return SMTP_CLIENT_CLOSE;
}

/* The host will not serve us now: what is pending may go to another. */
static SmtpClientStep
give_up_host (SmtpClient *client, GString *output, const char *reason)
{
  smtp_client_abandon (client, reason);
  return smtp_client_quit (client, output);
}

/* The same, for what it has just said. */
static SmtpClientStep
give_up_refusing_host (SmtpClient *client, GString *output)
{
  g_autofree char *reason = g_strdup (client->reader.text->str);
  return give_up_host (client, output, reason);
}

static SmtpClientStep
break_off (SmtpClient *client)
{
  g_autofree char *reason = g_strdup_printf ("451 4.5.0 the next host said something else than %s",
                                             smtp_client_waits_for (client));
  smtp_client_abandon (client, reason);
  return SMTP_CLIENT_CLOSE;
}

/* --- Getting ready --- */

static gboolean
is_yes (const SmtpClient *client)
{
  return client->reader.code / 100 == 2;
}

static SmtpClientStep
say_ehlo (SmtpClient *client, GString *output)
{
  client->state = STATE_EHLO;
  client->offer = (SmtpOffer){ 0 };
  g_string_append_printf (output, "EHLO %s\r\n", client->host->host_name);
  return SMTP_CLIENT_WAIT;
}

static SmtpClientStep
be_ready (SmtpClient *client)
{
  client->state = STATE_READY;
  return SMTP_CLIENT_READY;
}

static SmtpClientStep
prepare_log_on (SmtpClient *client, GString *output)
{
  const HostCredential *credential = client->host->credential;
  if (!client->is_secure && !client->host->is_own_machine)
    return give_up_host (client, output,
                         "454 4.7.0 the next host wants a log-on, and a secret is never sent "
                         "without TLS, which the host does not offer or the settings switch off");
  if (!smtp_offer_has_method (&client->offer, credential->method))
    {
      g_autofree char *reason = g_strdup_printf (
          "454 4.7.0 the next host does not offer AUTH %s, which the settings ask for",
          smtp_authentication_name (credential->method));
      return give_up_host (client, output, reason);
    }
  client->state = STATE_SECRET;
  return SMTP_CLIENT_SECRET;
}

/* What is left to do before a message can go. */
static SmtpClientStep
prepare (SmtpClient *client, GString *output)
{
  const SmtpClientHost *host = client->host;
  if (!client->is_secure && host->uses_tls && client->offer.start_tls && !client->is_tls_declined)
    {
      client->state = STATE_START_TLS;
      g_string_append (output, "STARTTLS\r\n");
      return SMTP_CLIENT_WAIT;
    }
  if (!client->is_secure && host->needs_tls)
    return give_up_host (client, output,
                         "454 4.7.4 the next host does not offer TLS, which the settings ask for");
  if (host->credential != NULL && !client->is_logged_on)
    return prepare_log_on (client, output);
  return be_ready (client);
}

static SmtpClientStep
on_greeting (SmtpClient *client, GString *output)
{
  return is_yes (client) ? say_ehlo (client, output) : give_up_refusing_host (client, output);
}

static SmtpClientStep
on_ehlo (SmtpClient *client, GString *output)
{
  if (is_yes (client))
    return prepare (client, output);
  if (client->reader.code < 500)
    return give_up_refusing_host (client, output);
  client->state = STATE_HELO;
  g_string_append_printf (output, "HELO %s\r\n", client->host->host_name);
  return SMTP_CLIENT_WAIT;
}

static SmtpClientStep
on_helo (SmtpClient *client, GString *output)
{
  return is_yes (client) ? prepare (client, output) : give_up_refusing_host (client, output);
}

static SmtpClientStep
on_start_tls (SmtpClient *client, GString *output)
{
  if (is_yes (client))
    {
      client->state = STATE_HANDSHAKE;
      return SMTP_CLIENT_START_TLS;
    }
  if (client->host->needs_tls)
    {
      g_autofree char *reason
          = g_strdup_printf ("454 4.7.4 the next host refused TLS: %s", client->reader.text->str);
      return give_up_host (client, output, reason);
    }
  client->is_tls_declined = TRUE;
  return prepare (client, output);
}

SmtpClientStep
smtp_client_secured (SmtpClient *client, GString *output)
{
  g_return_val_if_fail (client->state == STATE_HANDSHAKE, SMTP_CLIENT_CLOSE);
  client->is_secure = TRUE;
  return say_ehlo (client, output);
}

/* --- Logging on --- */

SmtpClientStep
smtp_client_log_on (SmtpClient *client, const char *secret, GString *output)
{
  g_return_val_if_fail (client->state == STATE_SECRET, SMTP_CLIENT_CLOSE);
  const HostCredential *credential = client->host->credential;
  forget_secret (client);
  client->secret = g_strdup (secret);
  client->state = STATE_AUTH;
  smtp_authentication_begin (&client->authentication, credential->method, credential->user, secret,
                             output);
  return SMTP_CLIENT_WAIT;
}

gboolean
smtp_client_is_secret_refused (const SmtpClient *client)
{
  return client->refused > 0;
}

static SmtpClientStep
follow_refused_log_on (SmtpClient *client, GString *output)
{
  const HostCredential *credential = client->host->credential;
  client->refused++;
  /* A token may have been taken back before its end; a password is as wrong the second time. */
  if (credential->method == HOST_CREDENTIAL_XOAUTH2 && client->reader.code >= 500
      && client->refused == 1)
    {
      client->state = STATE_SECRET;
      return SMTP_CLIENT_SECRET;
    }
  g_autofree char *reason = g_strdup_printf ("454 4.7.8 the next host refused the log-on of %s: %s",
                                             credential->user, client->reader.text->str);
  return give_up_host (client, output, reason);
}

static SmtpClientStep
on_auth (SmtpClient *client, GString *output)
{
  const HostCredential *credential = client->host->credential;
  if (client->reader.code == 334)
    {
      smtp_authentication_answer (&client->authentication, credential->method, credential->user,
                                  client->secret, output);
      return SMTP_CLIENT_WAIT;
    }
  smtp_authentication_hide (credential->method, credential->user, client->secret,
                            client->reader.text->str);
  forget_secret (client);
  if (is_yes (client))
    {
      client->is_logged_on = TRUE;
      return be_ready (client);
    }
  return client->reader.code < 400 ? break_off (client) : follow_refused_log_on (client, output);
}

/* --- Messages --- */

static SmtpClientStep
follow_transaction (SmtpClient *client, SmtpTransactionStep step)
{
  switch (step)
    {
    case SMTP_TRANSACTION_WAIT:
      return SMTP_CLIENT_WAIT;
    case SMTP_TRANSACTION_CONTENT:
      return SMTP_CLIENT_CONTENT;
    case SMTP_TRANSACTION_CHUNK:
      return SMTP_CLIENT_CHUNK;
    case SMTP_TRANSACTION_DONE:
      return be_ready (client);
    case SMTP_TRANSACTION_BROKEN:
    default:
      return break_off (client);
    }
}

void
smtp_client_forget_mail (SmtpClient *client)
{
  if (client->transaction == NULL)
    return;
  client->has_open_transaction = !smtp_transaction_is_reset (client->transaction);
  g_clear_pointer (&client->transaction, smtp_transaction_free);
}

SmtpClientStep
smtp_client_send (SmtpClient *client, const SmtpMail *mail, GString *output)
{
  g_return_val_if_fail (client->state == STATE_READY, SMTP_CLIENT_CLOSE);
  smtp_client_forget_mail (client);
  client->transaction = smtp_transaction_new (mail, &client->offer, !client->has_open_transaction);
  const char *obstacle = smtp_mail_find_obstacle (mail, &client->offer);
  if (obstacle != NULL)
    {
      smtp_transaction_fail (client->transaction, obstacle);
      return SMTP_CLIENT_READY;
    }
  client->state = STATE_MAIL;
  return follow_transaction (client, smtp_transaction_begin (client->transaction, output));
}

static SmtpClientStep
on_transaction (SmtpClient *client, GString *output)
{
  return follow_transaction (
      client, smtp_transaction_take_reply (client->transaction, &client->reader, output));
}

/* --- Replies --- */

static SmtpClientStep
on_unasked (SmtpClient *client, GString *output)
{
  return break_off (client);
}

SmtpClientStep
smtp_client_feed (SmtpClient *client, const char *line, gsize length, GString *output)
{
  if (client->state == STATE_OVER)
    return SMTP_CLIENT_CLOSE;
  gboolean is_first = client->reader.is_new;
  ReplyStatus status = reply_reader_feed (&client->reader, line, length);
  if (status == REPLY_BROKEN)
    return break_off (client);
  if (client->state == STATE_EHLO && is_yes (client) && !is_first && length > 4)
    smtp_offer_read (&client->offer, line + 4, length - 4);
  if (status == REPLY_INCOMPLETE)
    return SMTP_CLIENT_WAIT;

  /* RFC 5321, section 3.8: the server is going away. */
  if (client->reader.code == 421)
    return give_up_refusing_host (client, output);
  if (client->reader.code / 100 == 3 && client->state < STATE_AUTH)
    return break_off (client);
  return states[client->state].handle (client, output);
}

SmtpClientStep
smtp_client_mistrust (SmtpClient *client, SmtpClientStep step, GString *output)
{
  gboolean says_more = output->len > 0 || step != SMTP_CLIENT_WAIT;
  if (!says_more || step == SMTP_CLIENT_START_TLS || step == SMTP_CLIENT_CLOSE)
    return step;
  if (step == SMTP_CLIENT_CONTENT)
    return SMTP_CLIENT_WAIT;
  explicit_bzero (output->str, output->len);
  g_string_truncate (output, 0);
  smtp_client_abandon (client, "451 4.5.0 the next host answered before it was asked");
  return SMTP_CLIENT_CLOSE;
}
