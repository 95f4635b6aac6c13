/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-session.h"

#include "servers/smtp/smtp-verbs.h"

#define TO(state) (1u << SMTP_STATE_##state)

/* Which states follow which. */
static const guint transitions[] = {
  [SMTP_STATE_START] = TO (ASKING_GREET) | TO (CLOSED),
  [SMTP_STATE_ASKING_GREET] = TO (CONNECTED) | TO (REFUSED) | TO (CLOSED),
  [SMTP_STATE_REFUSED] = TO (CLOSED),
  [SMTP_STATE_CONNECTED] = TO (READY) | TO (CLOSED),
  [SMTP_STATE_READY] = TO (READY) | TO (ASKING_SENDER) | TO (CLOSED),
  [SMTP_STATE_ASKING_SENDER] = TO (SENDER) | TO (READY) | TO (CLOSED),
  [SMTP_STATE_SENDER] = TO (ASKING_RECIPIENT) | TO (READY) | TO (CLOSED),
  [SMTP_STATE_ASKING_RECIPIENT] = TO (RECIPIENTS) | TO (SENDER) | TO (CLOSED),
  [SMTP_STATE_RECIPIENTS] = TO (ASKING_RECIPIENT) | TO (CONTENT) | TO (READY) | TO (CLOSED),
  [SMTP_STATE_CONTENT] = TO (ASKING_MESSAGE) | TO (READY) | TO (CLOSED),
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
};

/* The state in which each question stands open. */
static const SmtpState asking_states[] = {
  [SMTP_QUESTION_GREET] = SMTP_STATE_ASKING_GREET,
  [SMTP_QUESTION_SENDER] = SMTP_STATE_ASKING_SENDER,
  [SMTP_QUESTION_RECIPIENT] = SMTP_STATE_ASKING_RECIPIENT,
  [SMTP_QUESTION_MESSAGE] = SMTP_STATE_ASKING_MESSAGE,
};

/* What each answer to each question makes us say; an answer that does not fit the question is
 * trouble of ours. */
static const SmtpReply answers[][SMTP_N_ANSWERS] = {
  [SMTP_QUESTION_GREET] = { [SMTP_ANSWER_YES] = SMTP_REPLY_GREETING,
                            [SMTP_ANSWER_REFUSED] = SMTP_REPLY_GREETING_REFUSED,
                            [SMTP_ANSWER_TOO_MANY_SESSIONS] = SMTP_REPLY_TOO_MANY_SESSIONS },
  [SMTP_QUESTION_SENDER]
  = { [SMTP_ANSWER_YES] = SMTP_REPLY_SENDER_OK, [SMTP_ANSWER_REFUSED] = SMTP_REPLY_DENIED },
  [SMTP_QUESTION_RECIPIENT] = { [SMTP_ANSWER_YES] = SMTP_REPLY_RECIPIENT_OK,
                                [SMTP_ANSWER_REFUSED] = SMTP_REPLY_DENIED,
                                [SMTP_ANSWER_UNKNOWN_USER] = SMTP_REPLY_UNKNOWN_USER },
  [SMTP_QUESTION_MESSAGE] = { [SMTP_ANSWER_YES] = SMTP_REPLY_QUEUED,
                              [SMTP_ANSWER_REFUSED] = SMTP_REPLY_DENIED,
                              [SMTP_ANSWER_NO_SPACE] = SMTP_REPLY_NO_SPACE },
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
  g_string_free (session->reply, TRUE);
  g_free (session->helo);
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
  if (smtp_reply_is_client_error (reply) && ++session->errors >= SMTP_SESSION_ERRORS_MAX)
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
smtp_session_begin (SmtpSession *session)
{
  return smtp_session_ask (session, SMTP_QUESTION_GREET);
}

/* The checks that are common to all verbs; the handler does the rest. */
SmtpStep
smtp_session_feed (SmtpSession *session, const SmtpTerms *terms, const char *line, gsize length)
{
  g_string_truncate (session->reply, 0);

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

  if (fault != SMTP_REPLY_NONE)
    return smtp_session_reply (session, terms, fault, NULL);
  return verb->handle (session, terms, &command);
}

SmtpStep
smtp_session_feed_fault (SmtpSession *session, const SmtpTerms *terms, SmtpReply fault)
{
  g_string_truncate (session->reply, 0);
  return smtp_session_reply (session, terms, fault, NULL);
}

SmtpStep
smtp_session_content_ended (SmtpSession *session, const SmtpTerms *terms, SmtpContentFault fault)
{
  g_string_truncate (session->reply, 0);
  if (fault == SMTP_CONTENT_GOOD)
    return smtp_session_ask (session, SMTP_QUESTION_MESSAGE);

  smtp_session_enter (session, SMTP_STATE_READY);
  smtp_transaction_reset (&session->transaction);
  g_autofree char *limit = g_strdup_printf ("%" G_GUINT64_FORMAT, terms->message_size);
  return smtp_session_reply (session, terms, content_faults[fault], limit);
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
    case SMTP_QUESTION_SENDER:
      return yes ? SMTP_STATE_SENDER : SMTP_STATE_READY;
    case SMTP_QUESTION_RECIPIENT:
      return session->transaction.recipients->len > 0 ? SMTP_STATE_RECIPIENTS : SMTP_STATE_SENDER;
    case SMTP_QUESTION_MESSAGE:
      return SMTP_STATE_READY;
    }
  g_assert_not_reached ();
}

SmtpStep
smtp_session_answer (SmtpSession *session, const SmtpTerms *terms, const SmtpAnswer *answer)
{
  SmtpTransaction *transaction = &session->transaction;
  gboolean yes = answer->kind == SMTP_ANSWER_YES;
  SmtpReply reply = answers[session->question][answer->kind];
  const char *words = answer->words;
  if (reply == SMTP_REPLY_NONE)
    reply = session->question == SMTP_QUESTION_GREET ? SMTP_REPLY_TROUBLE_AT_GREETING
                                                     : SMTP_REPLY_TROUBLE;
  g_assert (session->state == asking_states[session->question]);
  g_string_truncate (session->reply, 0);

  if (session->question == SMTP_QUESTION_RECIPIENT && yes)
    smtp_transaction_take_candidate (transaction);
  else
    smtp_transaction_drop_candidate (transaction);
  if (session->question == SMTP_QUESTION_MESSAGE && yes)
    session->errors = 0;
  if (session->question == SMTP_QUESTION_GREET && reply != SMTP_REPLY_GREETING_REFUSED)
    words = terms->host_name;

  smtp_session_enter (session, state_after (session, yes, reply));
  if (session->state == SMTP_STATE_READY)
    smtp_transaction_reset (transaction);
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
