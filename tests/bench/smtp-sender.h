/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/bench/latencies.h"
#include "tests/bench/letter.h"
#include "tests/bench/stream.h"

#include <stdio.h>

/**
 * SECTION: smtp-sender
 *
 * Sessions that send through SMTP as a client does (RFC 5321, section 3), each a step at a time,
 * and count what becomes of it.
 *
 * What is counted is a *try*: a message; with SMTP_SENDER_RECIPIENTS a recipient; with
 * SMTP_SENDER_CONNECTIONS a connection. It ends in one of three: accepted by the last 250 (or
 * greeted), refused by a reply of 4yz or 5yz, or failed: the connection was lost before that.
 */
typedef enum
{
  SMTP_SENDER_MESSAGES,
  SMTP_SENDER_ENVELOPES,  /* RSET after RCPT */
  SMTP_SENDER_RECIPIENTS, /* RCPT again and again */
  SMTP_SENDER_CONNECTIONS /* up to the greeting; one that is closed without it is refused */
} SmtpSenderAim;

typedef struct
{
  SmtpSenderAim aim;
  StreamAddress to;
  StreamSources *sources;  /* (unowned) */
  guint tries;             /* in all */
  guint per_connection;    /* tries of one connection */
  gboolean has_pipelining; /* MAIL, RCPT and DATA go together (RFC 2920) */
  const char *from;        /* (unowned) */
  const char *recipient;   /* (unowned) */
  const char *tag;         /* (unowned) of the Message-IDs */
  gsize size;              /* of a message */
  FILE *accepted_file;     /* (unowned) (nullable) Message-IDs that were accepted, a line each */
} SmtpSenderPlan;

typedef struct
{
  guint accepted;
  guint refused;
  guint failed;
  int problem;         /* of the last that failed: an errno, or 0 */
  gint64 begun_us;     /* when the first connection was begun, by g_get_monotonic_time () */
  gint64 ended_us;     /* when the last try had ended */
  Latencies latencies; /* of those accepted, or refused where the aim is that */
} SmtpSenderResult;

/** Sends by @n_sessions at the same time until all tries have ended. Returns: FALSE when nothing
 * moved for LOOP_PATIENCE_SECONDS; @result has what was counted until then. */
gboolean smtp_sender_run (const SmtpSenderPlan *plan, guint n_sessions, SmtpSenderResult *result);

void smtp_sender_result_clear (SmtpSenderResult *result);
