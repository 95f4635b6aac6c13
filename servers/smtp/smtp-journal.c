/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-journal.h"

#include <string.h>

G_STATIC_ASSERT (N_VERDICTS <= 32);

/* Appends a value that can't leave its quotation marks. */
static void
append_quoted (GString *line, const char *name, const char *value)
{
  g_autofree char *escaped = g_strescape (value, NULL);
  g_string_append_printf (line, " %s=\"%s\"", name, escaped);
}

static void
append_address (GString *line, const char *name, const MailAddress *address)
{
  if (!address)
    return;
  g_autofree char *text = mail_address_to_string (address);
  append_quoted (line, name, text);
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
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *rules = verdict_words (verdicts);
  char id[ENVELOPE_ID_TEXT_MAX];

  append_quoted (line, "sender", smtp_message_sender (message));
  g_message ("accepted: id=%s client=%s%s recipients=%u size=%" G_GSIZE_FORMAT " rules=%s",
             envelope_id_to_string (smtp_message_id (message), id), client, line->str,
             transaction->recipients->len, smtp_message_size (message), rules);
}

void
smtp_journal_refused (const char *client, const SmtpSession *session, const SmtpDecision *decision)
{
  g_autoptr (GString) line = g_string_new (NULL);

  if (session->helo)
    append_quoted (line, "helo", session->helo);
  append_address (line, "sender", session->transaction.sender);
  append_address (line, "recipient", session->transaction.candidate);
  append_quoted (line, "reason", decision->reason);
  g_message ("refused: client=%s rule=%s%s", client, decision->rule, line->str);
}

void
smtp_journal_message_refused (const char *client, const SmtpMessage *message, const char *reply)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *said = g_strchomp (g_strdup (reply));

  append_quoted (line, "sender", smtp_message_sender (message));
  append_quoted (line, "reply", said);
  g_message ("refused message: client=%s%s", client, line->str);
}
