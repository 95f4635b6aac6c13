/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-journal.h"

/* Returns: (transfer full): text that can't leave its quotation marks */
static char *
quote (const char *text)
{
  g_autofree char *escaped = g_strescape (text, NULL);

  return g_strdup_printf ("\"%s\"", escaped);
}

static const char *
how (gboolean is_apop)
{
  return is_apop ? "apop" : "pass";
}

void
pop3_journal_session_ended (const Pop3SessionSummary *summary)
{
  g_autofree char *user = quote (summary->mailbox != NULL ? summary->mailbox : "");

  g_message (
      "session ended: client=%s user=%s how=%s retrieved=%u deleted=%u ms=%" G_GINT64_FORMAT "%s%s",
      summary->client, user, summary->mailbox != NULL ? how (summary->is_apop) : "none",
      summary->retrieved, summary->deleted, summary->milliseconds,
      summary->reason != NULL ? " reason=" : "", summary->reason != NULL ? summary->reason : "");
}

void
pop3_journal_no_mailbox (const char *client, const Pop3Session *session, Pop3Answer answer)
{
  static const char *const texts[] = {
    [POP3_ANSWER_YES] = "logged on",
    [POP3_ANSWER_NO] = "log-on failed",
    [POP3_ANSWER_IN_USE] = "logged on, but the mailbox is in use",
    [POP3_ANSWER_TROUBLE] = "log-on not possible",
  };
  g_autofree char *user = quote (session->user);

  g_message ("%s: client=%s user=%s how=%s", texts[answer], client, user, how (session->is_apop));
}
