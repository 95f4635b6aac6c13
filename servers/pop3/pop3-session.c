/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-session.h"

#include <string.h>

#include "servers/pop3/pop3-verbs.h"

#define BIT(state) (1u << (state))

/* From each state, where it may go. Any may be closed. */
static const guint transitions[POP3_N_STATES] = {
  [POP3_STATE_START] = BIT (POP3_STATE_AUTHORIZATION),
  [POP3_STATE_AUTHORIZATION] = BIT (POP3_STATE_STARTING_TLS) | BIT (POP3_STATE_AUTHENTICATING)
                               | BIT (POP3_STATE_ASKING_LOG_ON),
  [POP3_STATE_STARTING_TLS] = BIT (POP3_STATE_AUTHORIZATION),
  [POP3_STATE_AUTHENTICATING] = BIT (POP3_STATE_AUTHORIZATION) | BIT (POP3_STATE_ASKING_LOG_ON),
  [POP3_STATE_ASKING_LOG_ON] = BIT (POP3_STATE_AUTHORIZATION) | BIT (POP3_STATE_TRANSACTION),
  [POP3_STATE_TRANSACTION] = BIT (POP3_STATE_ASKING_MESSAGE) | BIT (POP3_STATE_ASKING_COMMIT),
  [POP3_STATE_ASKING_MESSAGE] = BIT (POP3_STATE_TRANSACTION) | BIT (POP3_STATE_SENDING),
  [POP3_STATE_SENDING] = BIT (POP3_STATE_TRANSACTION),
};

static const Pop3State asking_states[] = {
  [POP3_QUESTION_LOG_ON] = POP3_STATE_ASKING_LOG_ON,
  [POP3_QUESTION_MESSAGE] = POP3_STATE_ASKING_MESSAGE,
  [POP3_QUESTION_COMMIT] = POP3_STATE_ASKING_COMMIT,
};

static void
set_state (Pop3Session *session, Pop3State state)
{
  g_assert (state == POP3_STATE_CLOSED ? session->state != POP3_STATE_CLOSED
                                       : (transitions[session->state] & BIT (state)) != 0);
  session->state = state;
}

static void
forget_secret (Pop3Session *session)
{
  if (session->secret != NULL)
    explicit_bzero (session->secret, strlen (session->secret));
  g_clear_pointer (&session->secret, g_free);
}

Pop3Session *
pop3_session_new (const char *timestamp)
{
  Pop3Session *session = g_new0 (Pop3Session, 1);

  session->timestamp = g_strdup (timestamp);
  session->reply = g_string_new (NULL);
  return session;
}

void
pop3_session_free (Pop3Session *session)
{
  if (session == NULL)
    return;
  forget_secret (session);
  sasl_exchange_clear (&session->sasl);
  g_free (session->user);
  g_free (session->timestamp);
  g_free (session->is_deleted);
  g_string_free (session->reply, TRUE);
  g_free (session);
}

static Pop3Step
step (Pop3Session *session, Pop3StepKind kind)
{
  return (Pop3Step){ .kind = kind, .reply = session->reply->str, .length = session->reply->len };
}

Pop3Step
pop3_session_close (Pop3Session *session, Pop3Reply reply, const char *words)
{
  pop3_reply_append (session->reply, reply, words);
  set_state (session, POP3_STATE_CLOSED);
  return step (session, POP3_STEP_CLOSE);
}

Pop3Step
pop3_session_reply (Pop3Session *session, Pop3Reply reply, const char *words)
{
  if (pop3_reply_is_client_error (reply) && ++session->errors >= POP3_SESSION_ERRORS_MAX)
    return pop3_session_close (session, POP3_REPLY_TOO_MANY_ERRORS, NULL);
  pop3_reply_append (session->reply, reply, words);
  return step (session, POP3_STEP_REPLY);
}

Pop3Step
pop3_session_reply_lines (Pop3Session *session)
{
  return step (session, POP3_STEP_REPLY);
}

Pop3Step
pop3_session_ask (Pop3Session *session, Pop3Question question)
{
  Pop3Step ask = step (session, POP3_STEP_ASK);

  session->question = ask.question = question;
  set_state (session, asking_states[question]);
  return ask;
}

Pop3Step
pop3_session_begin (Pop3Session *session, gboolean is_secure)
{
  session->is_secure = is_secure;
  set_state (session, POP3_STATE_AUTHORIZATION);
  return pop3_session_reply (
      session, session->timestamp != NULL ? POP3_REPLY_GREETING_APOP : POP3_REPLY_GREETING,
      session->timestamp);
}

Pop3Step
pop3_session_start_tls (Pop3Session *session)
{
  pop3_reply_append (session->reply, POP3_REPLY_START_TLS, NULL);
  set_state (session, POP3_STATE_STARTING_TLS);
  return step (session, POP3_STEP_START_TLS);
}

void
pop3_session_secured (Pop3Session *session)
{
  set_state (session, POP3_STATE_AUTHORIZATION);
  session->is_secure = TRUE;
  g_clear_pointer (&session->user, g_free);
}

/* --- AUTH --- */

static Pop3Step
end_exchange (Pop3Session *session, Pop3Reply reply)
{
  sasl_exchange_clear (&session->sasl);
  if (session->state == POP3_STATE_AUTHENTICATING)
    set_state (session, POP3_STATE_AUTHORIZATION);
  return pop3_session_reply (session, reply, NULL);
}

static Pop3Step
ask_with_exchange (Pop3Session *session)
{
  g_free (session->user);
  session->user = g_strdup (session->sasl.user);
  session->secret = g_strdup (session->sasl.password);
  session->method = POP3_BY_AUTH;
  sasl_exchange_clear (&session->sasl);
  return pop3_session_ask (session, POP3_QUESTION_LOG_ON);
}

Pop3Step
pop3_session_authenticate (Pop3Session *session, SaslStep next)
{
  switch (next)
    {
    case SASL_CHALLENGE:
      if (session->state != POP3_STATE_AUTHENTICATING)
        set_state (session, POP3_STATE_AUTHENTICATING);
      return pop3_session_reply (session, POP3_REPLY_CHALLENGE,
                                 sasl_exchange_challenge (&session->sasl));
    case SASL_DONE:
      return ask_with_exchange (session);
    case SASL_CANCELLED:
      return end_exchange (session, POP3_REPLY_SASL_CANCELLED);
    case SASL_REFUSED:
      return end_exchange (session, POP3_REPLY_SASL_REFUSED);
    default:
      return end_exchange (session, POP3_REPLY_SASL_MALFORMED);
    }
}

/* --- Lines --- */

/* By the settings of this moment: they may change in the middle of a log-on. */
static Pop3Reply
objection_in_clear (const Pop3Session *session, const Pop3Terms *terms)
{
  if (!terms->requires_tls || session->is_secure)
    return POP3_REPLY_NONE;
  return terms->offers_tls ? POP3_REPLY_TLS_FIRST : POP3_REPLY_TLS_PORT;
}

/* What must hold before any command of its kind. Returns POP3_REPLY_NONE, or the refusal. */
static Pop3Reply
objection (const Pop3Session *session, const Pop3Terms *terms, const Pop3Verb *verb)
{
  if ((verb->states & BIT (session->state)) == 0)
    return session->listing == NULL ? POP3_REPLY_LOG_ON_FIRST : POP3_REPLY_LOGGED_ON_ALREADY;
  return verb->is_log_on ? objection_in_clear (session, terms) : POP3_REPLY_NONE;
}

static Pop3Step
dispatch (Pop3Session *session, const Pop3Terms *terms, const Pop3Verb *verb, char *argument)
{
  Pop3Reply refusal = objection (session, terms, verb);

  if (verb->arguments != POP3_ARGUMENT_PASSWORD && argument != NULL)
    {
      g_strchomp (argument);
      if (argument[0] == '\0')
        argument = NULL;
    }
  if (refusal != POP3_REPLY_NONE)
    return pop3_session_reply (session, refusal, NULL);
  if (verb->arguments == POP3_ARGUMENT_NONE && argument != NULL)
    return pop3_session_reply (session, POP3_REPLY_TAKES_NO_ARGUMENT, NULL);
  if (verb->arguments >= POP3_ARGUMENT_NEEDED && argument == NULL)
    return pop3_session_reply (session, POP3_REPLY_NEEDS_ARGUMENT, NULL);
  return verb->handle (session, terms, argument);
}

static Pop3Step
feed_command (Pop3Session *session, const Pop3Terms *terms, const char *line, gsize length)
{
  char *text = g_strndup (line, length);
  char *space = strchr (text, ' ');
  const Pop3Verb *verb;
  Pop3Step next;

  if (space != NULL)
    *space = '\0';
  verb = pop3_verbs_find (text);
  if (verb == NULL)
    next = pop3_session_reply (session, POP3_REPLY_UNKNOWN_COMMAND, NULL);
  else
    next = dispatch (session, terms, verb, space != NULL ? space + 1 : NULL);

  explicit_bzero (text, length);
  g_free (text);
  return next;
}

Pop3Step
pop3_session_feed (Pop3Session *session, const Pop3Terms *terms, const char *line, gsize length)
{
  g_assert (session->state == POP3_STATE_AUTHORIZATION || session->state == POP3_STATE_TRANSACTION
            || session->state == POP3_STATE_AUTHENTICATING);
  g_string_truncate (session->reply, 0);
  if (session->listing == NULL && ++session->strangers_lines > POP3_SESSION_STRANGERS_LINES_MAX)
    return pop3_session_close (session, POP3_REPLY_TOO_MANY_LINES, NULL);
  if (session->state != POP3_STATE_AUTHENTICATING)
    return feed_command (session, terms, line, length);

  Pop3Reply refusal = objection_in_clear (session, terms);
  if (refusal != POP3_REPLY_NONE)
    return end_exchange (session, refusal);
  return pop3_session_authenticate (session, sasl_exchange_feed (&session->sasl, line, length));
}

Pop3Step
pop3_session_feed_fault (Pop3Session *session, Pop3Reply fault)
{
  g_string_truncate (session->reply, 0);
  if (session->state == POP3_STATE_AUTHENTICATING)
    return end_exchange (session, fault);
  return pop3_session_reply (session, fault, NULL);
}

static Pop3Step
open_listing (Pop3Session *session, const MaildropListing *listing)
{
  session->listing = listing;
  session->is_deleted = g_new0 (guint8, maildrop_listing_length (listing) + 1);
  set_state (session, POP3_STATE_TRANSACTION);
  return pop3_session_reply_contents (session, POP3_REPLY_CONTENTS);
}

static Pop3Step
answer_log_on (Pop3Session *session,
               Pop3Answer answer,
               const MaildropListing *listing,
               const char *words)
{
  forget_secret (session);
  if (answer == POP3_ANSWER_YES)
    return open_listing (session, listing);
  if (answer == POP3_ANSWER_BANNED)
    return pop3_session_close (session, POP3_REPLY_BANNED, words);
  if (answer == POP3_ANSWER_NO && ++session->failed_log_ons >= POP3_SESSION_LOG_ONS_MAX)
    return pop3_session_close (session, POP3_REPLY_BAD_LOG_ON, NULL);

  g_clear_pointer (&session->user, g_free);
  set_state (session, POP3_STATE_AUTHORIZATION);
  if (answer == POP3_ANSWER_NO)
    return pop3_session_reply (session, POP3_REPLY_BAD_LOG_ON, NULL);
  return pop3_session_reply (
      session, answer == POP3_ANSWER_IN_USE ? POP3_REPLY_IN_USE : POP3_REPLY_LOG_ON_TROUBLE, NULL);
}

static Pop3Step
answer_message (Pop3Session *session, Pop3Answer answer)
{
  g_autofree char *octets = NULL;

  if (answer != POP3_ANSWER_YES)
    {
      set_state (session, POP3_STATE_TRANSACTION);
      return pop3_session_reply (
          session, answer == POP3_ANSWER_NO ? POP3_REPLY_MESSAGE_GONE : POP3_REPLY_MESSAGE_TROUBLE,
          NULL);
    }
  set_state (session, POP3_STATE_SENDING);
  octets = g_strdup_printf ("%" G_GUINT64_FORMAT,
                            maildrop_listing_mail (session->listing, session->index)->octets);
  pop3_reply_append (session->reply, session->lines < 0 ? POP3_REPLY_OCTETS : POP3_REPLY_TOP,
                     octets);
  return step (session, POP3_STEP_SEND);
}

static Pop3Step
answer_commit (Pop3Session *session, Pop3Answer answer)
{
  guint deleted = pop3_session_deleted (session);
  g_autofree char *words = g_strdup_printf ("%u message%s", deleted, deleted == 1 ? "" : "s");

  return pop3_session_close (
      session, answer == POP3_ANSWER_YES ? POP3_REPLY_COMMITTED : POP3_REPLY_NOT_COMMITTED, words);
}

Pop3Step
pop3_session_answer (Pop3Session *session,
                     Pop3Answer answer,
                     const MaildropListing *listing,
                     const char *words)
{
  g_assert (session->state == asking_states[session->question]);
  g_string_truncate (session->reply, 0);
  switch (session->question)
    {
    case POP3_QUESTION_LOG_ON:
      return answer_log_on (session, answer, listing, words);
    case POP3_QUESTION_MESSAGE:
      return answer_message (session, answer);
    case POP3_QUESTION_COMMIT:
    default:
      return answer_commit (session, answer);
    }
}

Pop3Step
pop3_session_sent (Pop3Session *session, gboolean is_whole)
{
  set_state (session, POP3_STATE_TRANSACTION);
  if (is_whole)
    session->retrieved++;
  g_string_assign (session->reply, ".\r\n");
  return step (session, POP3_STEP_REPLY);
}

Pop3Step
pop3_session_interrupt (Pop3Session *session, Pop3Reply reply)
{
  g_string_truncate (session->reply, 0);
  return pop3_session_close (session,
                             session->state == POP3_STATE_SENDING ? POP3_REPLY_NONE : reply, NULL);
}

guint
pop3_session_deleted (const Pop3Session *session)
{
  guint length = session->listing != NULL ? maildrop_listing_length (session->listing) : 0;
  guint deleted = 0;

  for (guint i = 0; i < length; i++)
    deleted += session->is_deleted[i] != 0;
  return deleted;
}

void
pop3_session_count (const Pop3Session *session, guint *messages, guint64 *octets)
{
  *messages = 0;
  *octets = 0;
  for (guint i = 0; i < maildrop_listing_length (session->listing); i++)
    {
      if (session->is_deleted[i])
        continue;
      (*messages)++;
      *octets += maildrop_listing_mail (session->listing, i)->octets;
    }
}

Pop3Step
pop3_session_reply_contents (Pop3Session *session, Pop3Reply reply)
{
  guint messages;
  guint64 octets;
  g_autofree char *words = NULL;

  pop3_session_count (session, &messages, &octets);
  words = g_strdup_printf ("%u message%s (%" G_GUINT64_FORMAT " octets)", messages,
                           messages == 1 ? "" : "s", octets);
  return pop3_session_reply (session, reply, words);
}
