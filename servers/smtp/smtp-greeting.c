/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-greeting.h"

#include "servers/net/deadline.h"

struct _SmtpGreeting
{
  guint holders; /* who began it, and a question to blocklists */
  SmtpServices *services;
  Worker *worker;
  SmtpCaller *caller; /* (nullable): none once it is over */
  SmtpGreetingDone done;
  gpointer user;
  Deadline pause;
  gboolean is_pausing;
};

static void
release (SmtpGreeting *greeting)
{
  if (--greeting->holders == 0)
    g_free (greeting);
}

/* Nothing happens any more, but for what blocklists still have to give back. */
static void
end (SmtpGreeting *greeting)
{
  greeting->caller = NULL;
  greeting->is_pausing = FALSE;
  deadline_clear (&greeting->pause);
  release (greeting);
}

static void
finish (SmtpGreeting *greeting, const SmtpDecision *decision)
{
  greeting->holders++;
  end (greeting);
  greeting->done (greeting->user, decision);
  release (greeting);
}

static void
decide (SmtpGreeting *greeting)
{
  g_autoptr (Policy) policy = policy_holder_get (greeting->services->policies);
  g_autoptr (SmtpFacts) facts = smtp_services_facts (greeting->services, greeting->caller, NULL, 0);
  SmtpDecision decision = smtp_decision_on_client (policy, &facts->client);
  if (decision.verdict == VERDICT_BLOCKLISTED && greeting->caller->blocklist_reason)
    decision.reason = greeting->caller->blocklist_reason;
  finish (greeting, &decision);
}

static void
on_blocklists (gpointer user, const BlocklistAnswer *answer)
{
  SmtpGreeting *greeting = user;
  SmtpCaller *caller = greeting->caller;

  if (caller)
    {
      caller->blocklists = answer->is_listed ? BLOCKLIST_LISTED : BLOCKLIST_CLEAN;
      if (answer->is_listed)
        caller->blocklist_reason = blocklist_answer_to_reason (answer, &caller->address);
      decide (greeting);
    }
  release (greeting);
}

static void
ask (SmtpGreeting *greeting)
{
  g_autoptr (Policy) policy = policy_holder_get (greeting->services->policies);
  g_autoptr (SmtpFacts) facts = smtp_services_facts (greeting->services, greeting->caller, NULL, 0);
  const ConnectionSettings *settings = &policy->settings->smtp.connection;
  Blocklist *blocklist = NULL;

  if (connection_policy_asks_blocklists (policy, &facts->client))
    blocklist = smtp_blocklists_get (greeting->services->blocklists, greeting->worker);
  if (!blocklist)
    {
      decide (greeting);
      return;
    }
  greeting->holders++;
  blocklist_ask (blocklist, settings->blocklists, settings->blocklist_match,
                 &greeting->caller->address, on_blocklists, greeting);
}

static void
on_pause_passed (gpointer data)
{
  SmtpGreeting *greeting = data;
  greeting->is_pausing = FALSE;
  ask (greeting);
}

SmtpGreeting *
smtp_greeting_new (SmtpServices *services,
                   Worker *worker,
                   SmtpCaller *caller,
                   SmtpGreetingDone done,
                   gpointer user)
{
  SmtpGreeting *greeting = g_new0 (SmtpGreeting, 1);
  greeting->holders = 1;
  greeting->services = services;
  greeting->worker = worker;
  greeting->caller = caller;
  greeting->done = done;
  greeting->user = user;
  deadline_init (&greeting->pause, worker_deadlines (worker), on_pause_passed, greeting);
  return greeting;
}

void
smtp_greeting_start (SmtpGreeting *greeting)
{
  g_autoptr (Policy) policy = policy_holder_get (greeting->services->policies);
  guint seconds = policy->settings->smtp.connection.greet_pause_seconds;

  greeting->is_pausing = seconds > 0 && greeting->caller->door == SMTP_DOOR_RELAY;
  if (greeting->is_pausing)
    deadline_set (&greeting->pause, (guint64) seconds * 1000);
  else
    ask (greeting);
}

void
smtp_greeting_spoken (SmtpGreeting *greeting)
{
  if (!greeting->is_pausing)
    return;
  SmtpDecision decision = smtp_decision_by_rule (SMTP_RULE_TOO_EARLY);
  finish (greeting, &decision);
}

void
smtp_greeting_cancel (SmtpGreeting *greeting)
{
  end (greeting);
}
