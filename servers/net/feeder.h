/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/connection.h"
#include "servers/net/line-reader.h"

/**
 * SECTION: feeder
 *
 * Feeds a server's conversation with what comes at its connection, line by line: the next one only
 * when the conversation is ready for it and the client takes our replies, so that replies come in
 * the order of the commands, however many came at once; and so many in a row that the others of the
 * worker have their turn, too.
 *
 * Who was not ready and is now calls connection_resume(); so does drained().
 *
 * A conversation that starts TLS at a line looks whether bytes are waiting behind it: they came in
 * clear, and are to be refused (RFC 3207, section 6). They are not fed any more in any case.
 */
typedef struct
{
  /** Whether the next line, or content, may come: no question is open, and it is not ending. */
  gboolean (*is_ready) (gpointer user);

  /** A whole line, without its CR LF. */
  void (*line) (gpointer user, const char *text, gsize length);

  /** A line that is none: LINE_TOO_LONG or LINE_BROKEN; it has been dropped. */
  void (*fault) (gpointer user, LineKind kind);

  /** Bytes, while Feeder.reads_content is set. Returns how many were taken; 0: more are needed for
   * that. May be %NULL where that is never set. */
  gsize (*content) (gpointer user, const char *bytes, gsize length);
} FeederEvents;

/** In its conversation; its members may be changed between the lines. */
typedef struct
{
  Connection *connection;     /* (unowned) */
  const FeederEvents *events; /* (unowned) */
  gpointer user;
  LineReader lines; /* with the limit for a line */
  gboolean reads_content;
  gsize waiting; /* within line() and fault(): how many bytes have come behind the line */
} Feeder;

/** How many lines and pieces of content are fed before others have their turn. */
#define FEEDER_STEPS_A_TURN 32

/** For ConnectionEvents.received, in its own words: returns how many bytes were taken. */
gsize feeder_take (Feeder *feeder, const char *bytes, gsize length);
