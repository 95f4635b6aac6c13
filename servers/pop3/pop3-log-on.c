/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-log-on.h"

#include <string.h>

#include "servers/mail/mailbox.h"
#include "servers/net/deadline.h"
#include "servers/policy/policy-logon.h"
#include "servers/pop3/pop3-journal.h"
#include "servers/pop3/pop3-visit.h"

/* Whether the client can still take it back. */
typedef enum
{
  STAGE_OPEN,
  STAGE_CANCELLED,
  STAGE_RECORDING
} Stage;

struct _Pop3LogOn
{
  Pop3Services *services;
  Worker *worker;
  IpAddress address;
  Pop3LogOnAnswered answered;
  gpointer user;

  Pop3Method method;
  char *name;      /* (owned) of the user, as the client gave it */
  char *secret;    /* (owned) the password, or the digest */
  char *timestamp; /* (owned) (nullable) for APOP */
  char *tls;       /* (owned) (nullable) */
  char *mailbox;   /* (owned) (nullable) of the user whose password it is */
  guint64 mark;    /* credentials_mark() with that password */
  Pop3Answer answer;
  Maildrop *maildrop; /* (owned) (nullable) */
  char *words;        /* (owned) (nullable) */
  gint64 began_us;
  guint failures; /* of the address, before this one */
  Ban ban;        /* that this failure began; all zero for none */
  Deadline delay; /* of the answer to a failure */
  gboolean is_delayed;
  gint stage; /* atomic; a Stage */
};

static void
log_on_free (Pop3LogOn *log_on)
{
  explicit_bzero (log_on->secret, strlen (log_on->secret));
  g_free (log_on->secret);
  g_free (log_on->timestamp);
  g_free (log_on->mailbox);
  g_free (log_on->words);
  g_free (log_on->name);
  g_free (log_on->tls);
  g_free (log_on);
}

static gboolean
is_cancelled (Pop3LogOn *log_on)
{
  return g_atomic_int_get (&log_on->stage) == STAGE_CANCELLED;
}

static void
write_journal (const Pop3LogOn *log_on)
{
  Pop3LogOnEvent event = {
    .address = &log_on->address,
    .user = log_on->name,
    .mailbox = log_on->mailbox,
    .method = log_on->method,
    .tls = log_on->tls,
    .answer = log_on->answer,
    .delay_ms = log_on->answer == POP3_ANSWER_NO ? ban_table_delay_ms (log_on->failures + 1) : 0,
  };

  pop3_journal_log_on (&event);
}

static void
finish (gpointer data)
{
  Pop3LogOn *log_on = data;
  Pop3LogOnResult result
      = { log_on->answer, g_steal_pointer (&log_on->maildrop), log_on->mailbox, log_on->words };

  log_on->answered (log_on->user, &result);
  log_on_free (log_on);
}

/* --- A wrong password --- */

static void
on_delay_passed (gpointer data)
{
  Pop3LogOn *log_on = data;

  log_on->is_delayed = FALSE;
  deadline_clear (&log_on->delay);
  worker_post (log_on->worker, finish, log_on);
}

/* From the moment that the client asked: how long the password's check took is nobody's business.
 */
static void
start_delay (Pop3LogOn *log_on)
{
  gint64 passed_ms = (g_get_monotonic_time () - log_on->began_us) / 1000;
  gint64 left_ms = (gint64) ban_table_delay_ms (log_on->failures + 1) - passed_ms;

  deadline_init (&log_on->delay, worker_deadlines (log_on->worker), on_delay_passed, log_on);
  deadline_set (&log_on->delay, (guint64) MAX (left_ms, 1));
  log_on->is_delayed = TRUE;
}

/* When the failure is noted. */
static void
go_on_failing (gpointer data)
{
  Pop3LogOn *log_on = data;

  write_journal (log_on);
  if (log_on->ban.failures > 0)
    {
      pop3_counters_add (&log_on->services->counters, POP3_COUNT_BANS, 1);
      pop3_journal_banned (&log_on->address, &log_on->ban);
    }
  if (is_cancelled (log_on))
    finish (log_on);
  else
    start_delay (log_on);
}

/* In the ban table's thread. */
static void
on_failure_noted (gpointer user_data, const Ban *ban)
{
  Pop3LogOn *log_on = user_data;

  if (ban != NULL)
    log_on->ban = *ban;
  worker_post (log_on->worker, go_on_failing, log_on);
}

/* In a thread of the turnstile, before the client's next password has its turn. Also where the
 * client has gone meanwhile: nobody guesses for nothing. */
static void
fail (Pop3LogOn *log_on)
{
  log_on->answer = POP3_ANSWER_NO;
  pop3_counters_add (&log_on->services->counters, POP3_COUNT_LOG_ONS_FAILED, 1);
  if (!pop3_services_count_failure (log_on->services, &log_on->address, log_on->name,
                                    on_failure_noted, log_on))
    worker_post (log_on->worker, go_on_failing, log_on);
}

/* --- In a thread of the turnstile --- */

static void
look_at_secret (Pop3LogOn *log_on, Credentials *credentials)
{
  g_clear_pointer (&log_on->mailbox, g_free);
  if (log_on->method == POP3_BY_APOP)
    log_on->mailbox
        = credentials_check_apop (credentials, log_on->name, log_on->timestamp, log_on->secret);
  else
    log_on->mailbox = credentials_check_password (credentials, log_on->name, log_on->secret);
}

/* The users may change meanwhile: the mark shall be that of the password which was right. */
static void
check_secret (Pop3LogOn *log_on)
{
  g_autoptr (Credentials) credentials = pop3_services_credentials (log_on->services);

  do
    {
      log_on->mark = credentials_mark (credentials, log_on->name);
      look_at_secret (log_on, credentials);
    }
  while (log_on->mark != credentials_mark (credentials, log_on->name));
  if (log_on->mailbox != NULL
      && !credentials_admit (credentials, log_on->mailbox, &log_on->address))
    g_clear_pointer (&log_on->mailbox, g_free);
}

static void
open_maildrop (Pop3LogOn *log_on)
{
  static const Pop3Answer answers[] = {
    [MAILDROP_OPEN] = POP3_ANSWER_YES,
    [MAILDROP_IN_USE] = POP3_ANSWER_IN_USE,
    [MAILDROP_FAILED] = POP3_ANSWER_TROUBLE,
  };
  g_autofree char *folder = mailbox_folder (log_on->services->state_dir, log_on->mailbox);
  g_autoptr (GError) error = NULL;

  log_on->answer
      = answers[maildrop_open (folder, log_on->services->listings, &log_on->maildrop, &error)];
  if (error != NULL)
    g_warning ("mailbox of %s: %s", log_on->mailbox, error->message);
}

static gboolean
is_banned (Pop3LogOn *log_on)
{
  Ban ban;

  if (!pop3_services_look_up_ban (log_on->services, &log_on->address, &ban))
    {
      log_on->failures = ban.failures;
      return FALSE;
    }
  g_autoptr (GDateTime) end = g_date_time_new_from_unix_utc (ban.until);
  log_on->answer = POP3_ANSWER_BANNED;
  write_journal (log_on);
  log_on->words = g_date_time_format (end, "%F %H:%M UTC");
  return TRUE;
}

/* In the log-on table's writer thread. */
static void
on_written (gpointer user_data, const GError *error)
{
  Pop3LogOn *log_on = user_data;

  /* No +OK without its grant. */
  if (error != NULL)
    {
      g_warning ("the log-on of %s is not recorded: %s", log_on->mailbox, error->message);
      log_on->answer = POP3_ANSWER_TROUBLE;
      g_clear_pointer (&log_on->maildrop, maildrop_close);
    }
  worker_post (log_on->worker, finish, log_on);
}

/* The answer follows. */
static void
record (Pop3LogOn *log_on)
{
  g_autoptr (Policy) policy = policy_holder_get (log_on->services->policies);
  LogonEntry entry = { policy_logon_address (policy, &log_on->address), log_on->address,
                       log_on->mailbox, log_on->mark };
  Pop3Visit visit = { &log_on->address, log_on->mailbox, log_on->method, log_on->tls };

  pop3_visit_note (&visit, 1, 0, log_on->services->devices);
  pop3_counters_add (&log_on->services->counters, POP3_COUNT_LOG_ONS, 1);
  if (policy_records_logon (policy, &log_on->address))
    logon_table_record (log_on->services->logons, &entry, on_written, log_on);
  else
    worker_post (log_on->worker, finish, log_on);
}

/* The password was right: nobody guesses. Who has no +OK has not logged on for all that. It goes on from here: the fewer threads it passes through, the sooner the
 * client has its answer. */
static void
succeed (Pop3LogOn *log_on)
{
  open_maildrop (log_on);
  write_journal (log_on);
  ban_table_succeeded (log_on->services->bans, &log_on->address);
  if (log_on->answer == POP3_ANSWER_YES
      && g_atomic_int_compare_and_exchange (&log_on->stage, STAGE_OPEN, STAGE_RECORDING))
    record (log_on);
  else
    worker_post (log_on->worker, finish, log_on);
}

/* Those in front in the line may have been banned meanwhile, and the client may have gone. */
static void
work (gpointer data)
{
  Pop3LogOn *log_on = data;

  if (is_cancelled (log_on) || is_banned (log_on))
    {
      worker_post (log_on->worker, finish, log_on);
      return;
    }
  check_secret (log_on);
  if (log_on->mailbox != NULL)
    succeed (log_on);
  else
    fail (log_on);
}

Pop3LogOn *
pop3_log_on_start (const Pop3LogOnPlace *place,
                   const Pop3Session *session,
                   Pop3LogOnAnswered answered,
                   gpointer user)
{
  Pop3LogOn *log_on = g_new0 (Pop3LogOn, 1);

  log_on->began_us = g_get_monotonic_time ();
  log_on->services = place->services;
  log_on->worker = place->worker;
  log_on->address = *place->address;
  log_on->answered = answered;
  log_on->user = user;
  log_on->method = session->method;
  log_on->name = g_strdup (session->user);
  log_on->secret = g_strdup (session->secret);
  log_on->timestamp = g_strdup (session->timestamp);
  log_on->tls = g_strdup (place->tls);
  log_on->answer = POP3_ANSWER_TROUBLE; /* unless it is found */
  turnstile_pass (place->services->turnstile, place->worker, place->address,
                  &(TurnstileJob){ work, NULL, log_on });
  return log_on;
}

gboolean
pop3_log_on_cancel (Pop3LogOn *log_on)
{
  (void) g_atomic_int_compare_and_exchange (&log_on->stage, STAGE_OPEN, STAGE_CANCELLED);
  if (log_on->is_delayed)
    on_delay_passed (log_on);
  return is_cancelled (log_on);
}
