/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-decision.h"

#include "servers/mail/mailbox.h"
#include "servers/policy/sender-policy.h"

SmtpDecision
smtp_decision_by_rule (SmtpRule rule)
{
  static const SmtpDecision rows[] = {
    [SMTP_RULE_UNKNOWN_USER] = { .kind = SMTP_ANSWER_UNKNOWN_USER,
                                 .rule = "unknown-user",
                                 .setting = "general.users-file",
                                 .reason = "Unknown user: there is no such mailbox here" },
    [SMTP_RULE_ALIAS_TO_NOBODY] = { .kind = SMTP_ANSWER_UNKNOWN_USER,
                                    .rule = "alias-to-nobody",
                                    .setting = "general.aliases",
                                    .reason = "Unknown user: the alias here leads to nobody" },
    [SMTP_RULE_MAILBOX_FULL]
    = { .kind = SMTP_ANSWER_MAILBOX_FULL,
        .rule = "mailbox-full",
        .setting = "general.mailbox-size-mib",
        .reason = "Mailbox full: try again when the recipient has deleted mails" },
    [SMTP_RULE_TOO_MANY_SESSIONS] = { .kind = SMTP_ANSWER_TOO_MANY_SESSIONS,
                                      .rule = "too-many-sessions",
                                      .setting = "smtp.limits.sessions",
                                      .reason = "Too many sessions are open" },
    [SMTP_RULE_CLIENT_SESSIONS]
    = { .kind = SMTP_ANSWER_TOO_MUCH_OF_CLIENT,
        .rule = "client-sessions",
        .setting = "smtp.limits.client-sessions",
        .reason = "Too many sessions from this address: end one, or try again later" },
    [SMTP_RULE_CLIENT_CONNECTIONS]
    = { .kind = SMTP_ANSWER_TOO_MUCH_OF_CLIENT,
        .rule = "client-connections",
        .setting = "smtp.limits.client-connections-per-minute",
        .reason = "Too many connections from this address: try again in a minute" },
    [SMTP_RULE_CLIENT_MESSAGES]
    = { .kind = SMTP_ANSWER_LATER,
        .rule = "client-messages",
        .setting = "smtp.limits.client-messages-per-minute",
        .reason = "Too many messages from this address: try again in a minute" },
    [SMTP_RULE_TOO_EARLY] = { .kind = SMTP_ANSWER_TOO_EARLY,
                              .rule = "too-early",
                              .setting = "smtp.connection.greet-pause-seconds",
                              .reason = "The client spoke before the greeting" },
    [SMTP_RULE_TROUBLE] = { .kind = SMTP_ANSWER_TROUBLE,
                            .rule = "trouble",
                            .setting = "",
                            .reason = "Local trouble: try again later" },
  };
  return rows[rule];
}

static SmtpAnswerKind
kind_of (Verdict verdict)
{
  if (verdict_allows (verdict))
    return SMTP_ANSWER_YES;
  switch (verdict)
    {
    case VERDICT_SUBMISSION_ONLY:
      return SMTP_ANSWER_SUBMISSION_ONLY;
    case VERDICT_SENDER_NOT_USERS:
      return SMTP_ANSWER_SENDER_NOT_USERS;
    case VERDICT_GRANT_MESSAGES:
    case VERDICT_GRANT_RECIPIENTS:
      return SMTP_ANSWER_LATER;
    default:
      return SMTP_ANSWER_REFUSED;
    }
}

static SmtpDecision
decision_of (Verdict verdict)
{
  return (SmtpDecision){
    .kind = kind_of (verdict),
    .verdict = verdict,
    .rule = verdict_word (verdict),
    .setting = verdict_setting (verdict),
    .reason = verdict_reason (verdict),
  };
}

/* The best that may be true of a client whose log-on can't be looked up. */
static ClientFacts
at_best (const ClientFacts *client)
{
  ClientFacts best = *client;
  best.seconds_since_logon = 0;
  return best;
}

/* Refused for want of a log-on that nobody can look up is not refused for good. */
static SmtpDecision
decision_unless_unsure (Verdict verdict, Verdict verdict_at_best)
{
  if (!verdict_allows (verdict) && verdict_allows (verdict_at_best))
    return smtp_decision_by_rule (SMTP_RULE_TROUBLE);
  return decision_of (verdict);
}

SmtpDecision
smtp_decision_on_client (const Policy *policy, const ClientFacts *client)
{
  Verdict verdict = connection_policy_decide (policy, client);
  if (!client->is_logon_unsure)
    return decision_of (verdict);

  ClientFacts best = at_best (client);
  return decision_unless_unsure (verdict, connection_policy_decide (policy, &best));
}

SmtpDecision
smtp_decision_on_sender (const Policy *policy, const ClientFacts *client)
{
  SmtpDecision decision = smtp_decision_on_client (policy, client);
  if (decision.kind != SMTP_ANSWER_YES || !client->by_submission)
    return decision;
  Verdict verdict = relay_policy_client_may (policy, client);
  if (!client->is_logon_unsure)
    return decision_of (verdict);

  ClientFacts best = at_best (client);
  return decision_unless_unsure (verdict, relay_policy_client_may (policy, &best));
}

/* Whether the sender must be the user's, and is not, is the last thing to know about relaying. */
static Verdict
decide_relay (const SmtpBooks *books, const ClientFacts *client, const SmtpDispatch *dispatch)
{
  const Policy *policy = books->policy;
  Verdict verdict = relay_policy_decide (policy, client, dispatch->recipient);
  const char *user = sender_policy_user (policy, client, verdict);
  gboolean is_users = user && directory_is_senders (books->directory, user, dispatch->sender);
  return sender_policy_decide (policy, client, verdict, is_users);
}

static SmtpDecision
decision_on_relay (const SmtpBooks *books, const ClientFacts *client, const SmtpDispatch *dispatch)
{
  Verdict verdict = decide_relay (books, client, dispatch);
  if (!client->is_logon_unsure)
    return decision_of (verdict);

  ClientFacts best = at_best (client);
  return decision_unless_unsure (verdict, decide_relay (books, &best, dispatch));
}

/* The quota of a mailbox that the address is; what an alias leads to is not looked at. */
static guint64
find_limit (const SmtpBooks *books, const MailAddress *recipient, char **mailbox)
{
  const GeneralSettings *general = &books->policy->settings->general;
  *mailbox = credentials_find_mailbox (books->credentials, recipient->local_part, recipient->domain,
                                       NULL);
  if (!*mailbox)
    return QUOTA_UNLIMITED;
  return quota_limit (credentials_quota (books->credentials, *mailbox), general->mailbox_size_mib);
}

static gboolean
has_room (const SmtpBooks *books, const SmtpDispatch *dispatch)
{
  g_autofree char *mailbox = NULL;
  guint64 limit = find_limit (books, dispatch->recipient, &mailbox);
  if (limit == QUOTA_UNLIMITED)
    return TRUE;
  g_autofree char *folder = mailbox_folder (books->state_dir, mailbox);
  return quota_has_room (books->quota, folder, limit, dispatch->size);
}

/* An alias may lead nowhere, and the catch-all, too; then nobody is there either. */
static gboolean
leads_somewhere (const SmtpBooks *books, const MailAddress *recipient)
{
  g_autoptr (GPtrArray) addresses = directory_expand (books->directory, recipient);
  return addresses->len > 0;
}

SmtpDecision
smtp_decision_on_recipient (const SmtpBooks *books,
                            const ClientFacts *client,
                            const SmtpDispatch *dispatch)
{
  SmtpDecision decision = decision_on_relay (books, client, dispatch);
  if (decision.kind != SMTP_ANSWER_YES
      || !relay_policy_is_local (books->policy, dispatch->recipient))
    return decision;

  switch (directory_look_up (books->directory, dispatch->recipient))
    {
    case DIRECTORY_MAILBOX:
      return has_room (books, dispatch) ? decision : smtp_decision_by_rule (SMTP_RULE_MAILBOX_FULL);
    case DIRECTORY_ALIAS:
      return leads_somewhere (books, dispatch->recipient)
                 ? decision
                 : smtp_decision_by_rule (SMTP_RULE_ALIAS_TO_NOBODY);
    case DIRECTORY_POSTMASTER:
    case DIRECTORY_CATCH_ALL:
      if (leads_somewhere (books, dispatch->recipient))
        return decision;
      break;
    case DIRECTORY_UNSURE:
      return smtp_decision_by_rule (SMTP_RULE_TROUBLE);
    case DIRECTORY_UNKNOWN:
      break;
    }
  return smtp_decision_by_rule (SMTP_RULE_UNKNOWN_USER);
}

gboolean
smtp_decision_may_block (const SmtpBooks *books, const SmtpDispatch *dispatch)
{
  if (books->policy->settings->general.system_users)
    return TRUE;
  if (!relay_policy_is_local (books->policy, dispatch->recipient))
    return FALSE;
  switch (directory_look_up (books->directory, dispatch->recipient))
    {
    case DIRECTORY_UNKNOWN:
      return FALSE;
    case DIRECTORY_MAILBOX:
      {
        g_autofree char *mailbox = NULL;
        return find_limit (books, dispatch->recipient, &mailbox) != QUOTA_UNLIMITED;
      }
    default:
      return TRUE;
    }
}

SmtpTerms
smtp_decision_terms (const Policy *policy, gboolean has_certificate)
{
  const SmtpSettings *smtp = &policy->settings->smtp;
  return (SmtpTerms){
    .host_name = policy->settings->general.host_name,
    .message_size = smtp->limits.message_size_kib * G_GUINT64_CONSTANT (1024),
    .recipients = smtp->limits.recipients,
    .errors = smtp->limits.errors,
    .offers_tls = smtp->tls != TLS_USE_NO && has_certificate,
    .needs_tls = smtp->tls == TLS_USE_ONLY,
    .authentication = smtp->authentication,
  };
}
