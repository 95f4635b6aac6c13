/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-place.h"

#include "servers/smtp/smtp-answers.h"
#include "servers/smtp/smtp-conversation-private.h"

static ClientTallyResult
enter_tally (SmtpConversation *conversation)
{
  g_autoptr (Policy) policy = policy_holder_get (conversation->services->policies);
  const SmtpLimits *limits = &policy->settings->smtp.limits;
  ClientLimits client_limits = {
    .sessions = limits->client_sessions,
    .connections_per_minute = limits->client_connections_per_minute,
  };
  return client_tally_enter (conversation->services->tally, &conversation->caller.address,
                             &client_limits);
}

void
smtp_place_take (SmtpConversation *conversation)
{
  conversation->has_place = TRUE;
  smtp_services_count (conversation->services, SMTP_COUNT_SESSIONS, 1);
  smtp_services_count (conversation->services, SMTP_COUNT_SESSIONS_TOTAL, 1);
  conversation->tally = enter_tally (conversation);
}

void
smtp_place_leave (SmtpConversation *conversation)
{
  if (conversation->has_place)
    smtp_services_count (conversation->services, SMTP_COUNT_SESSIONS, -1);
  conversation->has_place = FALSE;
}

/* Where everybody may relay, nobody is one of ours by that. */
static gboolean
is_ours (SmtpConversation *conversation)
{
  g_autoptr (Policy) policy = policy_holder_get (conversation->services->policies);
  Verdict verdict = smtp_conversation_client_may (conversation, policy);
  return verdict_allows (verdict) && verdict != VERDICT_EVERYBODY;
}

static gboolean
make_room (SmtpConversation *conversation)
{
  conversation->comes_first = is_ours (conversation);
  return reception_make_room (conversation->seat, conversation);
}

gboolean
smtp_place_is_found (SmtpConversation *conversation, SmtpDecision *decision)
{
  g_autoptr (Policy) policy = policy_holder_get (conversation->services->policies);
  guint64 sessions = smtp_services_count (conversation->services, SMTP_COUNT_SESSIONS, 0);

  if (conversation->tally == CLIENT_TALLY_TOO_MANY_SESSIONS)
    *decision = smtp_decision_by_rule (SMTP_RULE_CLIENT_SESSIONS);
  else if (conversation->tally == CLIENT_TALLY_TOO_MANY_CONNECTIONS)
    *decision = smtp_decision_by_rule (SMTP_RULE_CLIENT_CONNECTIONS);
  else if (sessions > policy->settings->smtp.limits.sessions && !make_room (conversation))
    *decision = smtp_decision_by_rule (SMTP_RULE_TOO_MANY_SESSIONS);
  else
    return TRUE;
  return FALSE;
}

/* Blocklists that are asked are no reason to stay: those of strangers may never answer. */
static gboolean
is_busy (const SmtpConversation *conversation)
{
  return !smtp_conversation_is_open (conversation)
         || (conversation->is_asked && !conversation->greeting);
}

gboolean
smtp_place_give_way (SmtpConversation *conversation,
                     guint waited_seconds,
                     SmtpConversation *newcomer)
{
  if (is_busy (conversation) || is_ours (conversation))
    {
      reception_refresh (conversation->seat);
      return FALSE;
    }
  if (newcomer->comes_first)
    waited_seconds = CLIENT_TALLY_GRACE_SECONDS;
  if (!client_tally_gives_way (conversation->services->tally, &conversation->caller.address,
                               waited_seconds, &newcomer->caller.address))
    return FALSE;
  smtp_place_leave (conversation);
  (void) smtp_answers_cancel (conversation);
  smtp_conversation_interrupt (conversation, SMTP_REPLY_TOO_MANY_SESSIONS);
  return TRUE;
}
