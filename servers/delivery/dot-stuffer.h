/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: dot-stuffer
 *
 * A message's content as it travels after DATA (RFC 5321, section 4.5.2): piece by piece, with a
 * dot doubled at the front of a line, and the line with the single dot at its end.
 */
typedef struct
{
  const char *content; /* (unowned) */
  gsize length;
  gsize position;
  gboolean at_line_start;
  gboolean ended;
} DotStuffer;

/** @content: outlives the stuffer; its lines end in CR LF */
void dot_stuffer_init (DotStuffer *stuffer, GBytes *content);

/** Appends the next piece, made of at most @limit bytes of the content (1 and up), to @output.
 * Returns FALSE when that was the last one. */
gboolean dot_stuffer_next (DotStuffer *stuffer, gsize limit, GString *output);
