/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-conversation-private.h"

#include "servers/smtp/smtp-answers.h"
#include "servers/smtp/smtp-journal.h"
#include "servers/smtp/smtp-place.h"

/* So many bytes of content at least must come within the time of inactivity. */
#define CONTENT_PROGRESS 1024

/* A client that was turned away at its greeting has so long to leave; and so long where more than a
 * whole house of them has come. */
#define REFUSED_SECONDS 30
#define REFUSED_IN_CROWD_SECONDS 1

/* A TLS handshake may take so long. */
#define HANDSHAKE_SECONDS 30

static void perform (SmtpConversation *conversation, SmtpStep step);

void
smtp_conversation_hold (SmtpConversation *conversation)
{
  conversation->holders++;
}

void
smtp_conversation_release (SmtpConversation *conversation)
{
  if (--conversation->holders > 0)
    return;
  g_clear_pointer (&conversation->message, smtp_message_free);
  g_clear_pointer (&conversation->facts, smtp_facts_free);
  smtp_caller_clear (&conversation->caller);
  smtp_session_free (conversation->session);
  g_free (conversation);
}

gboolean
smtp_conversation_is_open (const SmtpConversation *conversation)
{
  return conversation->connection && !conversation->is_closing;
}

static Policy *
policy_in_force (SmtpConversation *conversation)
{
  return policy_holder_get (conversation->services->policies);
}

/* A client that was turned away gets no more time, whatever it says. */
static void
renew_deadline (SmtpConversation *conversation)
{
  g_autoptr (Policy) policy = policy_in_force (conversation);
  guint seconds = policy->settings->smtp.limits.inactivity_seconds;

  if (conversation->session->state == SMTP_STATE_REFUSED)
    return;
  if (conversation->feeder.reads_content)
    {
      gint64 left_us = conversation->content_until_us - g_get_monotonic_time ();
      seconds = (guint) CLAMP (left_us / G_USEC_PER_SEC + 1, 1, seconds);
    }
  connection_set_deadline (conversation->connection, seconds);
  conversation->content_deadline = conversation->content_bytes;
}

/* --- Questions and answers --- */

void
smtp_conversation_interrupt (SmtpConversation *conversation, SmtpReply reply)
{
  g_autoptr (Policy) policy = policy_in_force (conversation);
  SmtpTerms terms = smtp_services_terms (conversation->services, &conversation->caller, policy);
  conversation->is_asked = FALSE;
  perform (conversation, smtp_session_interrupt (conversation->session, &terms, reply));
}

static gboolean
is_crowded (SmtpConversation *conversation)
{
  g_autoptr (Policy) policy = policy_in_force (conversation);
  return reception_crowd (conversation->seat) / 2 > policy->settings->smtp.limits.sessions;
}

void
smtp_conversation_answer (SmtpConversation *conversation, SmtpAnswerKind kind, const char *words)
{
  g_autoptr (Policy) policy = policy_in_force (conversation);
  SmtpTerms terms = smtp_services_terms (conversation->services, &conversation->caller, policy);
  SmtpAnswer given = { kind, words };

  conversation->is_asked = FALSE;
  perform (conversation, smtp_session_answer (conversation->session, &terms, &given));
  if (conversation->session->state == SMTP_STATE_REFUSED)
    connection_set_deadline (conversation->connection, is_crowded (conversation)
                                                           ? REFUSED_IN_CROWD_SECONDS
                                                           : REFUSED_SECONDS);
  if (conversation->is_stopping && !conversation->is_closing)
    smtp_conversation_interrupt (conversation, SMTP_REPLY_STOPPING);
}

/* --- Content --- */

/* Who has said who it is: to this session, or to the POP server. */
static const char *
user_of (SmtpConversation *conversation)
{
  if (conversation->session->user)
    return conversation->session->user;
  return conversation->granted > 0 ? conversation->grant.user : NULL;
}

Verdict
smtp_conversation_client_may (SmtpConversation *conversation, const Policy *policy)
{
  g_autoptr (SmtpFacts) facts = smtp_services_facts (conversation->services, &conversation->caller,
                                                     conversation->session->user, 0);
  return relay_policy_client_may (policy, &facts->client);
}

static void
begin_intake (SmtpConversation *conversation)
{
  g_autoptr (Policy) policy = policy_in_force (conversation);
  gint64 minutes = policy->settings->smtp.limits.message_minutes;
  conversation->content_bytes = 0;
  conversation->content_until_us = g_get_monotonic_time () + minutes * 60 * G_USEC_PER_SEC;
}

static void
begin_message (SmtpConversation *conversation, SmtpFraming framing)
{
  g_autoptr (Policy) policy = policy_in_force (conversation);
  SmtpTerms terms = smtp_services_terms (conversation->services, &conversation->caller, policy);
  SmtpMessageOrigin origin = {
    .host_name = terms.host_name,
    .caller = &conversation->caller,
    .user = user_of (conversation),
    .is_own = verdict_allows (smtp_conversation_client_may (conversation, policy)),
  };

  conversation->message = smtp_message_new (conversation->services, conversation->session, &origin);
  SmtpIntakeTerms intake_terms
      = { terms.message_size, smtp_message_fields (conversation->message) };
  smtp_intake_start (&conversation->intake, framing, &intake_terms);
  begin_intake (conversation);
}

static void
take_content (gpointer user, const char *bytes, gsize length)
{
  SmtpConversation *conversation = user;
  smtp_message_append (conversation->message, bytes, length);
}

static void
end_intake (SmtpConversation *conversation)
{
  g_autoptr (Policy) policy = policy_in_force (conversation);
  SmtpTerms terms = smtp_services_terms (conversation->services, &conversation->caller, policy);
  conversation->feeder.reads_content = FALSE;
  perform (conversation, smtp_intake_end (&conversation->intake, conversation->session, &terms,
                                          take_content, conversation));
}

static void
begin_chunk (SmtpConversation *conversation, const SmtpChunk *chunk)
{
  if (chunk->is_first)
    begin_message (conversation, SMTP_FRAMING_CHUNKS);
  else if (!chunk->is_wanted)
    begin_intake (conversation);
  smtp_intake_take_chunk (&conversation->intake, chunk);
  conversation->feeder.reads_content = TRUE;
  if (smtp_intake_is_complete (&conversation->intake))
    end_intake (conversation);
}

static void
note_message_refused (SmtpConversation *conversation, const char *reply)
{
  SmtpRefusedMail mail = {
    .client = conversation->caller.text,
    .user = smtp_message_user (conversation->message),
    .sender = smtp_message_sender (conversation->message),
  };
  SmtpRefusal refusal;

  conversation->refusals++;
  smtp_refusal_init (&refusal, &mail, "content", "");
  smtp_refusal_set_reply (&refusal, reply);
  smtp_refusals_add (conversation->services->refusals, &refusal);
}

/* Whatever ends the content, its last reply is about the message. */
static void
end_message (SmtpConversation *conversation, const SmtpStep *step)
{
  if (step->reply[0] != '2')
    {
      SmtpJournalMessage entry
          = { .caller = &conversation->caller, .message = conversation->message };
      smtp_services_count (conversation->services, SMTP_COUNT_MESSAGES_REFUSED, 1);
      smtp_journal_message_refused (&entry, step->reply);
      note_message_refused (conversation, step->reply);
    }
  conversation->feeder.reads_content = FALSE;
  g_clear_pointer (&conversation->message, smtp_message_free);
}

/* --- TLS --- */

/* FALSE: there is no certificate, any more or at all. */
static gboolean
start_tls (SmtpConversation *conversation)
{
  g_autoptr (TlsContext) context = tls_holder_get (conversation->services->tls);
  if (!context)
    return FALSE;
  conversation->is_securing = TRUE;
  connection_set_deadline (conversation->connection, HANDSHAKE_SECONDS);
  connection_start_tls (conversation->connection, context);
  return TRUE;
}

static void
on_secured (gpointer user)
{
  SmtpConversation *conversation = user;
  conversation->is_securing = FALSE;
  conversation->caller.tls = g_strdup (connection_tls (conversation->connection));
  smtp_services_count (conversation->services, SMTP_COUNT_TLS_SESSIONS_TOTAL, 1);

  if (conversation->session->state == SMTP_STATE_START)
    perform (conversation, smtp_session_begin (conversation->session, TRUE));
  else
    {
      smtp_session_secured (conversation->session);
      renew_deadline (conversation);
    }
}

/* --- Steps --- */

static void
perform (SmtpConversation *conversation, SmtpStep step)
{
  Connection *connection = conversation->connection;
  if (step.length > 0)
    connection_write (connection, step.reply, step.length);
  if (conversation->message && !smtp_session_has_content (conversation->session))
    end_message (conversation, &step);
  conversation->feeder.lines.limit = smtp_session_line_max (conversation->session);

  switch (step.kind)
    {
    case SMTP_STEP_REPLY:
      renew_deadline (conversation);
      break;
    case SMTP_STEP_ASK:
      conversation->is_asked = TRUE;
      smtp_answers_find (conversation, step.question);
      break;
    case SMTP_STEP_CONTENT:
      begin_message (conversation, SMTP_FRAMING_DOTS);
      conversation->feeder.reads_content = TRUE;
      renew_deadline (conversation);
      break;
    case SMTP_STEP_CHUNK:
      begin_chunk (conversation, &step.chunk);
      break;
    case SMTP_STEP_START_TLS:
      if (!start_tls (conversation))
        connection_abort (connection);
      break;
    case SMTP_STEP_CLOSE:
      conversation->is_closing = TRUE;
      /* It was the client that wanted the end; or it makes room, and is not to take up more. */
      if (step.reply[0] == '2' || !conversation->has_place)
        connection_part (connection);
      else
        connection_finish (connection);
      break;
    }
}

/* --- Bytes --- */

static gsize
read_content (gpointer user, const char *bytes, gsize length)
{
  SmtpConversation *conversation = user;
  gsize taken = smtp_intake_feed (&conversation->intake, bytes, length, take_content, conversation);

  conversation->content_bytes += taken;
  if (smtp_intake_is_complete (&conversation->intake))
    end_intake (conversation);
  else if (conversation->content_bytes - conversation->content_deadline >= CONTENT_PROGRESS)
    {
      reception_refresh (conversation->seat);
      renew_deadline (conversation);
    }
  return taken;
}

static void
read_fault (gpointer user, LineKind kind)
{
  SmtpConversation *conversation = user;
  g_autoptr (Policy) policy = policy_in_force (conversation);
  SmtpTerms terms = smtp_services_terms (conversation->services, &conversation->caller, policy);
  SmtpReply fault = kind == LINE_TOO_LONG ? SMTP_REPLY_LINE_TOO_LONG : SMTP_REPLY_LINE_BROKEN;
  perform (conversation, smtp_session_feed_fault (conversation->session, &terms, fault));
}

/* What came in clear behind STARTTLS was never meant to be trusted, and somebody between the client
 * and us may have put it there (RFC 3207, section 6). */
static void
read_line (gpointer user, const char *text, gsize length)
{
  SmtpConversation *conversation = user;
  g_autoptr (Policy) policy = policy_in_force (conversation);
  SmtpTerms terms = smtp_services_terms (conversation->services, &conversation->caller, policy);
  SmtpStep step = smtp_session_feed (conversation->session, &terms, text, length);
  reception_refresh (conversation->seat);
  if (step.kind == SMTP_STEP_START_TLS && conversation->feeder.waiting > 0)
    smtp_conversation_interrupt (conversation, SMTP_REPLY_NOT_ALONE);
  else
    perform (conversation, step);
}

static gboolean
is_ready (gpointer user)
{
  const SmtpConversation *conversation = user;
  return !conversation->is_asked && !conversation->is_securing && !conversation->is_closing;
}

static gsize
on_received (gpointer user, const char *bytes, gsize length)
{
  SmtpConversation *conversation = user;
  if (conversation->greeting)
    smtp_greeting_spoken (conversation->greeting);
  return feeder_take (&conversation->feeder, bytes, length);
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
  SmtpConversation *conversation = user;
  gboolean is_message = conversation->feeder.reads_content
                        && g_get_monotonic_time () >= conversation->content_until_us;
  smtp_conversation_interrupt (conversation,
                               is_message ? SMTP_REPLY_MESSAGE_TOO_SLOW : SMTP_REPLY_INACTIVE);
}

/* Returns: (transfer full) (nullable): what the client was told when it was the server that ended the
 * session before its time */
static char *
farewell (const SmtpConversation *conversation)
{
  const char *said = conversation->session->reply->str;
  gboolean is_cut = conversation->is_closing && g_str_has_prefix (said, "421 ");

  return is_cut ? g_strchomp (g_strdup (said)) : NULL;
}

static void
on_closed (gpointer user, const char *reason)
{
  SmtpConversation *conversation = user;
  g_autofree char *said = farewell (conversation);
  SmtpSessionSummary summary = {
    .messages = conversation->messages,
    .refusals = conversation->refusals,
    .milliseconds = (g_get_monotonic_time () - conversation->began_us) / 1000,
    .reason = said ? said : reason,
  };

  conversation->connection = NULL;
  smtp_journal_session_ended (&conversation->caller, conversation->session, &summary);
  smtp_place_leave (conversation);
  client_tally_leave (conversation->services->tally, &conversation->caller.address);
  reception_leave (conversation->seat);

  /* What was not complete is gone; what is being added still needs its message. */
  if (smtp_answers_cancel (conversation))
    g_clear_pointer (&conversation->message, smtp_message_free);
  smtp_conversation_release (conversation);
}

/* --- What others call --- */

static void
begin (SmtpConversation *conversation)
{
  if (conversation->caller.door != SMTP_DOOR_SUBMISSION_TLS)
    {
      perform (conversation, smtp_session_begin (conversation->session, FALSE));
      return;
    }
  /* No handshake just to say no: who never ends it would keep others out. */
  if (!smtp_answers_admit (conversation))
    {
      connection_abort (conversation->connection);
      return;
    }
  if (start_tls (conversation))
    return;
  g_warning ("a client of smtp.submission-tls-listeners can't be served: there is no certificate "
             "(security.certificates)");
  connection_abort (conversation->connection);
}

SmtpConversation *
smtp_conversation_new (
    SmtpServices *services, Worker *worker, int fd, SmtpDoor door, ReceptionSeat *seat)
{
  static const ConnectionEvents events = {
    .received = on_received,
    .drained = on_drained,
    .expired = on_expired,
    .closed = on_closed,
    .secured = on_secured,
  };
  static const FeederEvents feeder_events
      = { .is_ready = is_ready, .line = read_line, .fault = read_fault, .content = read_content };
  SmtpConversation *conversation = g_new0 (SmtpConversation, 1);
  conversation->holders = 1;
  conversation->services = services;
  conversation->worker = worker;
  conversation->seat = seat;
  conversation->began_us = g_get_monotonic_time ();
  conversation->session = smtp_session_new ();
  conversation->connection = connection_new (worker, fd, &events, conversation);
  conversation->feeder = (Feeder){
    .connection = conversation->connection,
    .events = &feeder_events,
    .user = conversation,
  };
  smtp_caller_init (&conversation->caller, connection_peer_address (conversation->connection),
                    connection_local_address (conversation->connection), door);

  smtp_place_take (conversation);
  begin (conversation);
  return conversation;
}

void
smtp_conversation_stop (SmtpConversation *conversation)
{
  conversation->is_stopping = TRUE;
  if (conversation->is_closing || !smtp_answers_cancel (conversation))
    return;
  smtp_conversation_interrupt (conversation, SMTP_REPLY_STOPPING);
}
