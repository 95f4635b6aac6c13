/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/auth/credentials.h"
#include "servers/auth/directory.h"
#include "servers/auth/quota.h"
#include "servers/policy/connection-policy.h"
#include "servers/policy/relay-policy.h"
#include "servers/smtp/smtp-session.h"

/**
 * SECTION: smtp-decision
 *
 * The policies' verdicts, and what the directory says of a recipient, as answers to a session's
 * questions. Sessions and org.postern.RelayDecision1 ask the same functions.
 */

typedef struct
{
  SmtpAnswerKind kind;
  Verdict verdict;     /* of the policy; means nothing where another rule decided */
  const char *rule;    /* the word for logs and the bus: that of the verdict, or "unknown-user" */
  const char *setting; /* the setting that the rule stands in; "" for none */
  const char *reason;  /* one sentence; the words of the refusal */
} SmtpDecision;

/** The decisions that are made here and not by a policy. */
typedef enum
{
  SMTP_RULE_UNKNOWN_USER,
  SMTP_RULE_ALIAS_TO_NOBODY,
  SMTP_RULE_MAILBOX_FULL,
  SMTP_RULE_TOO_MANY_SESSIONS,
  SMTP_RULE_CLIENT_SESSIONS,
  SMTP_RULE_CLIENT_CONNECTIONS,
  SMTP_RULE_CLIENT_MESSAGES,
  SMTP_RULE_TOO_EARLY,
  SMTP_RULE_TROUBLE /* what the decision hangs on can't be found out now */
} SmtpRule;

SmtpDecision smtp_decision_by_rule (SmtpRule rule);

/** May this client speak to us? For SMTP_QUESTION_GREET. */
SmtpDecision smtp_decision_on_client (const Policy *policy, const ClientFacts *client);

/** May it still, and send something? For SMTP_QUESTION_SENDER. */
SmtpDecision smtp_decision_on_sender (const Policy *policy, const ClientFacts *client);

/** Who is asked about a recipient. */
typedef struct
{
  const Policy *policy;
  Directory *directory;
  Credentials *credentials;
  Quota *quota;
  const char *state_dir;
} SmtpBooks;

/** What SMTP_QUESTION_RECIPIENT is about. */
typedef struct
{
  const MailAddress *sender;
  const MailAddress *recipient;
  guint64 size; /* bytes, as MAIL said; 0 for not said */
} SmtpDispatch;

/** May this client send that? A local recipient needs somebody who gets the mail, and room in the
 * mailbox. May block: see smtp_decision_may_block(). */
SmtpDecision smtp_decision_on_recipient (const SmtpBooks *books,
                                         const ClientFacts *client,
                                         const SmtpDispatch *dispatch);

/** Whether the answer may have to wait for the disk or for the system's name service, or takes time:
 * an alias may stand for thousands. */
gboolean smtp_decision_may_block (const SmtpBooks *books, const SmtpDispatch *dispatch);

/** The terms of the settings of @policy; as long as that lives. @has_certificate: whether TLS can be
 * had */
SmtpTerms smtp_decision_terms (const Policy *policy, gboolean has_certificate);
