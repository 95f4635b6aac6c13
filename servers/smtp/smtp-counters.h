/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** What the SMTP server counts: since its start, but for the sessions, which are those open now. */
typedef enum
{
  SMTP_COUNT_SESSIONS,
  SMTP_COUNT_SESSIONS_TOTAL,
  SMTP_COUNT_MESSAGES_ACCEPTED,
  SMTP_COUNT_MESSAGES_KEPT,      /* of those: by a filter */
  SMTP_COUNT_MESSAGES_DISCARDED, /* by a filter, and not among those accepted */
  SMTP_COUNT_MESSAGES_REFUSED,   /* for their content, or for trouble of ours */
  SMTP_COUNT_RECIPIENTS_ACCEPTED,
  SMTP_COUNT_RECIPIENTS_RELAYED, /* of those: not local */
  SMTP_COUNT_LOG_ON_GRANTS_USED, /* of those: thanks to a log-on to the POP server */
  SMTP_COUNT_TLS_SESSIONS_TOTAL,
  SMTP_COUNT_LOG_ONS, /* with SMTP AUTH */
  SMTP_COUNT_LOG_ONS_FAILED,
  SMTP_COUNT_REFUSED_CONNECTION,
  SMTP_COUNT_REFUSED_BLOCKLISTED, /* of those: by DNS blocklists */
  SMTP_COUNT_REFUSED_TOO_EARLY,   /* spoke before the greeting */
  SMTP_COUNT_REFUSED_LIMIT,  /* sessions, connections or messages of one client, all sessions */
  SMTP_COUNT_REFUSED_BANNED, /* log-ons of banned clients */
  SMTP_COUNT_REFUSED_RELAY,
  SMTP_COUNT_REFUSED_SUBMISSION, /* of those: came for submission, and is nobody who may */
  SMTP_COUNT_REFUSED_GRANT,      /* of those: the log-on was good for so much, and no more */
  SMTP_COUNT_REFUSED_SENDER,     /* of those: no address of the user who logged on */
  SMTP_COUNT_REFUSED_UNKNOWN_USER,
  SMTP_COUNT_REFUSED_MAILBOX_FULL,
  SMTP_N_COUNTS
} SmtpCount;

typedef struct
{
  guint64 values[SMTP_N_COUNTS]; /* atomic */
} SmtpCounters;

/** From any thread. Returns the new value. */
guint64 smtp_counters_add (SmtpCounters *counters, SmtpCount count, gint64 by);

/** Adds all of them, by name, to an a{st}. */
void smtp_counters_to_variant (SmtpCounters *counters, GVariantBuilder *builder);
