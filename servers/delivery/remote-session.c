/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/remote-session.h"

#include "servers/delivery/remote-mail.h"
#include "servers/delivery/seven-bit.h"
#include "servers/net/connection.h"
#include "servers/net/line-reader.h"

#include <string.h>

/* A host that takes no connection in this time is passed over. */
#define CONNECT_PATIENCE_S 30
/* RFC 5321, section 4.5.3.2.5: for a part of the content. */
#define CONTENT_PATIENCE_S 180
/* What the answer to the message may still take when we want to end. */
#define CANCEL_PATIENCE_S 10
/* A token in base64, and room. */
#define SECRET_OUTPUT 32768
/* Twice what RFC 5321, section 4.5.3.1.5, allows, and room. */
#define REPLY_LINE_MAX 2048

struct _RemoteSession
{
  const RemoteSessionMeans *means; /* (unowned) */
  Connection *connection;          /* frees itself */
  RemotePeer *peer;                /* (owned) */
  char *place;                     /* (owned) "mx.example.org[192.0.2.1]:25" */
  char *key;                       /* (owned) */
  SmtpClientHost host;
  SmtpClient *client;    /* (owned) */
  char *way;             /* (owned) as AttemptResult.tls */
  guint count;           /* messages */
  RemoteMail mail;       /* while there is one */
  gboolean is_mail_sent; /* begun to be */
  RemoteSessionDone done;
  gpointer user_data;
  HostSecretRequest *request; /* while one is under way */
  guint64 token;              /* the serial of the one used last */
  SevenBitJob *conversion;    /* while one is under way */

  RemoteSessionGone gone; /* (nullable) while it rests */
  gpointer gone_data;
  LineReader lines;
  gboolean is_connected, is_securing; /* the latter: the TLS handshake is under way */
  gboolean is_tls_broken, was_served;
  gboolean is_sending;    /* the content is on its way, not all of it has been handed over */
  gboolean is_cut_short;  /* the answer came before all of it was sent */
  gboolean is_answer_due; /* all of the content is sent */
  gboolean is_ending;     /* after that answer: its deadline stands */
  gboolean is_over;       /* no line counts any more */
};

static void take_step (RemoteSession *session, SmtpClientStep step, GString *output);

/* --- Results --- */

/* Where TLS is what it lacks, a message that needs none may fare better. */
static gboolean
is_host_trouble (const RemoteSession *session)
{
  gboolean lacks_tls = session->is_connected && session->host.needs_tls && *session->way == '\0';
  return !session->was_served && !lacks_tls;
}

/* Hands the results over; may free what the message is made of. */
static void
conclude (RemoteSession *session, gboolean is_resting)
{
  if (session->mail.attempt == NULL)
    return;
  g_clear_pointer (&session->request, host_secret_request_cancel);
  g_clear_pointer (&session->conversion, seven_bit_job_cancel);
  session->is_sending = FALSE;
  g_autofree char *trouble
      = remote_mail_conclude (&session->mail, session->client, session->place, session->way);
  RemoteSessionEnd end = { .trouble = trouble,
                           .is_host_trouble = is_host_trouble (session),
                           .is_tls_broken = session->is_tls_broken,
                           .is_resting = is_resting };
  smtp_client_forget_mail (session->client);
  remote_mail_clear (&session->mail);
  session->done (session->user_data, &end);
}

/* The session ends, by a word of ours or of the host's. */
static void
end (RemoteSession *session)
{
  session->is_over = TRUE;
  RemoteSessionGone gone = g_steal_pointer (&session->gone);
  if (gone != NULL)
    gone (session->gone_data, session);
  conclude (session, FALSE);
}

static void
abandon (RemoteSession *session, const char *reason)
{
  smtp_client_abandon (session->client, reason);
  connection_abort (session->connection);
  end (session);
}

/* --- What is sent --- */

static void
send_content (RemoteSession *session)
{
  connection_set_deadline (session->connection, CONTENT_PATIENCE_S);
  session->is_sending = !remote_mail_send (&session->mail, session->connection);
  if (session->is_sending)
    return;
  session->is_answer_due = TRUE;
  connection_set_deadline (session->connection, smtp_client_patience_s (session->client));
}

static void
send_mail (RemoteSession *session)
{
  g_autoptr (GString) output = g_string_new (NULL);
  session->is_mail_sent = TRUE;
  take_step (session, smtp_client_send (session->client, &session->mail.mail, output), output);
}

static void
on_seven_bit (gpointer user_data, GBytes *content)
{
  RemoteSession *session = user_data;
  session->conversion = NULL;
  if (content != NULL)
    remote_mail_take_seven_bit (&session->mail, content);
  send_mail (session);
}

/* RFC 6152, section 3: 8-bit text goes only to a host that has said that it takes it. */
static void
prepare_mail (RemoteSession *session)
{
  session->count++;
  if (session->mail.mail.eight_bit && !smtp_client_offer (session->client)->eight_bit)
    session->conversion = seven_bit_job_start (session->means->worker, session->mail.content,
                                               on_seven_bit, session);
  else
    send_mail (session);
}

/* --- Logging on, and TLS --- */

/* In clear the host may do, where TLS is only taken as it comes; but not at a port where nothing is
 * said in clear. */
static void
note_broken_tls (RemoteSession *session)
{
  session->is_tls_broken
      = session->is_securing && session->peer->tls == DELIVERY_TLS_MAY && !session->host.is_secure;
}

static void
on_secret (gpointer user_data, const HostSecretAnswer *answer)
{
  RemoteSession *session = user_data;
  session->request = NULL;
  session->token = answer->serial;
  if (answer->secret == NULL)
    {
      g_autofree char *reason
          = g_strdup_printf ("454 4.7.0 cannot log on to the next host: %s", answer->problem);
      abandon (session, reason);
      return;
    }
  GString *output = g_string_sized_new (SECRET_OUTPUT); /* never moved: it is cleared */
  take_step (session, smtp_client_log_on (session->client, answer->secret, output), output);
  explicit_bzero (output->str, output->allocated_len);
  g_string_free (output, TRUE);
}

static void
ask_secret (RemoteSession *session)
{
  HostSecretWish wish
      = { .credential = session->host.credential,
          .ca_file = session->peer->policy->settings->smtp.delivery.ca_file,
          .refused = smtp_client_is_secret_refused (session->client) ? session->token : 0 };
  session->request = host_secrets_ask (session->means->secrets, &wish, on_secret, session);
}

static void
start_tls (RemoteSession *session)
{
  g_autofree char *problem = NULL;
  g_autoptr (TlsContext) context = trust_get (session->means->trust, &problem);
  gboolean must_verify = session->peer->tls == DELIVERY_TLS_VERIFY;
  if (context == NULL || (must_verify && problem != NULL))
    {
      g_autofree char *reason
          = g_strdup_printf ("454 4.7.5 no certificate can be verified: %s", problem);
      session->is_securing = TRUE;
      note_broken_tls (session);
      abandon (session, reason);
      return;
    }
  session->is_securing = TRUE;
  connection_start_tls_client (session->connection, context, session->peer->host, must_verify);
  connection_set_deadline (session->connection, smtp_client_patience_s (session->client));
}

static void
on_secured (gpointer user)
{
  RemoteSession *session = user;
  g_autoptr (GString) output = g_string_new (NULL);
  gboolean verified = connection_is_verified (session->connection);
  session->is_securing = FALSE;
  if (session->is_over)
    return;
  g_free (session->way);
  session->way = g_strdup_printf ("%s %s", connection_tls (session->connection),
                                  verified ? "verified" : "unverified");
  session->means->counters->connections_tls++;
  session->means->counters->connections_verified += verified;
  if (session->host.is_secure)
    connection_set_deadline (session->connection, smtp_client_patience_s (session->client));
  else
    take_step (session, smtp_client_secured (session->client, output), output);
}

/* --- Steps --- */

static void
take_ready (RemoteSession *session)
{
  if (!session->was_served && session->host.credential != NULL)
    session->means->counters->log_ons++;
  session->was_served = TRUE;
  if (session->is_mail_sent)
    conclude (session, TRUE);
  else
    prepare_mail (session);
}

static void
take_step (RemoteSession *session, SmtpClientStep step, GString *output)
{
  connection_write (session->connection, output->str, output->len);
  connection_set_deadline (session->connection, smtp_client_patience_s (session->client));
  session->is_answer_due = FALSE;
  switch (step)
    {
    case SMTP_CLIENT_START_TLS:
      start_tls (session);
      return;
    case SMTP_CLIENT_SECRET:
      ask_secret (session);
      return;
    case SMTP_CLIENT_READY:
      take_ready (session);
      return;
    case SMTP_CLIENT_CONTENT:
      remote_mail_rewind (&session->mail);
      session->is_sending = TRUE;
      send_content (session);
      return;
    case SMTP_CLIENT_CHUNK:
      remote_mail_send_chunk (&session->mail, session->connection);
      session->is_answer_due = TRUE;
      return;
    case SMTP_CLIENT_CLOSE:
      connection_finish (session->connection);
      end (session);
      return;
    default: /* SMTP_CLIENT_WAIT */
      return;
    }
}

/* An answer while the content is still on its way: a refusal counts, but there is no way back to
 * the commands. */
static void
take_early_line (RemoteSession *session, const Line *line)
{
  g_autoptr (GString) output = g_string_new (NULL);
  session->is_sending = FALSE;
  session->is_cut_short = TRUE;
  if (line->length > 0 && line->text[0] >= '4'
      && smtp_client_feed (session->client, line->text, line->length, output) == SMTP_CLIENT_WAIT
      && output->len == 0)
    return; /* more of it is to come */
  abandon (session, "451 4.5.0 the next host answered before it had the whole message");
}

static void
take_line (RemoteSession *session, const Line *line, gboolean has_more)
{
  if (line->kind != LINE_WHOLE)
    {
      abandon (session, "451 4.5.0 the next host sent something that is no SMTP reply");
      return;
    }
  if (session->is_sending || session->is_cut_short)
    {
      take_early_line (session, line);
      return;
    }
  g_autoptr (GString) output = g_string_new (NULL);
  SmtpClientStep step = smtp_client_feed (session->client, line->text, line->length, output);
  session->is_cut_short = has_more && step == SMTP_CLIENT_CONTENT;
  if (has_more)
    step = smtp_client_mistrust (session->client, step, output);
  if (step != SMTP_CLIENT_WAIT || output->len > 0)
    take_step (session, step, output);
  else if (!session->is_ending)
    connection_set_deadline (session->connection, smtp_client_patience_s (session->client));
}

/* What comes in clear behind the answer to STARTTLS is left where it is: that ends the connection
 * (RFC 3207, section 6). */
static gsize
on_received (gpointer user, const char *bytes, gsize length)
{
  RemoteSession *session = user;
  gsize taken = 0;
  while (!session->is_over && !session->is_securing)
    {
      Line line = line_reader_next (&session->lines, bytes + taken, length - taken);
      taken += line.taken;
      if (line.kind == LINE_PARTIAL)
        return taken;
      take_line (session, &line, length > taken);
    }
  return session->is_over ? length : taken;
}

/* --- The connection --- */

static void
on_connected (gpointer user)
{
  RemoteSession *session = user;
  session->is_connected = TRUE;
  if (session->is_over)
    return;
  connection_set_deadline (session->connection, smtp_client_patience_s (session->client));
  if (session->host.is_secure)
    start_tls (session);
}

static void
on_drained (gpointer user)
{
  RemoteSession *session = user;
  if (session->is_sending)
    send_content (session);
}

/* Returns: (transfer full): the reply that stands for a host that fell silent, or left */
static char *
describe_trouble (const RemoteSession *session, const char *what)
{
  if (!session->is_connected)
    return remote_peer_describe_failure (session->peer, what);
  if (session->is_securing)
    return g_strdup_printf ("454 4.7.5 no TLS with the next host: %s", what);
  return g_strdup_printf ("451 4.4.2 %s, waiting for %s", what,
                          smtp_client_waits_for (session->client));
}

static void
on_expired (gpointer user)
{
  RemoteSession *session = user;
  if (session->is_over)
    return;
  if (session->gone != NULL)
    {
      RemoteSessionGone gone = g_steal_pointer (&session->gone);
      gone (session->gone_data, session);
      remote_session_quit (session);
      return;
    }
  g_autofree char *reason = describe_trouble (session, "time ran out");
  note_broken_tls (session);
  abandon (session, reason);
}

static void
session_free (RemoteSession *session)
{
  smtp_client_free (session->client);
  remote_peer_free (session->peer);
  g_free (session->place);
  g_free (session->key);
  g_free (session->way);
  g_free (session);
}

static void
on_closed (gpointer user, const char *reason)
{
  RemoteSession *session = user;
  if (!session->is_over)
    {
      g_autofree char *trouble
          = describe_trouble (session, reason != NULL ? reason : "connection closed");
      note_broken_tls (session);
      smtp_client_abandon (session->client, trouble);
      end (session);
    }
  session_free (session);
}

static const ConnectionEvents events = {
  .connected = on_connected,
  .received = on_received,
  .drained = on_drained,
  .expired = on_expired,
  .closed = on_closed,
  .secured = on_secured,
};

/* --- What others call --- */

RemoteSession *
remote_session_open (const RemoteSessionMeans *means, const RemotePeer *peer)
{
  RemoteSession *session = g_new0 (RemoteSession, 1);
  session->means = means;
  session->peer = remote_peer_copy (peer);
  session->place = remote_peer_describe (peer);
  session->key = remote_peer_key (peer);
  session->way = g_strdup ("");
  session->lines.limit = REPLY_LINE_MAX;
  session->host = remote_peer_to_smtp_host (session->peer);
  session->client = smtp_client_new (&session->host);
  ConnectionTarget target = remote_peer_to_target (peer);
  session->connection = connection_open (means->worker, &target, &events, session);
  connection_set_deadline (session->connection, CONNECT_PATIENCE_S);
  means->counters->connections++;
  return session;
}

void
remote_session_send (RemoteSession *session,
                     Attempt *attempt,
                     RemoteSessionDone done,
                     gpointer user_data)
{
  session->gone = NULL;
  session->done = done;
  session->user_data = user_data;
  session->is_mail_sent = FALSE;
  remote_mail_init (&session->mail, attempt);
  if (!session->was_served)
    return; /* it goes when the host is ready */
  session->means->counters->connections_reused++;
  prepare_mail (session);
}

void
remote_session_rest (RemoteSession *session,
                     guint seconds,
                     RemoteSessionGone gone,
                     gpointer user_data)
{
  session->gone = gone;
  session->gone_data = user_data;
  connection_set_deadline (session->connection, seconds);
}

void
remote_session_quit (RemoteSession *session)
{
  g_autoptr (GString) output = g_string_new (NULL);
  session->gone = NULL;
  session->is_over = TRUE;
  smtp_client_quit (session->client, output);
  connection_write (session->connection, output->str, output->len);
  connection_finish (session->connection);
}

void
remote_session_cancel (RemoteSession *session)
{
  session->is_ending = session->is_answer_due;
  if (session->is_ending)
    connection_set_deadline (session->connection, CANCEL_PATIENCE_S);
  else
    abandon (session, "451 4.3.2 interrupted: this server is ending");
}

const char *
remote_session_key (const RemoteSession *session)
{
  return session->key;
}

guint
remote_session_count (const RemoteSession *session)
{
  return session->count;
}
