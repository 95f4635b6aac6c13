/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: transcript
 *
 * A dialogue written down, as a test and as a tour: tests/transcripts/PROTOCOL/NAME.txt.
 *
 * "C: text" is what the client sends; it is fed to the session.
 *
 * "S: text" is expected: a line that the server answers.
 *
 * "Q: text" is expected: the question that the session asks, in the words of the test's describe
 * function.
 *
 * "A: text" is the answer to it; it is fed to the session.
 *
 * "X: text" is fed: what else happens to the session ("time-out", ...).
 *
 * "# text" is a comment.
 *
 * What the session says, S and Q lines in their order, must be, after each fed line, exactly what
 * stands before the next fed line. In every line, \r \n \t \0 \\ and \xHH stand for such bytes;
 * "C:" with nothing behind it is an empty line.
 */

typedef struct _Transcript Transcript;

/** What the tested protocol gives. */
typedef struct
{
  /** Makes the session; what it says first (the greeting) goes to transcript_put(). */
  gpointer (*start) (Transcript *transcript);

  /** A line was fed: @kind is 'C', 'A' or 'X'; @text is (array length=length), NUL-terminated too.
   * Output goes to transcript_put(). */
  void (*feed) (gpointer session, char kind, const char *text, gsize length);

  void (*end) (gpointer session);
} TranscriptProtocol;

/**
 * transcript_put:
 * @kind: 'S' or 'Q'
 *
 * Reports a line of output: a reply's line without its CR LF, or a question.
 */
void transcript_put (Transcript *transcript, char kind, const char *text, gsize length);

/** Reports a reply of one or more lines, each with CR LF at its end. */
void transcript_put_lines (Transcript *transcript, const char *lines, gsize length);

/** Adds a test "/GROUP/NAME" for each NAME.txt of @folder; there must be one at least. */
void
transcript_add_tests (const char *group, const char *folder, const TranscriptProtocol *protocol);
