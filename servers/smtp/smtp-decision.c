/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-decision.h"

static SmtpDecision
decision_of (Verdict verdict)
{
  return (SmtpDecision){
    .kind = verdict_allows (verdict) ? SMTP_ANSWER_YES : SMTP_ANSWER_REFUSED,
    .verdict = verdict,
    .rule = verdict_word (verdict),
    .setting = verdict_setting (verdict),
    .reason = verdict_reason (verdict),
  };
}

SmtpDecision
smtp_decision_on_client (const Policy *policy, const ClientFacts *client)
{
  return decision_of (connection_policy_decide (policy, client));
}

SmtpDecision
smtp_decision_on_recipient (const Policy *policy,
                            Credentials *credentials,
                            const ClientFacts *client,
                            const MailAddress *recipient)
{
  SmtpDecision decision = decision_of (relay_policy_decide (policy, client, recipient));
  if (!relay_policy_is_local (policy, recipient))
    return decision;

  g_autofree char *mailbox
      = credentials_find_mailbox (credentials, recipient->local_part, recipient->domain);
  if (!mailbox)
    {
      decision.kind = SMTP_ANSWER_UNKNOWN_USER;
      decision.rule = "unknown-user";
      decision.setting = "general.users-file";
      decision.reason = "Unknown user: there is no such mailbox here";
    }
  return decision;
}

SmtpTerms
smtp_decision_terms (const Policy *policy)
{
  return (SmtpTerms){
    .host_name = policy->settings->general.host_name,
    .message_size = policy->settings->smtp.limits.message_size_kib * G_GUINT64_CONSTANT (1024),
    .recipients = policy->settings->smtp.limits.recipients,
  };
}
