/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-counters.h"

static const char *const names[POP3_N_COUNTS] = {
  [POP3_COUNT_SESSIONS] = "sessions",
  [POP3_COUNT_SESSIONS_TOTAL] = "sessions-total",
  [POP3_COUNT_TLS_SESSIONS_TOTAL] = "tls-sessions-total",
  [POP3_COUNT_BANS] = "bans",
  [POP3_COUNT_LOG_ONS] = "log-ons",
  [POP3_COUNT_LOG_ONS_FAILED] = "log-ons-failed",
  [POP3_COUNT_MESSAGES_RETRIEVED] = "messages-retrieved",
  [POP3_COUNT_MESSAGES_DELETED] = "messages-deleted",
};

guint64
pop3_counters_add (Pop3Counters *counters, Pop3Count count, gint64 by)
{
  return __atomic_add_fetch (&counters->values[count], (guint64) by, __ATOMIC_RELAXED);
}

void
pop3_counters_to_variant (Pop3Counters *counters, GVariantBuilder *builder)
{
  for (gsize i = 0; i < POP3_N_COUNTS; i++)
    g_variant_builder_add (builder, "{st}", names[i],
                           __atomic_load_n (&counters->values[i], __ATOMIC_RELAXED));
}
