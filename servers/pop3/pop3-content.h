/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: pop3-content
 *
 * A mail on its way from its file to the client (RFC 1939, section 3): each line ends in CR LF, a
 * dot at a line's start is doubled, and after so many lines of the body it is enough (TOP). Fed in
 * pieces of any size.
 */
typedef struct
{
  gint64 lines_left; /* of the body; negative for all */
  gboolean in_body;
  gsize line_length; /* of what has come of the line */
  char last;         /* the byte before; '\0' at the start */
} Pop3Content;

/** @lines: how many lines of the body follow the header; -1 for all */
void pop3_content_init (Pop3Content *content, gint64 lines);

/** Appends what the client gets of @bytes to @output. */
void pop3_content_feed (Pop3Content *content, const char *bytes, gsize length, GString *output);

/** Whether the client needs no more. */
gboolean pop3_content_is_full (const Pop3Content *content);

/** The mail has ended: ends the last line, if its end is missing. The "." after it is not appended.
 */
void pop3_content_end (Pop3Content *content, GString *output);
