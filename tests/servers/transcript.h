/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: transcript
 *
 * A dialogue written down, as a test and as a tour: tests/transcripts/PROTOCOL/NAME.txt. A line is
 * one of
 *
 *   # a comment
 *   C: what the client sends                (fed to the session)
 *   S: the line that the server answers     (expected)
 *   Q: the question that the session asks   (expected, in the words of the test's describe
 * function) A: the answer that it gets              (fed to the session) X: what else happens to
 * the session     (fed: "time-out", ...)
 *
 * The session's output is a list of lines, "S: ..." and "Q: ...", in their order. After each fed
 * line, what came out must be exactly what stands before the next fed line. In every line, \r \n \0
 * \t \\ and \xHH stand for such bytes; a line "C:" with nothing behind is an empty line, "C: x\"
 * has a bare backslash only when doubled.
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
