/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-log-on.h"

#include "servers/net/deadline.h"
#include "servers/policy/policy-logon.h"
#include "servers/smtp/smtp-journal.h"

#include <string.h>

struct _SmtpLogOn
{
  SmtpServices *services;
  Worker *worker;
  IpAddress address;
  SmtpJournalLogOn entry; /* its texts are owned */
  char *password;         /* (owned) */
  SmtpLogOnDone done;     /* (nullable): none once it is cancelled */
  gpointer user;
  Deadline answer_at;
  gint64 began_us;
  gboolean is_waiting; /* all is known, and the answer held back */
  gint is_cancelled;   /* atomic */

  gboolean is_too_late; /* it was cancelled before it was checked */
  Ban ban;              /* as it was before */
  char *mailbox;        /* (owned) (nullable) of the user whose password it is */
  SmtpAnswerKind kind;
  char *words; /* (owned) (nullable) */
};

static void
log_on_free (SmtpLogOn *log_on)
{
  deadline_clear (&log_on->answer_at);
  explicit_bzero (log_on->password, strlen (log_on->password));
  g_free (log_on->password);
  smtp_journal_log_on_clear (&log_on->entry);
  g_free (log_on->mailbox);
  g_free (log_on->words);
  g_free (log_on);
}

static void
give_answer (gpointer data)
{
  SmtpLogOn *log_on = data;
  if (log_on->done)
    log_on->done (log_on->user, log_on->kind, log_on->words);
  log_on_free (log_on);
}

/* --- Banned --- */

/* Until when, in whole minutes. */
static char *
ban_to_words (SmtpServices *services, const Ban *ban)
{
  g_autoptr (Policy) policy = policy_holder_get (services->policies);
  gint64 seconds = MAX (ban->until - g_get_real_time () / G_USEC_PER_SEC, 0);
  return g_strdup_printf (
      "%s Too many failed log-ons from this address: try again in %" G_GINT64_FORMAT " minutes",
      policy->settings->general.host_name, seconds / 60 + 1);
}

/* Whether it is, or is about to be. */
static gboolean
is_banned (SmtpLogOn *log_on, const Policy *policy, const BanLimits *limits)
{
  Ban *ban = &log_on->ban;

  if (!policy_may_ban (policy, &log_on->address))
    return FALSE;
  if (ban_table_look_up (log_on->services->bans, &log_on->address, ban))
    return TRUE;
  ban->until = g_get_real_time () / G_USEC_PER_SEC + limits->minutes * 60;
  return ban_table_is_due (ban, limits);
}

static void
turn_away (SmtpLogOn *log_on)
{
  log_on->words = ban_to_words (log_on->services, &log_on->ban);
  smtp_services_count (log_on->services, SMTP_COUNT_REFUSED_BANNED, 1);
  smtp_journal_log_on_failed (&log_on->entry, "the address is banned", 0);
  give_answer (log_on);
}

/* --- The password: in a thread of the turnstile --- */

/* In the ban table's thread. */
static void
on_noted (gpointer user_data, const Ban *ban)
{
  if (ban)
    smtp_journal_banned (ban);
}

static gboolean
is_right (SmtpLogOn *log_on)
{
  g_autoptr (Credentials) credentials = smtp_services_credentials (log_on->services);
  g_autofree char *mailbox
      = credentials_check_password (credentials, log_on->entry.user, log_on->password);
  if (!mailbox || !credentials_admit (credentials, mailbox, &log_on->address))
    return FALSE;
  log_on->mailbox = g_steal_pointer (&mailbox);
  return TRUE;
}

/* Those in front in the line may have been banned meanwhile, and the client may have gone. What has
 * failed is noted before the client's next password has its turn. */
static void
check_password (gpointer data)
{
  SmtpLogOn *log_on = data;
  g_autoptr (Policy) policy = policy_holder_get (log_on->services->policies);
  const SecuritySettings *security = &policy->settings->security;
  BanLimits limits = { security->failed_log_ons, security->ban_minutes };

  log_on->is_too_late = g_atomic_int_get (&log_on->is_cancelled);
  if (log_on->is_too_late)
    return;
  log_on->kind = is_banned (log_on, policy, &limits) ? SMTP_ANSWER_BANNED
                 : is_right (log_on)                 ? SMTP_ANSWER_YES
                                                     : SMTP_ANSWER_REFUSED;
  if (log_on->kind == SMTP_ANSWER_REFUSED && policy_may_ban (policy, &log_on->address))
    ban_table_failed (log_on->services->bans, &log_on->address, log_on->entry.user, &limits,
                      on_noted, NULL);
}

/* --- What came of it --- */

static void
succeed (SmtpLogOn *log_on)
{
  log_on->words = g_strdup (log_on->mailbox);
  ban_table_succeeded (log_on->services->bans, &log_on->address);
  smtp_services_count (log_on->services, SMTP_COUNT_LOG_ONS, 1);
  smtp_journal_log_on (&log_on->entry);
  give_answer (log_on);
}

static void
fail (SmtpLogOn *log_on)
{
  guint delay_ms = ban_table_delay_ms (log_on->ban.failures + 1);
  guint64 passed_ms = (guint64) (g_get_monotonic_time () - log_on->began_us) / 1000;

  smtp_services_count (log_on->services, SMTP_COUNT_LOG_ONS_FAILED, 1);
  smtp_journal_log_on_failed (&log_on->entry, "the user name or the password is wrong", delay_ms);
  log_on->is_waiting = TRUE;
  deadline_set (&log_on->answer_at,
                log_on->done && delay_ms > passed_ms ? delay_ms - passed_ms : 1);
}

static void
on_checked (gpointer data)
{
  SmtpLogOn *log_on = data;
  if (log_on->is_too_late)
    give_answer (log_on);
  else if (log_on->kind == SMTP_ANSWER_BANNED)
    turn_away (log_on);
  else if (log_on->kind == SMTP_ANSWER_YES)
    succeed (log_on);
  else
    fail (log_on);
}

SmtpLogOn *
smtp_log_on_start (const SmtpLogOnPlace *place,
                   const SaslExchange *exchange,
                   SmtpLogOnDone done,
                   gpointer user)
{
  SmtpLogOn *log_on = g_new0 (SmtpLogOn, 1);
  log_on->services = place->services;
  log_on->worker = place->worker;
  log_on->address = place->caller->address;
  log_on->entry = smtp_journal_log_on_new (place->caller, exchange);
  log_on->password = g_strdup (exchange->password);
  log_on->done = done;
  log_on->user = user;
  log_on->began_us = g_get_monotonic_time ();
  deadline_init (&log_on->answer_at, worker_deadlines (place->worker), give_answer, log_on);

  turnstile_pass (place->services->turnstile, place->worker, &log_on->address,
                  &(TurnstileJob){ check_password, on_checked, log_on });
  return log_on;
}

void
smtp_log_on_cancel (SmtpLogOn *log_on)
{
  log_on->done = NULL;
  g_atomic_int_set (&log_on->is_cancelled, TRUE);
  if (log_on->is_waiting)
    deadline_set (&log_on->answer_at, 1);
}
