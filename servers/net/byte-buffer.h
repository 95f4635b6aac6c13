/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: byte-buffer
 *
 * Bytes that are put in at the end and taken from the front. An empty one owns no memory; memory
 * that is given back is cleared first, as a password may have stood there. All zero is an empty
 * buffer.
 */
typedef struct
{
  char *block;    /* (owned) */
  gsize capacity; /* of block */
  gsize start;    /* where the first byte stands in block */
  gsize length;   /* how many bytes there are */
} ByteBuffer;

/** The bytes, as one piece; valid until the next append or take. */
const char *byte_buffer_bytes (const ByteBuffer *buffer);

void byte_buffer_append (ByteBuffer *buffer, const char *bytes, gsize length);

/** Drops @length bytes, at most all, from the front. */
void byte_buffer_take (ByteBuffer *buffer, gsize length);

/** Drops what stands behind the first @length bytes. */
void byte_buffer_truncate (ByteBuffer *buffer, gsize length);

/** Drops everything and gives the memory back. */
void byte_buffer_clear (ByteBuffer *buffer);
