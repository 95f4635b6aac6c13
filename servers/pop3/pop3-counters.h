/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** What the POP3 server counts: since its start, but for the sessions, which are those open now. */
typedef enum
{
  POP3_COUNT_SESSIONS,
  POP3_COUNT_SESSIONS_TOTAL,
  POP3_COUNT_TLS_SESSIONS_TOTAL,
  POP3_COUNT_LOG_ONS,
  POP3_COUNT_LOG_ONS_FAILED, /* wrong name or password */
  POP3_COUNT_BANS,           /* addresses that failed here once too often */
  POP3_COUNT_MESSAGES_RETRIEVED,
  POP3_COUNT_MESSAGES_DELETED,
  POP3_N_COUNTS
} Pop3Count;

typedef struct
{
  guint64 values[POP3_N_COUNTS]; /* atomic */
} Pop3Counters;

/** From any thread. Returns the new value. */
guint64 pop3_counters_add (Pop3Counters *counters, Pop3Count count, gint64 by);

/** Adds all of them, by name, to an a{st}. */
void pop3_counters_to_variant (Pop3Counters *counters, GVariantBuilder *builder);
