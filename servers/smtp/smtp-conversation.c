/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-conversation.h"

#include "servers/net/connection.h"
#include "servers/net/line-reader.h"
#include "servers/smtp/smtp-command.h"
#include "servers/smtp/smtp-content.h"
#include "servers/smtp/smtp-decision.h"
#include "servers/smtp/smtp-journal.h"
#include "servers/smtp/smtp-message.h"

#include <gio/gio.h>

/* So many bytes of content at least must come within the time of inactivity. */
#define CONTENT_PROGRESS 1024

/* So many lines of one client are answered before others of the worker have their turn. */
#define LINES_A_TURN 32

struct _SmtpConversation
{
  guint holders; /* the connection, and a message that is being added */
  SmtpServices *services;
  Worker *worker;
  Connection *connection; /* (nullable): none after its end */
  SmtpDoor door;
  ReceptionSeat *seat; /* (unowned) */

  char client[IP_NETWORK_TEXT_MAX];
  gint64 began_us;
  gboolean has_place; /* it is one of the sessions that are counted */
  guint messages;
  guint refusals;

  SmtpSession *session; /* (owned) */
  gboolean is_asked;    /* a question is open */
  gboolean is_stopping; /* to be ended when it is answered */
  gboolean is_closing;
  LineReader lines;
  gboolean reads_content;
  SmtpContent content;
  guint64 content_bytes;    /* read of it */
  guint64 content_deadline; /* content_bytes when the deadline was set */
  SmtpMessage *message;     /* (owned) (nullable): from DATA on */
  guint verdicts;           /* the bits of those that let the recipients through */
};

static void perform (SmtpConversation *conversation, SmtpStep step);

static void
release (SmtpConversation *conversation)
{
  if (--conversation->holders > 0)
    return;
  g_clear_pointer (&conversation->message, smtp_message_free);
  smtp_session_free (conversation->session);
  g_free (conversation);
}

static Policy *
policy_in_force (SmtpConversation *conversation)
{
  return policy_holder_get (conversation->services->policies);
}

static void
count (SmtpConversation *conversation, SmtpCount what)
{
  smtp_counters_add (&conversation->services->counters, what, 1);
}

static void
take_place (SmtpConversation *conversation)
{
  conversation->has_place = TRUE;
  count (conversation, SMTP_COUNT_SESSIONS);
  count (conversation, SMTP_COUNT_SESSIONS_TOTAL);
}

static void
leave_place (SmtpConversation *conversation)
{
  if (conversation->has_place)
    smtp_counters_add (&conversation->services->counters, SMTP_COUNT_SESSIONS, -1);
  conversation->has_place = FALSE;
}

static void
renew_deadline (SmtpConversation *conversation)
{
  g_autoptr (Policy) policy = policy_in_force (conversation);
  connection_set_deadline (conversation->connection,
                           policy->settings->smtp.limits.inactivity_seconds);
  conversation->content_deadline = conversation->content_bytes;
}

/* --- Questions and answers --- */

static void
interrupt (SmtpConversation *conversation, SmtpReply reply)
{
  g_autoptr (Policy) policy = policy_in_force (conversation);
  SmtpTerms terms = smtp_decision_terms (policy);
  perform (conversation, smtp_session_interrupt (conversation->session, &terms, reply));
}

/* Gives the answer to the open question, whenever it is found. */
static void
answer (SmtpConversation *conversation, SmtpAnswerKind kind, const char *words)
{
  g_autoptr (Policy) policy = policy_in_force (conversation);
  SmtpTerms terms = smtp_decision_terms (policy);
  SmtpAnswer given = { kind, words };

  conversation->is_asked = FALSE;
  perform (conversation, smtp_session_answer (conversation->session, &terms, &given));
  if (conversation->is_stopping && !conversation->is_closing)
    interrupt (conversation, SMTP_REPLY_STOPPING);
}

static void
answer_with (SmtpConversation *conversation, const SmtpDecision *decision)
{
  if (decision->kind != SMTP_ANSWER_YES)
    {
      conversation->refusals++;
      smtp_journal_refused (conversation->client, conversation->session, decision);
    }
  answer (conversation, decision->kind, decision->reason);
}

/* The questions to which the policies and the users file know the answer. */
static SmtpDecision
decide (SmtpConversation *conversation)
{
  const IpAddress *peer = connection_peer_address (conversation->connection);
  const IpAddress *local = connection_local_address (conversation->connection);
  Logon logon;
  ClientFacts facts = smtp_services_client_facts (conversation->services, peer,
                                                  ip_address_equal (peer, local), &logon);
  return smtp_services_decide (conversation->services, conversation->session, &facts);
}

static void
ask_about_client (SmtpConversation *conversation)
{
  SmtpDecision decision = decide (conversation);
  if (decision.kind == SMTP_ANSWER_REFUSED)
    count (conversation, SMTP_COUNT_REFUSED_CONNECTION);
  answer_with (conversation, &decision);
}

static void
ask_greet (SmtpConversation *conversation)
{
  static const SmtpDecision too_many = { .kind = SMTP_ANSWER_TOO_MANY_SESSIONS,
                                         .rule = "too-many-sessions",
                                         .setting = "smtp.limits.sessions",
                                         .reason = "Too many sessions are open" };
  g_autoptr (Policy) policy = policy_in_force (conversation);
  guint64 sessions = smtp_counters_add (&conversation->services->counters, SMTP_COUNT_SESSIONS, 0);

  if (sessions <= policy->settings->smtp.limits.sessions)
    {
      ask_about_client (conversation);
      return;
    }
  /* Until it has gone, too, it must not keep others out. */
  leave_place (conversation);
  answer_with (conversation, &too_many);
}

static void
ask_sender (SmtpConversation *conversation)
{
  conversation->verdicts = 0;
  ask_about_client (conversation);
}

static void
ask_recipient (SmtpConversation *conversation)
{
  SmtpDecision decision = decide (conversation);

  if (decision.kind == SMTP_ANSWER_UNKNOWN_USER)
    count (conversation, SMTP_COUNT_REFUSED_UNKNOWN_USER);
  else if (decision.kind != SMTP_ANSWER_YES)
    count (conversation, SMTP_COUNT_REFUSED_RELAY);
  else
    {
      conversation->verdicts |= 1u << decision.verdict;
      count (conversation, SMTP_COUNT_RECIPIENTS_ACCEPTED);
      if (decision.verdict != VERDICT_LOCAL_DOMAIN)
        count (conversation, SMTP_COUNT_RECIPIENTS_RELAYED);
      if (decision.verdict == VERDICT_POP_CLIENT)
        count (conversation, SMTP_COUNT_LOG_ON_GRANTS_USED);
    }
  answer_with (conversation, &decision);
}

static void
on_message_added (gpointer user, const GError *error)
{
  SmtpConversation *conversation = user;
  char id[ENVELOPE_ID_TEXT_MAX];
  envelope_id_to_string (smtp_message_id (conversation->message), id);

  if (error)
    g_warning ("message %s is not in the queue: %s", id, error->message);
  else
    {
      conversation->messages++;
      count (conversation, SMTP_COUNT_MESSAGES_ACCEPTED);
      smtp_journal_accepted (conversation->client, &conversation->session->transaction,
                             conversation->message, conversation->verdicts);
    }

  /* The client may have gone meanwhile; a message that was taken stays taken. */
  if (conversation->connection && !conversation->is_closing)
    {
      answer (conversation,
              !error                                                     ? SMTP_ANSWER_YES
              : g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ? SMTP_ANSWER_NO_SPACE
                                                                         : SMTP_ANSWER_TROUBLE,
              id);
      connection_resume (conversation->connection);
    }
  release (conversation);
}

static void
ask_message (SmtpConversation *conversation)
{
  conversation->holders++;
  connection_hold (conversation->connection);
  connection_set_deadline (conversation->connection, 0);
  smtp_message_add (conversation->message, &conversation->session->transaction,
                    conversation->worker, on_message_added, conversation);
}

static void
ask (SmtpConversation *conversation, SmtpQuestion question)
{
  static void (*const find_answer[]) (SmtpConversation *) = {
    [SMTP_QUESTION_GREET] = ask_greet,
    [SMTP_QUESTION_SENDER] = ask_sender,
    [SMTP_QUESTION_RECIPIENT] = ask_recipient,
    [SMTP_QUESTION_MESSAGE] = ask_message,
  };

  conversation->is_asked = TRUE;
  find_answer[question](conversation);
}

/* --- Steps --- */

static void
begin_content (SmtpConversation *conversation)
{
  g_autoptr (Policy) policy = policy_in_force (conversation);
  SmtpTerms terms = smtp_decision_terms (policy);
  SmtpMessageOrigin origin = { terms.host_name, conversation->client };

  smtp_content_start (&conversation->content, terms.message_size);
  conversation->reads_content = TRUE;
  conversation->content_bytes = 0;
  conversation->message = smtp_message_new (conversation->services, conversation->session, &origin);
}

/* After the end of the content, any reply of the session is about the message. */
static void
end_message (SmtpConversation *conversation, const SmtpStep *step)
{
  if (step->reply[0] != '2')
    {
      conversation->refusals++;
      count (conversation, SMTP_COUNT_MESSAGES_REFUSED);
      smtp_journal_message_refused (conversation->client, conversation->message, step->reply);
    }
  g_clear_pointer (&conversation->message, smtp_message_free);
}

static void
perform (SmtpConversation *conversation, SmtpStep step)
{
  Connection *connection = conversation->connection;
  if (step.length > 0)
    connection_write (connection, step.reply, step.length);
  if (conversation->message && step.kind != SMTP_STEP_ASK)
    end_message (conversation, &step);

  switch (step.kind)
    {
    case SMTP_STEP_REPLY:
      renew_deadline (conversation);
      break;
    case SMTP_STEP_ASK:
      ask (conversation, step.question);
      break;
    case SMTP_STEP_CONTENT:
      begin_content (conversation);
      renew_deadline (conversation);
      break;
    case SMTP_STEP_CLOSE:
      conversation->is_closing = TRUE;
      connection_finish (connection);
      break;
    }
}

/* --- Bytes --- */

static void
take_content (gpointer user, const char *bytes, gsize length)
{
  SmtpConversation *conversation = user;
  smtp_message_append (conversation->message, bytes, length);
}

static gsize
read_content (SmtpConversation *conversation, const char *bytes, gsize length)
{
  SmtpContent *content = &conversation->content;
  gsize taken = smtp_content_feed (content, bytes, length, take_content, conversation);

  conversation->content_bytes += taken;
  if (conversation->content_bytes - conversation->content_deadline >= CONTENT_PROGRESS)
    renew_deadline (conversation);
  if (!smtp_content_is_complete (content))
    return taken;

  g_autoptr (Policy) policy = policy_in_force (conversation);
  SmtpTerms terms = smtp_decision_terms (policy);
  conversation->reads_content = FALSE;
  perform (conversation,
           smtp_session_content_ended (conversation->session, &terms, content->fault));
  return taken;
}

static void
feed_fault (SmtpConversation *conversation, SmtpReply fault)
{
  g_autoptr (Policy) policy = policy_in_force (conversation);
  SmtpTerms terms = smtp_decision_terms (policy);
  perform (conversation, smtp_session_feed_fault (conversation->session, &terms, fault));
}

static gsize
read_line (SmtpConversation *conversation, const char *bytes, gsize length)
{
  Line line = line_reader_next (&conversation->lines, bytes, length);
  switch (line.kind)
    {
    case LINE_PARTIAL:
      return line.taken;
    case LINE_TOO_LONG:
      feed_fault (conversation, SMTP_REPLY_LINE_TOO_LONG);
      return line.taken;
    case LINE_BROKEN:
      feed_fault (conversation, SMTP_REPLY_LINE_BROKEN);
      return line.taken;
    case LINE_WHOLE:
      break;
    }

  g_autoptr (Policy) policy = policy_in_force (conversation);
  SmtpTerms terms = smtp_decision_terms (policy);
  perform (conversation, smtp_session_feed (conversation->session, &terms, line.text, line.length));
  return line.taken;
}

static gsize
on_received (gpointer user, const char *bytes, gsize length)
{
  SmtpConversation *conversation = user;
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
      gsize (*read) (SmtpConversation *, const char *, gsize)
          = conversation->reads_content ? read_content : read_line;
      gsize step = read (conversation, bytes + taken, length - taken);
      if (step == 0)
        break;
      taken += step;
    }
  return taken;
}

static void
on_drained (gpointer user)
{
  SmtpConversation *conversation = user;
  if (!conversation->is_asked)
    connection_resume (conversation->connection);
}

static void
on_expired (gpointer user)
{
  interrupt (user, SMTP_REPLY_INACTIVE);
}

static void
on_closed (gpointer user, const char *reason)
{
  SmtpConversation *conversation = user;
  SmtpSessionSummary summary = {
    .client = conversation->client,
    .messages = conversation->messages,
    .refusals = conversation->refusals,
    .milliseconds = (g_get_monotonic_time () - conversation->began_us) / 1000,
    .reason = reason,
  };

  conversation->connection = NULL;
  smtp_journal_session_ended (&summary);
  leave_place (conversation);
  reception_leave (conversation->seat);

  /* What was not complete is gone; what is being added still needs its message. */
  if (!conversation->is_asked)
    g_clear_pointer (&conversation->message, smtp_message_free);
  release (conversation);
}

/* --- What others call --- */

SmtpConversation *
smtp_conversation_new (
    SmtpServices *services, Worker *worker, int fd, SmtpDoor door, ReceptionSeat *seat)
{
  static const ConnectionEvents events = {
    .received = on_received, .drained = on_drained, .expired = on_expired, .closed = on_closed
  };
  SmtpConversation *conversation = g_new0 (SmtpConversation, 1);
  conversation->holders = 1;
  conversation->services = services;
  conversation->worker = worker;
  conversation->lines.limit = SMTP_COMMAND_LINE_MAX;
  conversation->door = door;
  conversation->seat = seat;
  conversation->began_us = g_get_monotonic_time ();
  conversation->session = smtp_session_new ();
  conversation->connection = connection_new (worker, fd, &events, conversation);
  ip_address_to_string (connection_peer_address (conversation->connection), conversation->client);

  take_place (conversation);
  perform (conversation, smtp_session_begin (conversation->session));
  return conversation;
}

void
smtp_conversation_stop (SmtpConversation *conversation)
{
  conversation->is_stopping = TRUE;
  if (!conversation->is_asked && !conversation->is_closing)
    interrupt (conversation, SMTP_REPLY_STOPPING);
}
