/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

typedef enum
{
  LINE_WHOLE,    /* a line that ends in CR LF */
  LINE_PARTIAL,  /* the line has no end yet; what is taken belongs to one that is too long */
  LINE_TOO_LONG, /* the end of a line that was longer than the limit; its text is gone */
  LINE_BROKEN    /* a bare CR, a bare LF or a NUL stands in it */
} LineKind;

typedef struct
{
  LineKind kind;
  const char *text; /* (unowned) of a whole line, without its CR LF; not NUL-terminated */
  gsize length;     /* of text */
  gsize taken;      /* bytes to drop from the input, CR LF included */
} Line;

/** Cuts the bytes of one peer into lines. */
typedef struct
{
  gsize limit; /* the longest line, CR LF included, such as 512 (RFC 5321, section 4.5.3.1.4) */
  gboolean is_skipping; /* the rest of a line that is too long is dropped as it comes */
} LineReader;

/**
 * line_reader_next:
 *
 * Cuts the next line from the front of @bytes, which begin where the last call's Line.taken ended.
 * Only CR LF ends a line (RFC 5321, section 2.3.8). However the bytes come in pieces, the lines are
 * the same; and each line, however long, is one.
 */
Line line_reader_next (LineReader *reader, const char *bytes, gsize length);
