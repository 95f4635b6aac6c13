/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-journal.h"

#include <string.h>

G_STATIC_ASSERT (N_VERDICTS <= 32);

/* Returns: (transfer full): text that can't leave its quotation marks. */
static char *
quote (const char *text)
{
  g_autofree char *escaped = g_strescape (text, NULL);
  return g_strdup_printf ("\"%s\"", escaped);
}

static char *
quote_address (const MailAddress *address)
{
  g_autofree char *text = address ? mail_address_to_string (address) : g_strdup ("");
  return quote (text);
}

void
smtp_journal_session_ended (const SmtpSessionSummary *summary)
{
  g_message ("session ended: client=%s messages=%u refusals=%u ms=%" G_GINT64_FORMAT "%s%s",
             summary->client, summary->messages, summary->refusals, summary->milliseconds,
             summary->reason ? " reason=" : "", summary->reason ? summary->reason : "");
}

static char *
verdict_words (guint verdicts)
{
  g_autoptr (GString) words = g_string_new (NULL);
  for (Verdict verdict = 0; verdict < N_VERDICTS; verdict++)
    if (verdicts & (1u << verdict))
      g_string_append_printf (words, "%s%s", words->len > 0 ? "," : "", verdict_word (verdict));
  return g_string_free (g_steal_pointer (&words), FALSE);
}

void
smtp_journal_accepted (const char *client,
                       const SmtpTransaction *transaction,
                       const SmtpMessage *message,
                       guint verdicts)
{
  g_autofree char *sender = quote_address (transaction->sender);
  g_autofree char *rules = verdict_words (verdicts);
  char id[ENVELOPE_ID_TEXT_MAX];

  g_message ("accepted: id=%s client=%s sender=%s recipients=%u size=%" G_GSIZE_FORMAT " rules=%s",
             envelope_id_to_string (smtp_message_id (message), id), client, sender,
             transaction->recipients->len, smtp_message_size (message), rules);
}

void
smtp_journal_refused (const char *client, const SmtpSession *session, const SmtpDecision *decision)
{
  g_autofree char *helo = quote (session->helo ? session->helo : "");
  g_autofree char *sender = quote_address (session->transaction.sender);
  g_autofree char *recipient = quote_address (session->transaction.candidate);

  g_message ("refused: client=%s helo=%s sender=%s recipient=%s rule=%s reason=\"%s\"", client,
             helo, sender, recipient, decision->rule, decision->reason);
}

void
smtp_journal_message_refused (const char *client, const SmtpMessage *message, const char *reply)
{
  g_autofree char *sender = quote (smtp_message_sender (message));
  g_autofree char *said = g_strchomp (g_strdup (reply));

  g_message ("refused message: client=%s sender=%s reply=\"%s\"", client, sender, said);
}
