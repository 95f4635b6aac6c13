/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-session.h"

#include "servers/smtp/smtp-authentication.h"
#include "servers/smtp/smtp-verbs.h"

#define TO(state) (1u << SMTP_STATE_##state)

/* Which states follow which. */
static const guint transitions[] = {
  [SMTP_STATE_START] = TO (ASKING_GREET) | TO (CLOSED),
  [SMTP_STATE_ASKING_GREET] = TO (CONNECTED) | TO (REFUSED) | TO (CLOSED),
  [SMTP_STATE_REFUSED] = TO (CLOSED),
  [SMTP_STATE_CONNECTED] = TO (READY) | TO (CHUNK) | TO (CLOSED),
  [SMTP_STATE_SECURING] = TO (CONNECTED) | TO (CLOSED),
  [SMTP_STATE_READY] = TO (READY) | TO (SECURING) | TO (AUTHENTICATING) | TO (ASKING_CREDENTIALS)
                       | TO (ASKING_SENDER) | TO (CHUNK) | TO (CLOSED),
  [SMTP_STATE_AUTHENTICATING]
  = TO (AUTHENTICATING) | TO (ASKING_CREDENTIALS) | TO (READY) | TO (CLOSED),
  [SMTP_STATE_ASKING_CREDENTIALS] = TO (READY) | TO (CLOSED),
  [SMTP_STATE_ASKING_SENDER] = TO (SENDER) | TO (READY) | TO (CLOSED),
  [SMTP_STATE_SENDER] = TO (ASKING_RECIPIENT) | TO (CHUNK) | TO (READY) | TO (CLOSED),
  [SMTP_STATE_ASKING_RECIPIENT] = TO (RECIPIENTS) | TO (SENDER) | TO (CLOSED),
  [SMTP_STATE_RECIPIENTS]
  = TO (ASKING_RECIPIENT) | TO (CONTENT) | TO (CHUNK) | TO (READY) | TO (CLOSED),
  [SMTP_STATE_CONTENT] = TO (ASKING_MESSAGE) | TO (READY) | TO (CLOSED),
  [SMTP_STATE_CHUNK] = TO (CONNECTED) | TO (READY) | TO (SENDER) | TO (RECIPIENTS) | TO (CHUNKS)
                       | TO (ASKING_MESSAGE) | TO (CLOSED),
  [SMTP_STATE_CHUNKS] = TO (CHUNK) | TO (READY) | TO (CLOSED),
  [SMTP_STATE_ASKING_MESSAGE] = TO (READY) | TO (CLOSED),
  [SMTP_STATE_CLOSED] = 0,
};

/* What is said to a verb that is not allowed in a state. */
static const SmtpReply out_of_order[] = {
  [SMTP_STATE_REFUSED] = SMTP_REPLY_ONLY_QUIT,
  [SMTP_STATE_CONNECTED] = SMTP_REPLY_HELLO_FIRST,
  [SMTP_STATE_READY] = SMTP_REPLY_SENDER_FIRST,
  [SMTP_STATE_SENDER] = SMTP_REPLY_SENDER_TWICE,
  [SMTP_STATE_RECIPIENTS] = SMTP_REPLY_SENDER_TWICE,
  [SMTP_STATE_CHUNKS] = SMTP_REPLY_CHUNKS_BEGUN,
};

/* The state in which each question stands open. */
static const SmtpState asking_states[] = {
  [SMTP_QUESTION_GREET] = SMTP_STATE_ASKING_GREET,
  [SMTP_QUESTION_CREDENTIALS] = SMTP_STATE_ASKING_CREDENTIALS,
  [SMTP_QUESTION_SENDER] = SMTP_STATE_ASKING_SENDER,
  [SMTP_QUESTION_RECIPIENT] = SMTP_STATE_ASKING_RECIPIENT,
  [SMTP_QUESTION_MESSAGE] = SMTP_STATE_ASKING_MESSAGE,
};

/* What each answer to each question makes us say; an answer that does not fit the question is
 * trouble of ours. */
static const SmtpReply answers[][SMTP_N_ANSWERS] = {
  [SMTP_QUESTION_GREET] = { [SMTP_ANSWER_YES] = SMTP_REPLY_GREETING,
                            [SMTP_ANSWER_REFUSED] = SMTP_REPLY_GREETING_REFUSED,
                            [SMTP_ANSWER_TOO_MANY_SESSIONS] = SMTP_REPLY_TOO_MANY_SESSIONS,
                            [SMTP_ANSWER_TOO_MUCH_OF_CLIENT] = SMTP_REPLY_TOO_MUCH_OF_CLIENT,
                            [SMTP_ANSWER_TOO_EARLY] = SMTP_REPLY_TOO_EARLY },
  [SMTP_QUESTION_CREDENTIALS] = { [SMTP_ANSWER_YES] = SMTP_REPLY_AUTHENTICATED,
                                  [SMTP_ANSWER_REFUSED] = SMTP_REPLY_WRONG_PASSWORD,
                                  [SMTP_ANSWER_BANNED] = SMTP_REPLY_BANNED },
  [SMTP_QUESTION_SENDER] = { [SMTP_ANSWER_YES] = SMTP_REPLY_SENDER_OK,
                             [SMTP_ANSWER_REFUSED] = SMTP_REPLY_DENIED,
                             [SMTP_ANSWER_LATER] = SMTP_REPLY_LATER,
                             [SMTP_ANSWER_SUBMISSION_ONLY] = SMTP_REPLY_SUBMISSION_ONLY },
  [SMTP_QUESTION_RECIPIENT] = { [SMTP_ANSWER_YES] = SMTP_REPLY_RECIPIENT_OK,
                                [SMTP_ANSWER_REFUSED] = SMTP_REPLY_DENIED,
                                [SMTP_ANSWER_LATER] = SMTP_REPLY_LATER,
                                [SMTP_ANSWER_UNKNOWN_USER] = SMTP_REPLY_UNKNOWN_USER,
                                [SMTP_ANSWER_MAILBOX_FULL] = SMTP_REPLY_MAILBOX_FULL,
                                [SMTP_ANSWER_SUBMISSION_ONLY] = SMTP_REPLY_SUBMISSION_ONLY,
                                [SMTP_ANSWER_SENDER_NOT_USERS] = SMTP_REPLY_SENDER_NOT_USERS },
  [SMTP_QUESTION_MESSAGE] = { [SMTP_ANSWER_YES] = SMTP_REPLY_QUEUED,
                              [SMTP_ANSWER_REFUSED] = SMTP_REPLY_DENIED,
                              [SMTP_ANSWER_LATER] = SMTP_REPLY_LATER,
                              [SMTP_ANSWER_NO_SPACE] = SMTP_REPLY_NO_SPACE },
};

/* What is said where the answer does not come. */
static const SmtpReply troubles[] = {
  [SMTP_QUESTION_GREET] = SMTP_REPLY_TROUBLE_AT_GREETING,
  [SMTP_QUESTION_CREDENTIALS] = SMTP_REPLY_AUTH_TROUBLE,
  [SMTP_QUESTION_SENDER] = SMTP_REPLY_TROUBLE,
  [SMTP_QUESTION_RECIPIENT] = SMTP_REPLY_TROUBLE,
  [SMTP_QUESTION_MESSAGE] = SMTP_REPLY_TROUBLE,
};

static const SmtpReply content_faults[] = {
  [SMTP_CONTENT_BAD_CHARACTERS] = SMTP_REPLY_BAD_CHARACTERS,
  [SMTP_CONTENT_TOO_BIG] = SMTP_REPLY_TOO_BIG,
  [SMTP_CONTENT_LINE_TOO_LONG] = SMTP_REPLY_CONTENT_LINE_TOO_LONG,
  [SMTP_CONTENT_LOOP] = SMTP_REPLY_LOOP,
};

SmtpSession *
smtp_session_new (void)
{
  SmtpSession *session = g_new0 (SmtpSession, 1);
  session->reply = g_string_new (NULL);
  smtp_transaction_init (&session->transaction);
  return session;
}

void
smtp_session_free (SmtpSession *session)
{
  smtp_transaction_clear (&session->transaction);
  sasl_exchange_clear (&session->sasl);
  g_string_free (session->reply, TRUE);
  g_free (session->helo);
  g_free (session->user);
  g_free (session);
}

void
smtp_session_enter (SmtpSession *session, SmtpState state)
{
  g_assert (transitions[session->state] & (1u << state));
  session->state = state;
}

SmtpStep
smtp_session_say (SmtpSession *session, SmtpStepKind kind, SmtpReply reply, const char *words)
{
  smtp_reply_append (session->reply, reply, words);
  return (SmtpStep){ .kind = kind, .reply = session->reply->str, .length = session->reply->len };
}

static SmtpStep
close_session (SmtpSession *session, const SmtpTerms *terms, SmtpReply reply)
{
  smtp_session_enter (session, SMTP_STATE_CLOSED);
  return smtp_session_say (session, SMTP_STEP_CLOSE, reply, terms->host_name);
}

SmtpStep
smtp_session_reply (SmtpSession *session,
                    const SmtpTerms *terms,
                    SmtpReply reply,
                    const char *words)
{
  if (smtp_reply_is_client_error (reply) && ++session->errors >= terms->errors)
    return close_session (session, terms, SMTP_REPLY_TOO_MANY_ERRORS);
  return smtp_session_say (session, SMTP_STEP_REPLY, reply, words);
}

SmtpStep
smtp_session_ask (SmtpSession *session, SmtpQuestion question)
{
  smtp_session_enter (session, asking_states[question]);
  session->question = question;
  return (SmtpStep){ .kind = SMTP_STEP_ASK, .reply = "", .question = question };
}

SmtpStep
smtp_session_take_chunk (SmtpSession *session, const SmtpChunkCommand *command, SmtpReply unwanted)
{
  gboolean is_wanted = unwanted == SMTP_REPLY_NONE;
  session->after_unwanted = session->state;
  session->unwanted_reply = unwanted;
  session->chunk = (SmtpChunk){
    .size = command->size,
    .is_first = is_wanted && session->state == SMTP_STATE_RECIPIENTS,
    .is_last = command->is_last,
    .is_wanted = is_wanted,
  };
  smtp_session_enter (session, SMTP_STATE_CHUNK);
  return (SmtpStep){ .kind = SMTP_STEP_CHUNK, .reply = "", .chunk = session->chunk };
}

SmtpStep
smtp_session_begin (SmtpSession *session, gboolean is_secured)
{
  session->is_secured = is_secured;
  return smtp_session_ask (session, SMTP_QUESTION_GREET);
}

gsize
smtp_session_line_max (const SmtpSession *session)
{
  return session->state == SMTP_STATE_AUTHENTICATING ? SASL_LINE_MAX + 2 : SMTP_COMMAND_LINE_MAX;
}

void
smtp_session_secured (SmtpSession *session)
{
  session->is_secured = TRUE;
  session->is_extended = FALSE;
  session->idle_commands = 0;
  g_clear_pointer (&session->helo, g_free);
  g_clear_pointer (&session->user, g_free);
  smtp_transaction_reset (&session->transaction);
  smtp_session_enter (session, SMTP_STATE_CONNECTED);
}

/* The checks that are common to all verbs; the handler does the rest. */
static SmtpStep
feed_command (SmtpSession *session, const SmtpTerms *terms, const char *line, gsize length)
{
  SmtpCommand command = smtp_command_split (line, length);
  const SmtpVerb *verb = smtp_verbs_find (command.verb, command.verb_length);
  SmtpReply fault = SMTP_REPLY_NONE;
  if (session->state == SMTP_STATE_REFUSED && !(verb && verb->states & TO (REFUSED)))
    fault = SMTP_REPLY_ONLY_QUIT;
  else if (!verb)
    fault = SMTP_REPLY_UNKNOWN_COMMAND;
  else if (!verb->handle)
    fault = SMTP_REPLY_NOT_IMPLEMENTED;
  else if (!(verb->states & (1u << session->state)))
    fault = out_of_order[session->state];
  else if ((verb->flags & SMTP_VERB_NO_ARGUMENT) && command.argument_length > 0)
    fault = SMTP_REPLY_TAKES_NO_ARGUMENT;
  else if ((verb->flags & SMTP_VERB_NEEDS_ARGUMENT) && command.argument_length == 0)
    fault = SMTP_REPLY_NEEDS_ARGUMENT;
  else if ((verb->flags & SMTP_VERB_NEEDS_TLS) && terms->needs_tls && !session->is_secured)
    fault = SMTP_REPLY_NEEDS_TLS;

  if (fault != SMTP_REPLY_NONE)
    return smtp_session_reply (session, terms, fault, NULL);
  return verb->handle (session, terms, &command);
}

SmtpStep
smtp_session_feed (SmtpSession *session, const SmtpTerms *terms, const char *line, gsize length)
{
  g_string_truncate (session->reply, 0);
  if (session->state == SMTP_STATE_AUTHENTICATING)
    return smtp_authentication_feed (session, terms, line, length);
  if (++session->idle_commands > SMTP_SESSION_IDLE_COMMANDS_MAX)
    return close_session (session, terms, SMTP_REPLY_TOO_MANY_IDLE_COMMANDS);
  return feed_command (session, terms, line, length);
}

SmtpStep
smtp_session_feed_fault (SmtpSession *session, const SmtpTerms *terms, SmtpReply fault)
{
  g_string_truncate (session->reply, 0);
  if (session->state == SMTP_STATE_AUTHENTICATING)
    smtp_authentication_abandon (session);
  return smtp_session_reply (session, terms, fault, NULL);
}

/* The content is refused, and with it the message. */
static SmtpStep
refuse_content (SmtpSession *session, const SmtpTerms *terms, SmtpContentFault fault)
{
  g_autofree char *limit = g_strdup_printf ("%" G_GUINT64_FORMAT, terms->message_size);
  smtp_session_enter (session, SMTP_STATE_READY);
  smtp_transaction_reset (&session->transaction);
  return smtp_session_reply (session, terms, content_faults[fault], limit);
}

SmtpStep
smtp_session_content_ended (SmtpSession *session, const SmtpTerms *terms, SmtpContentFault fault)
{
  g_string_truncate (session->reply, 0);
  if (fault != SMTP_CONTENT_GOOD)
    return refuse_content (session, terms, fault);
  return smtp_session_ask (session, SMTP_QUESTION_MESSAGE);
}

/* The last one ends the transaction, as it would have with its message: the recipients of the next
 * message, which may be on their way, must not come to the sender of this one (RFC 3030, section 2). */
static SmtpStep
refuse_chunk (SmtpSession *session, const SmtpTerms *terms)
{
  gboolean is_over = session->chunk.is_last && session->after_unwanted != SMTP_STATE_CONNECTED;
  if (is_over)
    smtp_transaction_reset (&session->transaction);
  smtp_session_enter (session, is_over ? SMTP_STATE_READY : session->after_unwanted);
  return smtp_session_reply (session, terms, session->unwanted_reply, NULL);
}

SmtpStep
smtp_session_chunk_ended (SmtpSession *session,
                          const SmtpTerms *terms,
                          SmtpContentFault fault,
                          guint64 size)
{
  g_string_truncate (session->reply, 0);
  if (!session->chunk.is_wanted)
    return refuse_chunk (session, terms);
  if (session->chunk.size > 0)
    session->idle_commands = 0;
  if (fault != SMTP_CONTENT_GOOD)
    return refuse_content (session, terms, fault);
  if (session->chunk.is_last)
    return smtp_session_ask (session, SMTP_QUESTION_MESSAGE);

  g_autofree char *so_far = g_strdup_printf ("%" G_GUINT64_FORMAT, size);
  smtp_session_enter (session, SMTP_STATE_CHUNKS);
  return smtp_session_reply (session, terms, SMTP_REPLY_CHUNK_TAKEN, so_far);
}

gboolean
smtp_session_has_content (const SmtpSession *session)
{
  switch (session->state)
    {
    case SMTP_STATE_CONTENT:
    case SMTP_STATE_CHUNKS:
    case SMTP_STATE_ASKING_MESSAGE:
      return TRUE;
    case SMTP_STATE_CHUNK:
      return session->chunk.is_wanted;
    default:
      return FALSE;
    }
}

/* The state after an answer. */
static SmtpState
state_after (SmtpSession *session, gboolean yes, SmtpReply reply)
{
  switch (session->question)
    {
    case SMTP_QUESTION_GREET:
      if (yes)
        return SMTP_STATE_CONNECTED;
      return reply == SMTP_REPLY_GREETING_REFUSED ? SMTP_STATE_REFUSED : SMTP_STATE_CLOSED;
    case SMTP_QUESTION_CREDENTIALS:
      return reply == SMTP_REPLY_BANNED || reply == SMTP_REPLY_TOO_MANY_LOG_ONS ? SMTP_STATE_CLOSED
                                                                                : SMTP_STATE_READY;
    case SMTP_QUESTION_SENDER:
      return yes ? SMTP_STATE_SENDER : SMTP_STATE_READY;
    case SMTP_QUESTION_RECIPIENT:
      return session->transaction.recipients->len > 0 ? SMTP_STATE_RECIPIENTS : SMTP_STATE_SENDER;
    case SMTP_QUESTION_MESSAGE:
      return SMTP_STATE_READY;
    }
  g_assert_not_reached ();
}

/* What is to be said to an answer. */
static SmtpReply
reply_to (const SmtpSession *session, SmtpAnswerKind kind)
{
  SmtpReply reply = answers[session->question][kind];
  if (reply == SMTP_REPLY_NONE)
    return troubles[session->question];
  if (reply == SMTP_REPLY_WRONG_PASSWORD && session->failed_log_ons >= SMTP_SESSION_LOG_ONS_MAX)
    return SMTP_REPLY_TOO_MANY_LOG_ONS;
  return reply;
}

/* Who asks for relaying again and again brings no message nearer. */
static gboolean
is_relay_refused (const SmtpSession *session, SmtpAnswerKind kind)
{
  return session->question == SMTP_QUESTION_RECIPIENT && kind == SMTP_ANSWER_REFUSED;
}

/* What an answer changes in the session, beside its state. */
static void
take_answer (SmtpSession *session, const SmtpAnswer *answer)
{
  gboolean yes = answer->kind == SMTP_ANSWER_YES;
  if (session->question != SMTP_QUESTION_SENDER && !is_relay_refused (session, answer->kind))
    session->idle_commands = 0;
  switch (session->question)
    {
    case SMTP_QUESTION_GREET:
    case SMTP_QUESTION_SENDER:
      break;
    case SMTP_QUESTION_CREDENTIALS:
      sasl_exchange_clear (&session->sasl);
      if (yes)
        session->user = g_strdup (answer->words);
      else if (answer->kind == SMTP_ANSWER_REFUSED)
        session->failed_log_ons++;
      break;
    case SMTP_QUESTION_RECIPIENT:
      if (yes)
        smtp_transaction_take_candidate (&session->transaction);
      else
        smtp_transaction_drop_candidate (&session->transaction);
      break;
    case SMTP_QUESTION_MESSAGE:
      if (yes)
        session->errors = 0;
      break;
    }
}

/* Who asks for one unknown recipient after the other wants to learn the known ones. A list of which
 * a part is out of date is no mistake: a known one makes up for another. */
static gboolean
is_too_wrong (SmtpSession *session, const SmtpTerms *terms, SmtpAnswerKind kind)
{
  if (session->question != SMTP_QUESTION_RECIPIENT)
    return FALSE;
  if (kind == SMTP_ANSWER_YES && session->errors > 0)
    session->errors--;
  return kind == SMTP_ANSWER_UNKNOWN_USER && ++session->errors >= terms->errors;
}

SmtpStep
smtp_session_answer (SmtpSession *session, const SmtpTerms *terms, const SmtpAnswer *answer)
{
  static const SmtpReply with_our_name[]
      = { SMTP_REPLY_GREETING, SMTP_REPLY_TOO_MANY_SESSIONS, SMTP_REPLY_TROUBLE_AT_GREETING,
          SMTP_REPLY_TOO_MANY_LOG_ONS };
  const char *words = answer->words;
  g_assert (session->state == asking_states[session->question]);
  g_string_truncate (session->reply, 0);

  take_answer (session, answer);
  if (is_too_wrong (session, terms, answer->kind))
    return close_session (session, terms, SMTP_REPLY_TOO_MANY_ERRORS);
  SmtpReply reply = reply_to (session, answer->kind);
  for (gsize i = 0; i < G_N_ELEMENTS (with_our_name); i++)
    if (reply == with_our_name[i])
      words = terms->host_name;

  smtp_session_enter (session, state_after (session, answer->kind == SMTP_ANSWER_YES, reply));
  if (session->state == SMTP_STATE_READY)
    smtp_transaction_reset (&session->transaction);
  return smtp_session_say (session,
                           session->state == SMTP_STATE_CLOSED ? SMTP_STEP_CLOSE : SMTP_STEP_REPLY,
                           reply, words);
}

SmtpStep
smtp_session_interrupt (SmtpSession *session, const SmtpTerms *terms, SmtpReply reply)
{
  g_string_truncate (session->reply, 0);
  return close_session (session, terms, reply);
}
