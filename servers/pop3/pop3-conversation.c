/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-conversation.h"

#include "servers/net/connection.h"
#include "servers/net/line-reader.h"
#include "servers/pop3/pop3-journal.h"
#include "servers/pop3/pop3-log-on.h"
#include "servers/pop3/pop3-retrieval.h"
#include "servers/pop3/pop3-session.h"
#include "servers/pop3/pop3-timestamp.h"

#define FAILED_LOG_ON_DELAY_SECONDS 1

/* So many lines of one client are answered before others of the worker have their turn. */
#define LINES_A_TURN 32

struct _Pop3Conversation
{
  guint holders; /* the connection, and what is done in the thread pool */
  Pop3Services *services;
  Worker *worker;
  Connection *connection; /* (nullable): none after its end */
  Pop3Door door;
  ReceptionSeat *seat; /* (unowned) */

  char client[IP_NETWORK_TEXT_MAX];
  gint64 began_us;
  gboolean has_place; /* it is one of the sessions that are counted */
  char *reason;       /* (owned) (nullable) why the connection ended */

  Pop3Session *session; /* (owned) */
  gboolean is_asked;    /* a question is open, or a message is being sent */
  gboolean is_delayed;  /* the answer is known, and given at the deadline: POP3_ANSWER_NO */
  gboolean is_stopping; /* to be ended when it is answered */
  gboolean is_closing;
  LineReader lines;
  Pop3LogOn *log_on;         /* (unowned) (nullable) being answered */
  char *mailbox;             /* (owned) (nullable) who has logged on */
  Maildrop *maildrop;        /* (owned) (nullable) from log-on to the end of the session */
  Pop3Retrieval *retrieval;  /* (owned) (nullable) the message being sent */
  gboolean waits_for_client; /* the next piece is read when the output has drained */
  guint deleted;             /* with is_committed set in the thread pool, by the last question */
  gboolean is_committed;
};

static void perform (Pop3Conversation *conversation, Pop3Step step);

static void
write_journal (const Pop3Conversation *conversation)
{
  Pop3SessionSummary summary = {
    .client = conversation->client,
    .mailbox = conversation->mailbox,
    .is_apop = conversation->session->is_apop,
    .retrieved = conversation->session->retrieved,
    .deleted = conversation->deleted,
    .milliseconds = (g_get_monotonic_time () - conversation->began_us) / 1000,
    .reason = conversation->reason,
  };

  pop3_journal_session_ended (&summary);
}

static void
leave_place (Pop3Conversation *conversation)
{
  if (conversation->has_place)
    pop3_counters_add (&conversation->services->counters, POP3_COUNT_SESSIONS, -1);
  conversation->has_place = FALSE;
}

static void
release (Pop3Conversation *conversation)
{
  if (--conversation->holders > 0)
    return;
  write_journal (conversation);
  pop3_retrieval_free (conversation->retrieval);
  pop3_session_free (conversation->session);
  maildrop_close (conversation->maildrop);
  leave_place (conversation);
  g_free (conversation->mailbox);
  g_free (conversation->reason);
  g_free (conversation);
}

static void
count (Pop3Conversation *conversation, Pop3Count what, gint64 by)
{
  pop3_counters_add (&conversation->services->counters, what, by);
}

static void
renew_deadline (Pop3Conversation *conversation)
{
  g_autoptr (Settings) settings = pop3_services_settings (conversation->services);

  connection_set_deadline (conversation->connection, settings->pop3.inactivity_seconds);
}

static void
interrupt (Pop3Conversation *conversation, Pop3Reply reply)
{
  perform (conversation, pop3_session_interrupt (conversation->session, reply));
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
answer (Pop3Conversation *conversation, Pop3Answer answer)
{
  const MaildropListing *listing
      = conversation->maildrop != NULL ? maildrop_listing (conversation->maildrop) : NULL;

  go_on (conversation, pop3_session_answer (conversation->session, answer, listing));
}

static void
on_log_on_answered (gpointer user, Pop3Answer found, Maildrop *maildrop)
{
  Pop3Conversation *conversation = user;
  g_autoptr (Maildrop) opened = maildrop;

  conversation->log_on = NULL;
  if (found == POP3_ANSWER_NO)
    count (conversation, POP3_COUNT_LOG_ONS_FAILED, 1);
  if (found != POP3_ANSWER_YES)
    pop3_journal_no_mailbox (conversation->client, conversation->session, found);
  if (!end_work (conversation))
    return;

  if (found == POP3_ANSWER_NO && !conversation->is_stopping)
    {
      conversation->is_delayed = TRUE;
      connection_set_deadline (conversation->connection, FAILED_LOG_ON_DELAY_SECONDS);
      return;
    }
  if (found == POP3_ANSWER_YES)
    {
      count (conversation, POP3_COUNT_LOG_ONS, 1);
      conversation->mailbox = g_ascii_strdown (conversation->session->user, -1);
      conversation->maildrop = g_steal_pointer (&opened);
    }
  answer (conversation, found);
}

static void
ask_log_on (Pop3Conversation *conversation)
{
  Pop3LogOnPlace place = { conversation->services, conversation->worker,
                           connection_peer_address (conversation->connection) };

  conversation->log_on
      = pop3_log_on_start (&place, conversation->session, on_log_on_answered, conversation);
}

static void
end_retrieval (Pop3Conversation *conversation, gboolean is_whole)
{
  g_clear_pointer (&conversation->retrieval, pop3_retrieval_free);
  if (is_whole)
    count (conversation, POP3_COUNT_MESSAGES_RETRIEVED, 1);
  go_on (conversation, pop3_session_sent (conversation->session, is_whole));
}

static void
read_on (Pop3Conversation *conversation)
{
  begin_work (conversation);
  pop3_retrieval_next (conversation->retrieval);
}

static void
send_piece (Pop3Conversation *conversation, const Pop3Piece *piece)
{
  connection_write (conversation->connection, piece->text->str, piece->text->len);
  if (piece->is_last)
    end_retrieval (conversation, piece->is_whole);
  else if (!connection_is_congested (conversation->connection))
    read_on (conversation);
  else
    {
      conversation->waits_for_client = TRUE;
      renew_deadline (conversation);
    }
}

static void
on_piece (gpointer user, const Pop3Piece *piece)
{
  Pop3Conversation *conversation = user;
  gboolean is_first = conversation->session->state == POP3_STATE_ASKING_MESSAGE;

  if (!end_work (conversation))
    return;
  if (piece->answer == POP3_ANSWER_YES)
    {
      if (is_first)
        perform (conversation, pop3_session_answer (conversation->session, POP3_ANSWER_YES, NULL));
      send_piece (conversation, piece);
    }
  else if (is_first)
    {
      Pop3Answer why = piece->answer;

      g_clear_pointer (&conversation->retrieval, pop3_retrieval_free);
      answer (conversation, why);
    }
  else
    {
      /* No words can be said within a message: only an end that is not its own tells the client
       * that it is not whole. */
      conversation->is_closing = TRUE;
      connection_abort (conversation->connection);
    }
}

static void
ask_message (Pop3Conversation *conversation)
{
  conversation->retrieval = pop3_retrieval_start (conversation->worker, conversation->maildrop,
                                                  conversation->session, on_piece, conversation);
}

static void
commit (gpointer data)
{
  Pop3Conversation *conversation = data;
  g_autoptr (GError) error = NULL;

  conversation->is_committed = maildrop_delete (
      conversation->maildrop, conversation->session->is_deleted, &conversation->deleted, &error);
  if (!conversation->is_committed)
    g_warning ("mailbox of %s: %s", conversation->mailbox, error->message);
}

static void
on_committed (gpointer data)
{
  Pop3Conversation *conversation = data;
  Pop3Answer done = conversation->is_committed ? POP3_ANSWER_YES : POP3_ANSWER_TROUBLE;

  count (conversation, POP3_COUNT_MESSAGES_DELETED, conversation->deleted);
  if (end_work (conversation))
    answer (conversation, done);
}

static void
ask_commit (Pop3Conversation *conversation)
{
  worker_block (conversation->worker, commit, on_committed, conversation);
}

static void
ask (Pop3Conversation *conversation, Pop3Question question)
{
  static void (*const find_answer[]) (Pop3Conversation *) = {
    [POP3_QUESTION_LOG_ON] = ask_log_on,
    [POP3_QUESTION_MESSAGE] = ask_message,
    [POP3_QUESTION_COMMIT] = ask_commit,
  };

  conversation->is_asked = TRUE;
  begin_work (conversation);
  find_answer[question](conversation);
}

/* --- Steps --- */

static void
perform (Pop3Conversation *conversation, Pop3Step step)
{
  Connection *connection = conversation->connection;

  /* The maildrop is free for the next session before the client can know that this one is over. */
  if (step.kind == POP3_STEP_CLOSE && conversation->holders == 1)
    g_clear_pointer (&conversation->maildrop, maildrop_close);
  if (step.length > 0)
    connection_write (connection, step.reply, step.length);

  switch (step.kind)
    {
    case POP3_STEP_REPLY:
      renew_deadline (conversation);
      break;
    case POP3_STEP_ASK:
      ask (conversation, step.question);
      break;
    case POP3_STEP_SEND:
      conversation->is_asked = TRUE;
      break;
    case POP3_STEP_CLOSE:
      conversation->is_closing = TRUE;
      connection_finish (connection);
      break;
    }
}

/* --- Bytes --- */

static void
feed_fault (Pop3Conversation *conversation, Pop3Reply fault)
{
  perform (conversation, pop3_session_feed_fault (conversation->session, fault));
}

static gsize
read_line (Pop3Conversation *conversation, const char *bytes, gsize length)
{
  Line line = line_reader_next (&conversation->lines, bytes, length);

  switch (line.kind)
    {
    case LINE_PARTIAL:
      return line.taken;
    case LINE_TOO_LONG:
      feed_fault (conversation, POP3_REPLY_LINE_TOO_LONG);
      return line.taken;
    case LINE_BROKEN:
      feed_fault (conversation, POP3_REPLY_LINE_BROKEN);
      return line.taken;
    case LINE_WHOLE:
      break;
    }
  perform (conversation, pop3_session_feed (conversation->session, line.text, line.length));
  return line.taken;
}

static gsize
on_received (gpointer user, const char *bytes, gsize length)
{
  Pop3Conversation *conversation = user;
  gsize taken = 0;
  guint steps = 0;

  while (taken < length && !conversation->is_asked && !conversation->is_closing
         && !connection_is_congested (conversation->connection))
    {
      if (steps++ == LINES_A_TURN)
        {
          connection_resume (conversation->connection);
          break;
        }
      gsize step = read_line (conversation, bytes + taken, length - taken);

      if (step == 0)
        break;
      taken += step;
    }
  return taken;
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

  if (!conversation->is_delayed)
    {
      interrupt (conversation, POP3_REPLY_NONE);
      return;
    }
  conversation->is_delayed = FALSE;
  answer (conversation, POP3_ANSWER_NO);
}

static void
on_closed (gpointer user, const char *reason)
{
  Pop3Conversation *conversation = user;

  conversation->connection = NULL;
  conversation->reason = g_strdup (reason);
  if (conversation->log_on != NULL)
    pop3_log_on_cancel (conversation->log_on);
  reception_leave (conversation->seat);
  release (conversation);
}

/* --- What others call --- */

static void
greet (Pop3Conversation *conversation, const Settings *settings)
{
  guint64 sessions = pop3_counters_add (&conversation->services->counters, POP3_COUNT_SESSIONS, 1);

  conversation->has_place = TRUE;
  count (conversation, POP3_COUNT_SESSIONS_TOTAL, 1);
  if (sessions <= settings->pop3.limits.sessions)
    {
      perform (conversation, pop3_session_begin (conversation->session));
      return;
    }
  /* Until it has gone, too, it must not keep others out. */
  leave_place (conversation);
  interrupt (conversation, POP3_REPLY_TOO_MANY_SESSIONS);
}

Pop3Conversation *
pop3_conversation_new (
    Pop3Services *services, Worker *worker, int fd, Pop3Door door, ReceptionSeat *seat)
{
  static const ConnectionEvents events = {
    .received = on_received, .drained = on_drained, .expired = on_expired, .closed = on_closed
  };
  g_autoptr (Settings) settings = pop3_services_settings (services);
  g_autoptr (Credentials) credentials = pop3_services_credentials (services);
  g_autofree char *timestamp = credentials_has_clear_secret (credentials)
                                   ? pop3_timestamp_new (settings->general.host_name)
                                   : NULL;
  Pop3Conversation *conversation = g_new0 (Pop3Conversation, 1);

  conversation->holders = 1;
  conversation->services = services;
  conversation->worker = worker;
  conversation->lines.limit = POP3_SESSION_LINE_MAX;
  conversation->door = door;
  conversation->seat = seat;
  conversation->began_us = g_get_monotonic_time ();
  conversation->session = pop3_session_new (timestamp);
  conversation->connection = connection_new (worker, fd, &events, conversation);
  ip_address_to_string (connection_peer_address (conversation->connection), conversation->client);
  greet (conversation, settings);
  return conversation;
}

void
pop3_conversation_stop (Pop3Conversation *conversation)
{
  conversation->is_stopping = TRUE;
  if (conversation->is_closing)
    return;
  if (conversation->session->state == POP3_STATE_ASKING_COMMIT)
    return;
  if (conversation->log_on != NULL && !pop3_log_on_cancel (conversation->log_on))
    return;
  interrupt (conversation, POP3_REPLY_STOPPING);
}
