/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-conversation.h"

#include "servers/net/feeder.h"
#include "servers/pop3/pop3-answerer.h"
#include "servers/pop3/pop3-journal.h"
#include "servers/pop3/pop3-place.h"
#include "servers/pop3/pop3-session.h"
#include "servers/pop3/pop3-timestamp.h"
#include "servers/pop3/pop3-visit.h"

struct _Pop3Conversation
{
  guint holders; /* the connection, and the answer that is looked for */
  Pop3Services *services;
  Worker *worker;
  Connection *connection; /* (nullable): none after its end */
  Pop3Door door;
  ReceptionSeat *seat; /* (unowned) */

  char client[IP_NETWORK_TEXT_MAX];
  gint64 began_us;
  Pop3Place place; /* among the sessions that may be open */
  char *tls;       /* (owned) (nullable) version and cipher */
  char *reason;    /* (owned) (nullable) why the connection ended */

  Pop3Session *session;      /* (owned) */
  Pop3Answerer *answerer;    /* (owned) */
  gboolean is_asked;         /* a question is open, a message is being sent, or TLS begins */
  gboolean is_stopping;      /* to be ended when it is answered */
  gboolean waits_for_client; /* the next piece is read when the output has drained */
  gboolean is_closing;
  Feeder feeder;
};

static void perform (Pop3Conversation *conversation, Pop3Step step);

static void
write_journal (const Pop3Conversation *conversation)
{
  Pop3SessionSummary summary = {
    .client = conversation->client,
    .mailbox = pop3_answerer_mailbox (conversation->answerer),
    .method = conversation->session->method,
    .tls = conversation->tls,
    .retrieved = conversation->session->retrieved,
    .deleted = pop3_answerer_deleted (conversation->answerer),
    .milliseconds = (g_get_monotonic_time () - conversation->began_us) / 1000,
    .reason = conversation->reason,
  };

  pop3_journal_session_ended (&summary);
}

/* For the table of devices: who fetches mail does not log on only to send. */
static void
note_retrieved (const Pop3Conversation *conversation)
{
  const Pop3Session *session = conversation->session;
  IpAddress address;
  Pop3Visit visit = { &address, pop3_answerer_mailbox (conversation->answerer), session->method,
                      conversation->tls };

  if (session->retrieved > 0 && ip_address_parse (conversation->client, &address))
    pop3_visit_note (&visit, 0, session->retrieved, conversation->services->devices);
}

static void
release (Pop3Conversation *conversation)
{
  if (--conversation->holders > 0)
    return;
  write_journal (conversation);
  note_retrieved (conversation);
  pop3_answerer_free (conversation->answerer);
  pop3_session_free (conversation->session);
  pop3_place_leave (&conversation->place);
  g_free (conversation->reason);
  g_free (conversation->tls);
  g_free (conversation);
}

static void
count (Pop3Conversation *conversation, Pop3Count what)
{
  pop3_counters_add (&conversation->services->counters, what, 1);
}

static void
renew_deadline (Pop3Conversation *conversation)
{
  g_autoptr (Policy) policy = policy_holder_get (conversation->services->policies);

  connection_set_deadline (conversation->connection, policy->settings->pop3.inactivity_seconds);
}

static void
interrupt (Pop3Conversation *conversation, Pop3Reply reply)
{
  perform (conversation, pop3_session_interrupt (conversation->session, reply));
}

/* No words can be said: within a message, or to who put words into the client's mouth. */
static void
cut_off (Pop3Conversation *conversation)
{
  conversation->is_closing = TRUE;
  connection_abort (conversation->connection);
}

/* --- Questions and answers --- */

/* What is done elsewhere holds the conversation until it is done. */
static void
begin_work (Pop3Conversation *conversation)
{
  conversation->holders++;
  connection_hold (conversation->connection);
  connection_set_deadline (conversation->connection, 0);
}

/* Returns whether there is still a client to tell. */
static gboolean
end_work (Pop3Conversation *conversation)
{
  gboolean has_client = conversation->connection != NULL && !conversation->is_closing;

  release (conversation);
  return has_client;
}

/* The step after an answer: then it is the client's turn again, unless the server stops. */
static void
go_on (Pop3Conversation *conversation, Pop3Step step)
{
  conversation->is_asked = FALSE;
  perform (conversation, step);
  if (conversation->is_stopping && !conversation->is_closing)
    interrupt (conversation, POP3_REPLY_STOPPING);
  if (!conversation->is_asked)
    connection_resume (conversation->connection);
}

static void
on_answered (gpointer user, Pop3Answer answer, const MaildropListing *listing, const char *words)
{
  Pop3Conversation *conversation = user;

  if (end_work (conversation))
    go_on (conversation, pop3_session_answer (conversation->session, answer, listing, words));
}

static void
ask (Pop3Conversation *conversation)
{
  Pop3LogOnPlace place = { conversation->services, conversation->worker,
                           connection_peer_address (conversation->connection), conversation->tls };

  conversation->is_asked = TRUE;
  begin_work (conversation);
  pop3_answerer_ask (conversation->answerer, &place);
}

/* --- A message on its way --- */

static void
read_on (Pop3Conversation *conversation)
{
  begin_work (conversation);
  pop3_answerer_read_on (conversation->answerer);
}

static void
send_piece (Pop3Conversation *conversation, const Pop3Piece *piece)
{
  gboolean is_last = piece->is_last, is_whole = piece->is_whole;

  connection_write (conversation->connection, piece->text->str, piece->text->len);
  if (is_last)
    {
      pop3_answerer_end_message (conversation->answerer);
      if (is_whole)
        count (conversation, POP3_COUNT_MESSAGES_RETRIEVED);
      go_on (conversation, pop3_session_sent (conversation->session, is_whole));
    }
  else if (!connection_is_congested (conversation->connection))
    read_on (conversation);
  else
    {
      conversation->waits_for_client = TRUE;
      renew_deadline (conversation);
    }
}

static void
on_read (gpointer user, const Pop3Piece *piece)
{
  Pop3Conversation *conversation = user;

  if (!end_work (conversation))
    return;
  if (conversation->session->state == POP3_STATE_ASKING_MESSAGE)
    perform (conversation,
             pop3_session_answer (conversation->session, POP3_ANSWER_YES, NULL, NULL));
  /* Only an end that is not its own tells the client that the message is not whole. */
  if (piece->answer == POP3_ANSWER_YES)
    send_piece (conversation, piece);
  else
    cut_off (conversation);
}

/* --- TLS --- */

static void
start_tls (Pop3Conversation *conversation)
{
  g_autoptr (TlsContext) context = tls_holder_get (conversation->services->tls);

  conversation->is_asked = TRUE;
  renew_deadline (conversation);
  if (context != NULL)
    connection_start_tls (conversation->connection, context);
  else
    cut_off (conversation); /* the certificate has just been taken out of the settings */
}

static void
on_secured (gpointer user)
{
  Pop3Conversation *conversation = user;

  conversation->tls = g_strdup (connection_tls (conversation->connection));
  conversation->is_asked = FALSE;
  count (conversation, POP3_COUNT_TLS_SESSIONS_TOTAL);
  if (conversation->session->state == POP3_STATE_START)
    perform (conversation, pop3_session_begin (conversation->session, TRUE));
  else
    {
      pop3_session_secured (conversation->session);
      renew_deadline (conversation);
    }
  connection_resume (conversation->connection);
}

/* --- Steps --- */

/* What the client was told when it was the server that ended the session before its time. */
static void
note_farewell (Pop3Conversation *conversation, const char *reply)
{
  if (conversation->reason == NULL && g_str_has_prefix (reply, "-ERR "))
    conversation->reason = g_strchomp (g_strdup (reply + strlen ("-ERR ")));
}

static void
perform (Pop3Conversation *conversation, Pop3Step step)
{
  Connection *connection = conversation->connection;

  /* The maildrop is free for the next session before the client can know that this one is over. */
  if (step.kind == POP3_STEP_CLOSE && conversation->holders == 1)
    pop3_answerer_close_maildrop (conversation->answerer);
  if (step.length > 0)
    connection_write (connection, step.reply, step.length);

  switch (step.kind)
    {
    case POP3_STEP_REPLY:
      renew_deadline (conversation);
      break;
    case POP3_STEP_ASK:
      ask (conversation);
      break;
    case POP3_STEP_SEND:
      conversation->is_asked = TRUE;
      break;
    case POP3_STEP_START_TLS:
      /* What stands in clear behind STLS may be a stranger's, to be taken for the client's own. */
      if (conversation->feeder.waiting > 0)
        cut_off (conversation);
      else
        start_tls (conversation);
      break;
    case POP3_STEP_CLOSE:
      note_farewell (conversation, step.reply);
      conversation->is_closing = TRUE;
      /* It was the client that wanted the end; or it makes room, and is not to take up more. */
      if (step.reply[0] == '+' || conversation->place.services == NULL)
        connection_part (connection);
      else
        connection_finish (connection);
      break;
    }
}

/* --- Bytes --- */

static Pop3Terms
terms_in_force (Pop3Conversation *conversation)
{
  g_autoptr (Policy) policy = policy_holder_get (conversation->services->policies);
  g_autoptr (TlsContext) context = tls_holder_get (conversation->services->tls);
  TlsUse tls = policy->settings->pop3.tls;

  return (Pop3Terms){ .offers_tls = context != NULL && tls != TLS_USE_NO,
                      .requires_tls = tls == TLS_USE_ONLY };
}

static gboolean
is_ready (gpointer user)
{
  const Pop3Conversation *conversation = user;

  return !conversation->is_asked && !conversation->is_closing;
}

static void
set_line_limit (Pop3Conversation *conversation)
{
  gboolean is_sasl = conversation->session->state == POP3_STATE_AUTHENTICATING;

  conversation->feeder.lines.limit = is_sasl ? POP3_SESSION_SASL_LINE_MAX : POP3_SESSION_LINE_MAX;
}

static void
on_line (gpointer user, const char *text, gsize length)
{
  Pop3Conversation *conversation = user;
  Pop3Terms terms = terms_in_force (conversation);

  reception_refresh (conversation->seat);
  perform (conversation, pop3_session_feed (conversation->session, &terms, text, length));
  set_line_limit (conversation);
}

static void
on_fault (gpointer user, LineKind kind)
{
  Pop3Conversation *conversation = user;
  Pop3Reply fault = kind == LINE_TOO_LONG ? POP3_REPLY_LINE_TOO_LONG : POP3_REPLY_LINE_BROKEN;

  perform (conversation, pop3_session_feed_fault (conversation->session, fault));
  set_line_limit (conversation);
}

static gsize
on_received (gpointer user, const char *bytes, gsize length)
{
  Pop3Conversation *conversation = user;

  return feeder_take (&conversation->feeder, bytes, length);
}

static void
on_drained (gpointer user)
{
  Pop3Conversation *conversation = user;

  if (conversation->waits_for_client)
    {
      conversation->waits_for_client = FALSE;
      read_on (conversation);
    }
  else if (!conversation->is_asked)
    connection_resume (conversation->connection);
}

/* RFC 1939, section 3: a session that falls silent ends without a word, and with nothing deleted.
 */
static void
on_expired (gpointer user)
{
  Pop3Conversation *conversation = user;

  conversation->reason = g_strdup ("it was silent for too long");
  interrupt (conversation, POP3_REPLY_NONE);
}

static void
on_closed (gpointer user, const char *reason)
{
  Pop3Conversation *conversation = user;

  conversation->connection = NULL;
  if (conversation->reason == NULL)
    conversation->reason = g_strdup (reason);
  (void) pop3_answerer_cancel (conversation->answerer);
  reception_leave (conversation->seat);
  release (conversation);
}

/* --- What others call --- */

static Pop3Session *
make_session (Pop3Services *services)
{
  g_autoptr (Policy) policy = policy_holder_get (services->policies);
  g_autoptr (Credentials) credentials = pop3_services_credentials (services);
  g_autofree char *timestamp = credentials_has_clear_secret (credentials)
                                   ? pop3_timestamp_new (policy->settings->general.host_name)
                                   : NULL;

  return pop3_session_new (timestamp);
}

static void
greet (Pop3Conversation *conversation)
{
  const IpAddress *address = connection_peer_address (conversation->connection);
  Pop3Reply refusal = pop3_place_take (&conversation->place, conversation->services, address,
                                       conversation->seat, conversation);
  gboolean by_tls = conversation->door == POP3_DOOR_TLS;

  /* At the TLS door there are no words in clear, and no handshake just to say them. */
  if (refusal != POP3_REPLY_NONE)
    interrupt (conversation, by_tls ? POP3_REPLY_NONE : refusal);
  else if (by_tls)
    start_tls (conversation);
  else
    perform (conversation, pop3_session_begin (conversation->session, FALSE));
}

Pop3Conversation *
pop3_conversation_new (
    Pop3Services *services, Worker *worker, int fd, Pop3Door door, ReceptionSeat *seat)
{
  static const ConnectionEvents events = { .received = on_received,
                                           .drained = on_drained,
                                           .expired = on_expired,
                                           .closed = on_closed,
                                           .secured = on_secured };
  static const FeederEvents lines = { .is_ready = is_ready, .line = on_line, .fault = on_fault };
  static const Pop3AnswererEvents answers = { .answered = on_answered, .read = on_read };
  Pop3Conversation *conversation = g_new0 (Pop3Conversation, 1);

  conversation->holders = 1;
  conversation->services = services;
  conversation->worker = worker;
  conversation->door = door;
  conversation->seat = seat;
  conversation->began_us = g_get_monotonic_time ();
  conversation->session = make_session (services);
  conversation->answerer
      = pop3_answerer_new (services, conversation->session, &answers, conversation);
  conversation->connection = connection_new (worker, fd, &events, conversation);
  conversation->feeder = (Feeder){ .connection = conversation->connection,
                                   .events = &lines,
                                   .user = conversation,
                                   .lines.limit = POP3_SESSION_LINE_MAX };
  ip_address_to_string (connection_peer_address (conversation->connection), conversation->client);
  greet (conversation);
  return conversation;
}

void
pop3_conversation_stop (Pop3Conversation *conversation)
{
  conversation->is_stopping = TRUE;
  if (!conversation->is_closing && pop3_answerer_cancel (conversation->answerer))
    interrupt (conversation, POP3_REPLY_STOPPING);
}

gboolean
pop3_conversation_give_way (Pop3Conversation *conversation,
                            guint waited_seconds,
                            Pop3Conversation *newcomer)
{
  Connection *connection = conversation->connection;
  gboolean is_busy = connection == NULL || conversation->is_closing || conversation->holders > 1;

  if (is_busy || conversation->session->listing != NULL)
    {
      reception_refresh (conversation->seat);
      return FALSE;
    }
  if (newcomer->place.comes_first)
    waited_seconds = CLIENT_TALLY_GRACE_SECONDS;
  if (!client_tally_gives_way (conversation->services->tally, connection_peer_address (connection),
                               waited_seconds, connection_peer_address (newcomer->connection)))
    return FALSE;
  pop3_place_leave (&conversation->place);
  interrupt (conversation, POP3_REPLY_TOO_MANY_SESSIONS);
  return TRUE;
}
