/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/remote-session.h"

#include "servers/delivery/dot-stuffer.h"
#include "servers/net/connection.h"
#include "servers/net/line-reader.h"
#include "servers/delivery/smtp-client.h"

/* A host that takes no connection in this time is passed over. */
#define CONNECT_PATIENCE_S 30

/* RFC 5321, section 4.5.3.2.5: for each block of the content. */
#define CONTENT_PATIENCE_S 180
#define CONTENT_BLOCK 32768

/* What the answer to the message may still take when we want to end. */
#define CANCEL_PATIENCE_S 10

/* Twice what RFC 5321, section 4.5.3.1.5, allows, and room. */
#define REPLY_LINE_MAX 2048

struct _RemoteSession
{
  Connection *connection; /* frees itself */
  Attempt *attempt;       /* (unowned) */
  char *place;            /* (owned) "mx.example.org[192.0.2.1]:25" */
  RemoteSessionDone done;
  gpointer user_data;

  SmtpClient *client; /* (owned) */
  SmtpClientMail mail;
  GPtrArray *recipients; /* (owned) their addresses, which the envelope owns */
  GArray *indices;       /* (owned) (element-type guint) of the same, in the attempt */

  LineReader lines;
  DotStuffer content;
  gboolean is_connected;
  gboolean is_sending;    /* the content is on its way, not all of it has been handed over */
  gboolean is_cut_short;  /* the answer came before all of it was sent */
  gboolean is_answer_due; /* all of the content is sent */
  gboolean is_over;       /* done() was called, or is about to be */
};

static AttemptOutcome
to_attempt_outcome (SmtpClientOutcome outcome)
{
  switch (outcome)
    {
    case SMTP_CLIENT_DELIVERED:
      return ATTEMPT_DELIVERED;
    case SMTP_CLIENT_DEFERRED:
      return ATTEMPT_DEFERRED;
    case SMTP_CLIENT_FAILED:
      return ATTEMPT_FAILED;
    case SMTP_CLIENT_PENDING:
    default:
      return ATTEMPT_UNTRIED;
    }
}

/* Hands the results over; the connection may need some time yet to end. */
static void
conclude (RemoteSession *session)
{
  g_autofree char *trouble = g_strdup ("");
  session->is_over = TRUE;
  session->is_sending = FALSE;
  for (guint i = 0; i < session->indices->len; i++)
    {
      const char *reply;
      guint index = g_array_index (session->indices, guint, i);
      AttemptOutcome outcome
          = to_attempt_outcome (smtp_client_outcome (session->client, i, &reply));
      attempt_settle (session->attempt, index, outcome, session->place, reply);
      if (outcome == ATTEMPT_UNTRIED)
        {
          g_free (trouble);
          trouble = g_strdup (reply);
        }
    }
  session->done (session->user_data, trouble, session->is_connected);
}

static void
abandon (RemoteSession *session, const char *reason)
{
  smtp_client_abandon (session->client, reason);
  connection_abort (session->connection);
  conclude (session);
}

static void
send_content (RemoteSession *session)
{
  g_autoptr (GString) block = g_string_sized_new (CONTENT_BLOCK + CONTENT_BLOCK / 16);
  connection_set_deadline (session->connection, CONTENT_PATIENCE_S);
  while (session->is_sending && !connection_is_congested (session->connection))
    {
      g_string_truncate (block, 0);
      session->is_sending = dot_stuffer_next (&session->content, CONTENT_BLOCK, block);
      connection_write (session->connection, block->str, block->len);
    }
  if (session->is_sending)
    return;
  session->is_answer_due = TRUE;
  connection_set_deadline (session->connection, smtp_client_patience_s (session->client));
}

static void
take_step (RemoteSession *session, SmtpClientStep step, const GString *output)
{
  connection_write (session->connection, output->str, output->len);
  connection_set_deadline (session->connection, smtp_client_patience_s (session->client));
  session->is_answer_due = FALSE;
  if (step == SMTP_CLIENT_CONTENT)
    {
      dot_stuffer_init (&session->content, session->attempt->content);
      session->is_sending = TRUE;
      send_content (session);
    }
  else if (step == SMTP_CLIENT_CLOSE)
    {
      connection_finish (session->connection);
      conclude (session);
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
  gboolean is_refusal = line->length > 0 && line->text[0] >= '4';
  if (is_refusal
      && smtp_client_feed (session->client, line->text, line->length, output) == SMTP_CLIENT_WAIT
      && output->len == 0)
    return; /* more of it is to come */
  abandon (session, "451 4.5.0 the next host answered before it had the whole message");
}

static void
take_line (RemoteSession *session, const Line *line)
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
  if (step != SMTP_CLIENT_WAIT || output->len > 0 || !session->is_answer_due)
    take_step (session, step, output);
}

static gsize
on_received (gpointer user, const char *bytes, gsize length)
{
  RemoteSession *session = user;
  gsize taken = 0;
  while (!session->is_over)
    {
      Line line = line_reader_next (&session->lines, bytes + taken, length - taken);
      taken += line.taken;
      if (line.kind == LINE_PARTIAL)
        return taken;
      take_line (session, &line);
    }
  return length;
}

static void
on_connected (gpointer user)
{
  RemoteSession *session = user;
  session->is_connected = TRUE;
  if (!session->is_over)
    connection_set_deadline (session->connection, smtp_client_patience_s (session->client));
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
    return g_strdup_printf ("451 4.4.1 cannot connect: %s", what);
  return g_strdup_printf ("451 4.4.2 %s, waiting for %s", what,
                          smtp_client_waits_for (session->client));
}

static void
on_expired (gpointer user)
{
  RemoteSession *session = user;
  if (session->is_over)
    return;
  g_autofree char *reason = describe_trouble (session, "time ran out");
  abandon (session, reason);
}

static void
on_closed (gpointer user, const char *reason)
{
  RemoteSession *session = user;
  if (!session->is_over)
    {
      g_autofree char *trouble
          = describe_trouble (session, reason != NULL ? reason : "connection closed");
      smtp_client_abandon (session->client, trouble);
      conclude (session);
    }
  smtp_client_free (session->client);
  g_ptr_array_unref (session->recipients);
  g_array_unref (session->indices);
  g_free (session->place);
  g_free (session);
}

static const ConnectionEvents events = {
  .connected = on_connected,
  .received = on_received,
  .drained = on_drained,
  .expired = on_expired,
  .closed = on_closed,
};

static void
gather_recipients (RemoteSession *session)
{
  const Attempt *attempt = session->attempt;
  session->recipients = g_ptr_array_new ();
  session->indices = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < attempt->results->len; i++)
    if (attempt_result (attempt, i)->outcome == ATTEMPT_UNTRIED)
      {
        g_ptr_array_add (session->recipients, (gpointer) attempt_address (attempt, i));
        g_array_append_val (session->indices, i);
      }
}

static char *
describe_peer (const RemotePeer *peer)
{
  char address[IP_NETWORK_TEXT_MAX];
  ip_address_to_string (&peer->address, address);
  gboolean is_named = g_ascii_strcasecmp (peer->host, address) != 0;
  return g_strdup_printf ("%s[%s]:%u", is_named ? peer->host : "", address, peer->port);
}

RemoteSession *
remote_session_start (Worker *worker,
                      const RemotePeer *peer,
                      Attempt *attempt,
                      RemoteSessionDone done,
                      gpointer user_data)
{
  RemoteSession *session = g_new0 (RemoteSession, 1);
  session->attempt = attempt;
  session->lines.limit = REPLY_LINE_MAX;
  session->done = done;
  session->user_data = user_data;
  session->place = describe_peer (peer);
  gather_recipients (session);
  session->mail = (SmtpClientMail){ .host_name = attempt->policy->settings->general.host_name,
                                    .sender = attempt->envelope->sender,
                                    .recipients = (const char *const *) session->recipients->pdata,
                                    .n_recipients = session->recipients->len,
                                    .size = g_bytes_get_size (attempt->content),
                                    .eight_bit = attempt->eight_bit };
  session->client = smtp_client_new (&session->mail);
  session->connection = connection_open (worker, &peer->address, peer->port, &events, session);
  connection_set_deadline (session->connection, CONNECT_PATIENCE_S);
  return session;
}

void
remote_session_cancel (RemoteSession *session)
{
  if (session->is_answer_due)
    connection_set_deadline (session->connection, CANCEL_PATIENCE_S);
  else
    abandon (session, "451 4.3.2 interrupted: this server is ending");
}
