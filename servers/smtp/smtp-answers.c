/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-answers.h"

#include "servers/policy/policy-binding.h"
#include "servers/smtp/smtp-conversation-private.h"
#include "servers/smtp/smtp-journal.h"
#include "servers/smtp/smtp-place.h"

static void
count (SmtpConversation *conversation, SmtpCount what)
{
  smtp_services_count (conversation->services, what, 1);
}

/* Somebody works on the answer: the client is waited for, and waits. */
static void
begin_wait (SmtpConversation *conversation)
{
  smtp_conversation_hold (conversation);
  connection_hold (conversation->connection);
  connection_set_deadline (conversation->connection, 0);
}

static void
end_wait (SmtpConversation *conversation)
{
  if (smtp_conversation_is_open (conversation))
    connection_resume (conversation->connection);
  smtp_conversation_release (conversation);
}

/* Into the log and among the last refusals, as far as it is known before the client is told. */
static SmtpRefusal
note_refusal (SmtpConversation *conversation, const SmtpDecision *decision)
{
  const SmtpTransaction *transaction = &conversation->session->transaction;
  g_autofree char *sender
      = transaction->sender ? mail_address_to_string (transaction->sender) : NULL;
  g_autofree char *recipient = transaction->candidate.recipient
                                   ? mail_address_to_string (transaction->candidate.recipient)
                                   : NULL;
  SmtpRefusedMail mail
      = { conversation->caller.text, conversation->session->user, sender, recipient };
  SmtpRefusal refusal;

  conversation->refusals++;
  smtp_journal_refused (&mail, conversation->session->helo, decision);
  smtp_refusal_init (&refusal, &mail, decision->rule, decision->setting);
  return refusal;
}

static void
refuse (SmtpConversation *conversation, const SmtpDecision *decision)
{
  SmtpRefusal refusal = note_refusal (conversation, decision);

  if (decision->kind != SMTP_ANSWER_TOO_MUCH_OF_CLIENT)
    smtp_conversation_answer (conversation, decision->kind, decision->reason);
  else
    {
      g_autoptr (Policy) policy = policy_holder_get (conversation->services->policies);
      g_autofree char *words = g_strconcat (
          policy_host_name_at (policy, &conversation->caller.local), " ", decision->reason, NULL);
      smtp_conversation_answer (conversation, decision->kind, words);
    }
  smtp_refusal_set_reply (&refusal, conversation->session->reply->str);
  smtp_refusals_add (conversation->services->refusals, &refusal);
}

/* --- May it connect? --- */

/* A client that is not taken in must not keep others out until it has gone. */
static void
on_greeting (gpointer user, const SmtpDecision *decision)
{
  SmtpConversation *conversation = user;
  conversation->greeting = NULL;

  if (decision->kind == SMTP_ANSWER_YES)
    smtp_conversation_answer (conversation, SMTP_ANSWER_YES, NULL);
  else
    {
      count (conversation, decision->kind == SMTP_ANSWER_TOO_EARLY ? SMTP_COUNT_REFUSED_TOO_EARLY
                                                                   : SMTP_COUNT_REFUSED_CONNECTION);
      if (decision->kind == SMTP_ANSWER_REFUSED && decision->verdict == VERDICT_BLOCKLISTED)
        count (conversation, SMTP_COUNT_REFUSED_BLOCKLISTED);
      smtp_place_leave (conversation);
      refuse (conversation, decision);
    }
  if (smtp_conversation_is_open (conversation))
    connection_resume (conversation->connection);
}

/* One that had to wait for its TLS handshake was admitted before. */
static void
ask_greet (SmtpConversation *conversation)
{
  SmtpDecision decision;
  if (!conversation->session->is_secured && !smtp_place_is_found (conversation, &decision))
    {
      count (conversation, SMTP_COUNT_REFUSED_LIMIT);
      smtp_place_leave (conversation);
      refuse (conversation, &decision);
      return;
    }
  conversation->greeting = smtp_greeting_new (conversation->services, conversation->worker,
                                              &conversation->caller, on_greeting, conversation);
  smtp_greeting_start (conversation->greeting);
}

/* --- Is that the password? --- */

static void
on_logged_on (gpointer user, SmtpAnswerKind kind, const char *words)
{
  SmtpConversation *conversation = user;
  conversation->log_on = NULL;
  if (kind != SMTP_ANSWER_YES)
    conversation->refusals++;
  smtp_conversation_answer (conversation, kind, words);
  if (smtp_conversation_is_open (conversation))
    connection_resume (conversation->connection);
}

static void
ask_credentials (SmtpConversation *conversation)
{
  SmtpLogOnPlace place = { conversation->services, conversation->worker, &conversation->caller };
  connection_hold (conversation->connection);
  connection_set_deadline (conversation->connection, 0);
  conversation->log_on
      = smtp_log_on_start (&place, &conversation->session->sasl, on_logged_on, conversation);
}

/* --- May it send? --- */

static SmtpFacts *
gather_facts (SmtpConversation *conversation)
{
  return smtp_services_facts (conversation->services, &conversation->caller,
                              conversation->session->user, conversation->granted);
}

static void
count_refusal (SmtpConversation *conversation, SmtpAnswerKind kind)
{
  if (kind == SMTP_ANSWER_UNKNOWN_USER || kind == SMTP_ANSWER_MAILBOX_FULL)
    {
      count (conversation, kind == SMTP_ANSWER_UNKNOWN_USER ? SMTP_COUNT_REFUSED_UNKNOWN_USER
                                                            : SMTP_COUNT_REFUSED_MAILBOX_FULL);
      return;
    }
  count (conversation, SMTP_COUNT_REFUSED_RELAY);
  if (kind == SMTP_ANSWER_SUBMISSION_ONLY)
    count (conversation, SMTP_COUNT_REFUSED_SUBMISSION);
  else if (kind == SMTP_ANSWER_LATER)
    count (conversation, SMTP_COUNT_REFUSED_GRANT);
  else if (kind == SMTP_ANSWER_SENDER_NOT_USERS)
    count (conversation, SMTP_COUNT_REFUSED_SENDER);
}

static gboolean
is_too_often (SmtpConversation *conversation)
{
  g_autoptr (Policy) policy = policy_holder_get (conversation->services->policies);
  const SmtpLimits *limits = &policy->settings->smtp.limits;
  ClientLimits client_limits = { .messages_per_minute = limits->client_messages_per_minute };
  return client_tally_message (conversation->services->tally, &conversation->caller.address,
                               &client_limits)
         != CLIENT_TALLY_FINE;
}

static void
ask_sender (SmtpConversation *conversation)
{
  conversation->verdicts = 0;
  conversation->granted = 0;
  g_autoptr (SmtpFacts) facts = gather_facts (conversation);
  SmtpDecision decision
      = smtp_services_decide (conversation->services, conversation->session, &facts->client);
  if (decision.kind == SMTP_ANSWER_YES && is_too_often (conversation))
    {
      decision = smtp_decision_by_rule (SMTP_RULE_CLIENT_MESSAGES);
      count (conversation, SMTP_COUNT_REFUSED_LIMIT);
    }
  else if (decision.kind == SMTP_ANSWER_SUBMISSION_ONLY)
    count_refusal (conversation, decision.kind);
  else if (decision.kind != SMTP_ANSWER_YES)
    count (conversation, SMTP_COUNT_REFUSED_CONNECTION);

  if (decision.kind == SMTP_ANSWER_YES)
    smtp_conversation_answer (conversation, SMTP_ANSWER_YES, NULL);
  else
    refuse (conversation, &decision);
}

/* --- May it send to that recipient? --- */

static void
take_recipient (SmtpConversation *conversation, const SmtpFacts *facts)
{
  const GPtrArray *recipients = conversation->session->transaction.recipients;
  Verdict verdict = conversation->decision.verdict;
  guint before = recipients->len;

  smtp_conversation_answer (conversation, SMTP_ANSWER_YES, NULL);
  conversation->verdicts |= 1u << verdict;
  count (conversation, SMTP_COUNT_RECIPIENTS_ACCEPTED);
  if (verdict != VERDICT_LOCAL_DOMAIN)
    count (conversation, SMTP_COUNT_RECIPIENTS_RELAYED);
  if (verdict != VERDICT_POP_CLIENT)
    return;
  count (conversation, SMTP_COUNT_LOG_ON_GRANTS_USED);
  conversation->grant = facts->logon;
  conversation->granted += recipients->len - before; /* none for one that was there already */
}

static void
conclude_recipient (SmtpConversation *conversation)
{
  g_autoptr (SmtpFacts) facts = g_steal_pointer (&conversation->facts);
  const SmtpDecision *decision = &conversation->decision;

  if (decision->kind == SMTP_ANSWER_YES)
    {
      take_recipient (conversation, facts);
      return;
    }
  count_refusal (conversation, decision->kind);
  refuse (conversation, decision);
}

/* In the thread pool: the session does not change while it is asked. */
static void
decide_recipient (gpointer data)
{
  SmtpConversation *conversation = data;
  conversation->decision = smtp_services_decide (conversation->services, conversation->session,
                                                 &conversation->facts->client);
}

static void
on_recipient_decided (gpointer data)
{
  SmtpConversation *conversation = data;
  if (smtp_conversation_is_open (conversation))
    conclude_recipient (conversation);
  end_wait (conversation);
}

static void
ask_recipient (SmtpConversation *conversation)
{
  conversation->facts = gather_facts (conversation);
  if (smtp_services_decide_at_once (conversation->services, conversation->session,
                                    &conversation->facts->client, &conversation->decision))
    {
      conclude_recipient (conversation);
      return;
    }
  begin_wait (conversation);
  worker_block (conversation->worker, decide_recipient, on_recipient_decided, conversation);
}

/* --- Is the message safe? --- */

static SmtpAnswerKind
kind_of_error (const GError *error)
{
  return queue_error_is_full (error) ? SMTP_ANSWER_NO_SPACE : SMTP_ANSWER_TROUBLE;
}

static void
note_added (SmtpConversation *conversation, const char *id, const GError *error)
{
  if (error)
    {
      g_warning ("message %s is not in the queue: %s", id, error->message);
      if (conversation->granted > 0)
        smtp_grant_use_give_back (conversation->services->grants, &conversation->grant,
                                  conversation->granted);
      return;
    }
  SmtpJournalMessage entry = {
    .caller = &conversation->caller,
    .message = conversation->message,
    .recipients = conversation->session->transaction.recipients->len,
    .verdicts = conversation->verdicts,
  };
  SmtpFate fate = smtp_message_fate (conversation->message);
  conversation->messages++;
  count (conversation, fate == SMTP_FATE_DISCARDED ? SMTP_COUNT_MESSAGES_DISCARDED
                                                   : SMTP_COUNT_MESSAGES_ACCEPTED);
  if (fate == SMTP_FATE_KEPT)
    count (conversation, SMTP_COUNT_MESSAGES_KEPT);
  smtp_journal_accepted (&entry);
}

/* The client may have gone meanwhile; a message that was taken stays taken. */
static void
on_message_added (gpointer user, const GError *error)
{
  SmtpConversation *conversation = user;
  char id[ENVELOPE_ID_TEXT_MAX];
  envelope_id_to_string (smtp_message_id (conversation->message), id);

  note_added (conversation, id, error);
  if (smtp_conversation_is_open (conversation))
    smtp_conversation_answer (conversation, error ? kind_of_error (error) : SMTP_ANSWER_YES, id);
  end_wait (conversation);
}

/* Whether the log-on is good for this message still: other sessions may have used it meanwhile. */
static gboolean
use_grant (SmtpConversation *conversation)
{
  g_autoptr (Policy) policy = policy_holder_get (conversation->services->policies);
  const LogOnSettings *settings = &policy->settings->pop3.log_ons;
  SmtpGrantCount limits = { settings->messages, settings->recipients };
  return conversation->granted == 0
         || smtp_grant_use_take (conversation->services->grants, &conversation->grant,
                                 conversation->granted, &limits);
}

static void
ask_message (SmtpConversation *conversation)
{
  if (!use_grant (conversation))
    {
      smtp_conversation_answer (conversation, SMTP_ANSWER_LATER,
                                verdict_reason (VERDICT_GRANT_RECIPIENTS));
      return;
    }
  begin_wait (conversation);
  smtp_message_add (conversation->message, &conversation->session->transaction,
                    conversation->worker, on_message_added, conversation);
}

/* --- What others call --- */

gboolean
smtp_answers_admit (SmtpConversation *conversation)
{
  SmtpDecision decision;
  if (smtp_place_is_found (conversation, &decision))
    return TRUE;
  count (conversation, SMTP_COUNT_REFUSED_LIMIT);
  smtp_place_leave (conversation);
  SmtpRefusal refusal = note_refusal (conversation, &decision);
  smtp_refusals_add (conversation->services->refusals, &refusal);
  return FALSE;
}

void
smtp_answers_find (SmtpConversation *conversation, SmtpQuestion question)
{
  static void (*const find_answer[]) (SmtpConversation *) = {
    [SMTP_QUESTION_GREET] = ask_greet,     [SMTP_QUESTION_CREDENTIALS] = ask_credentials,
    [SMTP_QUESTION_SENDER] = ask_sender,   [SMTP_QUESTION_RECIPIENT] = ask_recipient,
    [SMTP_QUESTION_MESSAGE] = ask_message,
  };
  find_answer[question](conversation);
}

gboolean
smtp_answers_cancel (SmtpConversation *conversation)
{
  gboolean was_waiting = conversation->greeting || conversation->log_on;
  g_clear_pointer (&conversation->greeting, smtp_greeting_cancel);
  g_clear_pointer (&conversation->log_on, smtp_log_on_cancel);
  return was_waiting || !conversation->is_asked;
}
