/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-journal.h"

#include "core/log/log-event.h"

#include <string.h>

G_STATIC_ASSERT (N_VERDICTS <= 32);

#define NUMBER_MAX 24

/* Writes a number where a field can point to it. */
static const char *
number (char text[NUMBER_MAX], guint64 value)
{
  g_snprintf (text, NUMBER_MAX, "%" G_GUINT64_FORMAT, value);
  return text;
}

void
smtp_journal_session_ended (const SmtpCaller *caller,
                            const SmtpSession *session,
                            const SmtpSessionSummary *summary)
{
  char messages[NUMBER_MAX], refusals[NUMBER_MAX], duration[NUMBER_MAX];
  log_event ("session-ended",
             (LogField[]){
                 { "client", caller->text },
                 { "user", session->user },
                 { "helo", session->helo },
                 { "tls", caller->tls },
                 { "messages", number (messages, summary->messages) },
                 { "refusals", number (refusals, summary->refusals) },
                 { "duration_ms", number (duration, (guint64) summary->milliseconds) },
                 { "reason", summary->reason },
                 { NULL },
             });
}

void
smtp_journal_refused (const SmtpRefusedMail *mail, const char *helo, const SmtpDecision *decision)
{
  log_event ("refused", (LogField[]){
                            { "client", mail->client },
                            { "user", mail->user },
                            { "helo", helo },
                            { "sender", mail->sender },
                            { "recipient", mail->recipient },
                            { "rule", decision->rule },
                            { "setting", decision->setting },
                            { "reason", decision->reason },
                            { NULL },
                        });
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
smtp_journal_accepted (const SmtpJournalMessage *entry)
{
  static const char *const events[] = {
    [SMTP_FATE_QUEUED] = "accepted",
    [SMTP_FATE_KEPT] = "kept",
    [SMTP_FATE_DISCARDED] = "discarded",
  };
  const SmtpMessage *message = entry->message;
  g_autofree char *rules = verdict_words (entry->verdicts);
  char id[ENVELOPE_ID_TEXT_MAX], recipients[NUMBER_MAX], size[NUMBER_MAX];

  log_event (events[smtp_message_fate (message)],
             (LogField[]){
                 { "id", envelope_id_to_string (smtp_message_id (message), id) },
                 { "client", entry->caller->text },
                 { "user", smtp_message_user (message) },
                 { "door", smtp_door_word (entry->caller->door) },
                 { "sender", smtp_message_sender (message) },
                 { "recipients", number (recipients, entry->recipients) },
                 { "size", number (size, smtp_message_size (message)) },
                 { "rule", smtp_message_filter (message) },
                 { "rules", rules },
                 { "tls", entry->caller->tls },
                 { NULL },
             });
}

void
smtp_journal_message_refused (const SmtpJournalMessage *entry, const char *reply)
{
  g_autofree char *said = g_strchomp (g_strdup (reply));
  char size[NUMBER_MAX];

  log_event ("message-refused", (LogField[]){
                                    { "client", entry->caller->text },
                                    { "user", smtp_message_user (entry->message) },
                                    { "sender", smtp_message_sender (entry->message) },
                                    { "size", number (size, smtp_message_size (entry->message)) },
                                    { "reply", said },
                                    { NULL },
                                });
}

/* --- Log-ons --- */

SmtpJournalLogOn
smtp_journal_log_on_new (const SmtpCaller *caller, const SaslExchange *exchange)
{
  SmtpJournalLogOn entry = {
    .user = g_strdup (exchange->user),
    .how = exchange->mechanism == SASL_PLAIN ? "plain" : "login",
    .tls = g_strdup (caller->tls),
  };
  g_strlcpy (entry.client, caller->text, sizeof entry.client);
  return entry;
}

void
smtp_journal_log_on_clear (SmtpJournalLogOn *entry)
{
  g_clear_pointer (&entry->user, g_free);
  g_clear_pointer (&entry->tls, g_free);
}

void
smtp_journal_log_on (const SmtpJournalLogOn *entry)
{
  log_event ("log-on", (LogField[]){
                           { "client", entry->client },
                           { "user", entry->user },
                           { "how", entry->how },
                           { "tls", entry->tls },
                           { NULL },
                       });
}

void
smtp_journal_log_on_failed (const SmtpJournalLogOn *entry, const char *reason, guint delay_ms)
{
  char delay[NUMBER_MAX];
  log_event ("log-on-failed", (LogField[]){
                                  { "client", entry->client },
                                  { "user", entry->user },
                                  { "how", entry->how },
                                  { "tls", entry->tls },
                                  { "reason", reason },
                                  { "delay_ms", delay_ms > 0 ? number (delay, delay_ms) : NULL },
                                  { NULL },
                              });
}

void
smtp_journal_banned (const Ban *ban)
{
  g_autoptr (GDateTime) end = g_date_time_new_from_unix_utc (ban->until);
  g_autofree char *until = end ? g_date_time_format (end, "%Y-%m-%dT%H:%M:%SZ") : NULL;
  char client[IP_NETWORK_TEXT_MAX], failures[NUMBER_MAX];
  ip_address_to_string (&ban->address, client);

  log_event ("banned", (LogField[]){
                           { "client", client },
                           { "until", until },
                           { "failures", number (failures, ban->failures) },
                           { NULL },
                       });
}
