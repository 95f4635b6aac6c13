/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-log-on.h"

#include <string.h>

#include "servers/mail/mailbox.h"

struct _Pop3LogOn
{
  Pop3Services *services;
  Worker *worker;
  IpAddress address;
  Pop3LogOnAnswered answered;
  gpointer user;

  char *name;      /* (owned) of the user */
  char *secret;    /* (owned) the password, or the digest */
  char *timestamp; /* (owned) (nullable) for APOP */
  char *mailbox;   /* (owned) (nullable) of the user whose password it is */
  Pop3Answer answer;
  Maildrop *maildrop; /* (owned) (nullable) */
  gboolean is_cancelled;
  gboolean is_being_recorded;
};

static void
log_on_finish (Pop3LogOn *log_on)
{
  log_on->answered (log_on->user, log_on->answer, g_steal_pointer (&log_on->maildrop));
  explicit_bzero (log_on->secret, strlen (log_on->secret));
  g_free (log_on->secret);
  g_free (log_on->timestamp);
  g_free (log_on->mailbox);
  g_free (log_on->name);
  g_free (log_on);
}

/* --- In the thread pool --- */

static void
check_secret (Pop3LogOn *log_on)
{
  g_autoptr (Credentials) credentials = pop3_services_credentials (log_on->services);

  if (log_on->timestamp != NULL)
    log_on->mailbox
        = credentials_check_apop (credentials, log_on->name, log_on->timestamp, log_on->secret);
  else
    log_on->mailbox = credentials_check_password (credentials, log_on->name, log_on->secret);
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

  log_on->answer = answers[maildrop_open (folder, &log_on->maildrop, &error)];
  if (error != NULL)
    g_warning ("mailbox of %s: %s", log_on->mailbox, error->message);
}

static void
work (gpointer data)
{
  Pop3LogOn *log_on = data;

  log_on->answer = POP3_ANSWER_NO;
  check_secret (log_on);
  if (log_on->mailbox != NULL)
    open_maildrop (log_on);
}

/* --- In the worker's thread, but for the call from the table's writer --- */

static void
on_recorded (gpointer data)
{
  log_on_finish (data);
}

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
  worker_post (log_on->worker, on_recorded, log_on);
}

static void
on_worked (gpointer data)
{
  Pop3LogOn *log_on = data;

  if (log_on->is_cancelled || log_on->answer == POP3_ANSWER_NO
      || log_on->answer == POP3_ANSWER_TROUBLE)
    {
      log_on_finish (log_on);
      return;
    }
  log_on->is_being_recorded = TRUE;
  logon_table_record (log_on->services->logons, &log_on->address, log_on->mailbox, on_written,
                      log_on);
}

Pop3LogOn *
pop3_log_on_start (const Pop3LogOnPlace *place,
                   const Pop3Session *session,
                   Pop3LogOnAnswered answered,
                   gpointer user)
{
  Pop3LogOn *log_on = g_new0 (Pop3LogOn, 1);

  log_on->services = place->services;
  log_on->worker = place->worker;
  log_on->address = *place->address;
  log_on->answered = answered;
  log_on->user = user;
  log_on->name = g_strdup (session->user);
  log_on->secret = g_strdup (session->secret);
  log_on->timestamp = session->is_apop ? g_strdup (session->timestamp) : NULL;
  worker_block (place->worker, work, on_worked, log_on);
  return log_on;
}

gboolean
pop3_log_on_cancel (Pop3LogOn *log_on)
{
  log_on->is_cancelled = TRUE;
  return !log_on->is_being_recorded;
}
