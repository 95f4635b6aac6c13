/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/bench/latencies.h"
#include "tests/bench/stream.h"

/**
 * SECTION: pop3-reader
 *
 * Sessions that read mail through POP3 as a program does (RFC 1939), each a step at a time. What is
 * counted is a *try*: a log-on, from the connection to the goodbye; or the reading of a message.
 */
typedef enum
{
  POP3_READER_LOG_ON, /* USER, PASS, STAT, QUIT, each time on a connection of its own */
  POP3_READER_RETR    /* one log-on a session, then messages at random */
} Pop3ReaderAim;

typedef struct
{
  Pop3ReaderAim aim;
  StreamAddress to;
  StreamSources *sources; /* (unowned) */
  guint tries;            /* in all */
  const char *user;       /* (unowned) a # in it is the session's number, from 0, as only one
                                  session at a time has a mailbox */
  const char *password;   /* (unowned) */
} Pop3ReaderPlan;

typedef struct
{
  guint count;       /* that went well */
  guint failed;      /* refused, or the connection was lost */
  char *words;       /* (owned) (nullable) of the server, when it refused last */
  int problem;       /* of the connection that was lost last */
  guint64 bytes;     /* of messages */
  gint64 seconds_us; /* from the first try's beginning to the last one's end */
  Latencies latencies;
} Pop3ReaderResult;

/** Reads by @n_sessions at the same time until all tries have ended. With POP3_READER_RETR, the time
 * begins when all have logged on. Returns: FALSE when nothing moved for LOOP_PATIENCE_SECONDS */
gboolean pop3_reader_run (const Pop3ReaderPlan *plan, guint n_sessions, Pop3ReaderResult *result);

void pop3_reader_result_clear (Pop3ReaderResult *result);
