/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/auth/credentials.h"
#include "servers/policy/connection-policy.h"
#include "servers/policy/relay-policy.h"
#include "servers/smtp/smtp-session.h"

/**
 * SECTION: smtp-decision
 *
 * The policies' verdicts, and whether a mailbox exists, as answers to a session's questions.
 * Sessions and org.postern.RelayDecision1 ask the same functions.
 */

typedef struct
{
  SmtpAnswerKind kind; /* YES, REFUSED or UNKNOWN_USER */
  Verdict verdict;     /* of the policy */
  const char *rule;    /* the word for logs and the bus: that of the verdict, or "unknown-user" */
  const char *setting; /* the setting that the rule stands in; "" for none */
  const char *reason;  /* one sentence; the words of the refusal */
} SmtpDecision;

/** May this client speak to us? For SMTP_QUESTION_GREET and SMTP_QUESTION_SENDER. */
SmtpDecision smtp_decision_on_client (const Policy *policy, const ClientFacts *client);

/** May this client send to @recipient? For SMTP_QUESTION_RECIPIENT. A local recipient needs a
 * mailbox. */
SmtpDecision smtp_decision_on_recipient (const Policy *policy,
                                         Credentials *credentials,
                                         const ClientFacts *client,
                                         const MailAddress *recipient);

/** The terms of the settings of @policy; as long as that lives. */
SmtpTerms smtp_decision_terms (const Policy *policy);
