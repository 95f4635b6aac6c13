/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

typedef enum
{
  LINE_WHOLE,    /* a line that ends in CR LF */
  LINE_PARTIAL,  /* no end yet, and not too long yet: nothing is taken */
  LINE_TOO_LONG, /* longer than the limit: what is there of it is to be dropped, up to and with its
                    CR LF, when that comes */
  LINE_BROKEN    /* a bare CR, a bare LF or a NUL stands in it: taken up to and with its CR LF */
} LineKind;

typedef struct
{
  LineKind kind;
  const char *text; /* (unowned) without its CR LF; not NUL-terminated */
  gsize length;     /* of text */
  gsize taken;      /* bytes to drop from the input, CR LF included */
  gboolean
      ended; /* the CR LF is among them; otherwise (LINE_TOO_LONG) go on with line_reader_skip() */
} Line;

/**
 * line_reader_next:
 * @limit: the longest line, CR LF included (RFC 5321, section 4.5.3.1.4: 512 for a command; RFC
 * 1939: 255)
 *
 * Cuts the next line from the front of @bytes. Only CR LF ends a line (RFC 5321, section 2.3.8). No
 * state: who gets LINE_TOO_LONG that has not ended remembers it, and drops what comes with
 * line_reader_skip() until the line has ended.
 */
Line line_reader_next (const char *bytes, gsize length, gsize limit);

/**
 * line_reader_skip:
 * @ended: gets whether the CR LF is among the bytes to drop
 *
 * Returns: how many bytes to drop of a line that is too long: up to and with its CR LF, or, where
 * that has not come yet, all but a CR at the end
 */
gsize line_reader_skip (const char *bytes, gsize length, gboolean *ended);
