/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

typedef enum
{
  LINE_WHOLE,    /* a line that ends in CR LF */
  LINE_PARTIAL,  /* no end yet, and not too long yet: nothing is taken */
  LINE_TOO_LONG, /* longer than the limit: what is there of it is to be dropped, up to and with its CR LF, when that comes */
  LINE_BROKEN    /* a bare CR, a bare LF or a NUL stands in it: taken up to and with its CR LF */
} LineKind;

typedef struct
{
  LineKind kind;
  const char *text; /* (unowned) without its CR LF; not NUL-terminated */
  gsize length;     /* of text */
  gsize taken;      /* bytes to drop from the input, CR LF included */
} Line;

/**
 * line_reader_next:
 * @limit: the longest line, CR LF included (RFC 5321, section 4.5.3.1.4: 512 for a command; RFC 1939: 255)
 *
 * Cuts the next line from the front of @bytes. Only CR LF ends a line (RFC 5321, section 2.3.8). No state: who gets
 * LINE_TOO_LONG remembers it, and drops what comes until a line end.
 */
Line line_reader_next (const char *bytes, gsize length, gsize limit);
