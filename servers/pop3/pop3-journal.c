/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-journal.h"

#include "core/log/log-event.h"

static const char *const methods[] = {
  [POP3_BY_PASS] = "pass",
  [POP3_BY_APOP] = "apop",
  [POP3_BY_AUTH] = "sasl",
};

const char *
pop3_journal_method_word (Pop3Method method)
{
  return methods[method];
}

void
pop3_journal_session_ended (const Pop3SessionSummary *summary)
{
  g_autofree char *retrieved = g_strdup_printf ("%u", summary->retrieved);
  g_autofree char *deleted = g_strdup_printf ("%u", summary->deleted);
  g_autofree char *duration = g_strdup_printf ("%" G_GINT64_FORMAT, summary->milliseconds);
  const LogField fields[] = {
    { "client", summary->client },
    { "user", summary->mailbox },
    { "how", summary->mailbox != NULL ? methods[summary->method] : NULL },
    { "tls", summary->tls },
    { "retrieved", retrieved },
    { "deleted", deleted },
    { "duration_ms", duration },
    { "reason", summary->reason },
    { NULL },
  };

  log_event ("session-ended", fields);
}

void
pop3_journal_log_on (const Pop3LogOnEvent *event)
{
  static const char *const reasons[] = {
    [POP3_ANSWER_NO] = "the user name or the password is wrong",
    [POP3_ANSWER_IN_USE] = "the mailbox is open in another session",
    [POP3_ANSWER_BANNED] = "the address is banned",
    [POP3_ANSWER_TROUBLE] = "the mailbox can't be opened",
  };
  char client[IP_NETWORK_TEXT_MAX];
  g_autofree char *delay = event->delay_ms > 0 ? g_strdup_printf ("%u", event->delay_ms) : NULL;
  const LogField fields[] = {
    { "client", ip_address_to_string (event->address, client) },
    { "user", event->mailbox != NULL ? event->mailbox : event->user },
    { "how", methods[event->method] },
    { "tls", event->tls },
    { "reason", event->answer == POP3_ANSWER_YES ? NULL : reasons[event->answer] },
    { "delay_ms", delay },
    { NULL },
  };

  log_event (event->mailbox != NULL ? "log-on" : "log-on-failed", fields);
}

void
pop3_journal_banned (const IpAddress *address, const Ban *ban)
{
  g_autoptr (GDateTime) end = g_date_time_new_from_unix_utc (ban->until);
  g_autofree char *until = g_date_time_format_iso8601 (end);
  g_autofree char *failures = g_strdup_printf ("%u", ban->failures);
  char client[IP_NETWORK_TEXT_MAX];
  const LogField fields[] = {
    { "client", ip_address_to_string (address, client) },
    { "until", until },
    { "failures", failures },
    { NULL },
  };

  log_event ("banned", fields);
}
