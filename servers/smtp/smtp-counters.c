/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-counters.h"

static const char *const names[SMTP_N_COUNTS] = {
  [SMTP_COUNT_SESSIONS] = "sessions",
  [SMTP_COUNT_SESSIONS_TOTAL] = "sessions-total",
  [SMTP_COUNT_MESSAGES_ACCEPTED] = "messages-accepted",
  [SMTP_COUNT_MESSAGES_KEPT] = "messages-kept",
  [SMTP_COUNT_MESSAGES_DISCARDED] = "messages-discarded",
  [SMTP_COUNT_MESSAGES_REFUSED] = "messages-refused",
  [SMTP_COUNT_RECIPIENTS_ACCEPTED] = "recipients-accepted",
  [SMTP_COUNT_RECIPIENTS_RELAYED] = "recipients-relayed",
  [SMTP_COUNT_LOG_ON_GRANTS_USED] = "log-on-grants-used",
  [SMTP_COUNT_TLS_SESSIONS_TOTAL] = "tls-sessions-total",
  [SMTP_COUNT_LOG_ONS] = "log-ons",
  [SMTP_COUNT_LOG_ONS_FAILED] = "log-ons-failed",
  [SMTP_COUNT_REFUSED_CONNECTION] = "refused-connection",
  [SMTP_COUNT_REFUSED_BLOCKLISTED] = "refused-blocklisted",
  [SMTP_COUNT_REFUSED_TOO_EARLY] = "refused-too-early",
  [SMTP_COUNT_REFUSED_LIMIT] = "refused-limit",
  [SMTP_COUNT_REFUSED_BANNED] = "refused-banned",
  [SMTP_COUNT_REFUSED_RELAY] = "refused-relay",
  [SMTP_COUNT_REFUSED_SUBMISSION] = "refused-submission",
  [SMTP_COUNT_REFUSED_GRANT] = "refused-grant",
  [SMTP_COUNT_REFUSED_SENDER] = "refused-sender",
  [SMTP_COUNT_REFUSED_UNKNOWN_USER] = "refused-unknown-user",
  [SMTP_COUNT_REFUSED_MAILBOX_FULL] = "refused-mailbox-full",
};

guint64
smtp_counters_add (SmtpCounters *counters, SmtpCount count, gint64 by)
{
  return __atomic_add_fetch (&counters->values[count], (guint64) by, __ATOMIC_RELAXED);
}

void
smtp_counters_to_variant (SmtpCounters *counters, GVariantBuilder *builder)
{
  for (gsize i = 0; i < SMTP_N_COUNTS; i++)
    g_variant_builder_add (builder, "{st}", names[i],
                           __atomic_load_n (&counters->values[i], __ATOMIC_RELAXED));
}
