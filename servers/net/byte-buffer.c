/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/byte-buffer.h"

#include <string.h>

#define SMALLEST_BLOCK 512

const char *
byte_buffer_bytes (const ByteBuffer *buffer)
{
  return buffer->block == NULL ? "" : buffer->block + buffer->start;
}

/* Makes room for @length bytes behind those that are there. */
static void
make_room (ByteBuffer *buffer, gsize length)
{
  gsize needed = buffer->length + length;

  if (buffer->start + needed <= buffer->capacity)
    return;

  /* Bytes are moved to the front only when at least half of the block is free, so that each byte
   * moves a few times at most. */
  if (needed <= buffer->capacity / 2)
    {
      memmove (buffer->block, buffer->block + buffer->start, buffer->length);
      buffer->start = 0;
      return;
    }

  gsize capacity = MAX (buffer->capacity, SMALLEST_BLOCK);
  while (capacity < needed)
    capacity *= 2;

  char *block = g_malloc (capacity);
  if (buffer->length > 0)
    memcpy (block, buffer->block + buffer->start, buffer->length);
  gsize length_before = buffer->length;
  byte_buffer_clear (buffer);
  buffer->block = block;
  buffer->length = length_before;
  buffer->capacity = capacity;
}

void
byte_buffer_append (ByteBuffer *buffer, const char *bytes, gsize length)
{
  if (length == 0)
    return;

  make_room (buffer, length);
  memcpy (buffer->block + buffer->start + buffer->length, bytes, length);
  buffer->length += length;
}

void
byte_buffer_take (ByteBuffer *buffer, gsize length)
{
  g_assert (length <= buffer->length);

  buffer->start += length;
  buffer->length -= length;
  if (buffer->length == 0)
    byte_buffer_clear (buffer);
}

void
byte_buffer_truncate (ByteBuffer *buffer, gsize length)
{
  g_assert (length <= buffer->length);

  if (length == 0)
    byte_buffer_clear (buffer);
  else
    buffer->length = length;
}

void
byte_buffer_clear (ByteBuffer *buffer)
{
  if (buffer->block != NULL)
    explicit_bzero (buffer->block, buffer->capacity);
  g_free (buffer->block);
  *buffer = (ByteBuffer){ 0 };
}
