/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/queue-entry.h"

#include <string.h>

#define PRIME G_GUINT64_CONSTANT (0x9E3779B97F4A7C15)

gint64
queue_entry_due (const Envelope *envelope)
{
  return envelope->hold == ENVELOPE_FREE ? envelope->next_attempt : QUEUE_ENTRY_HELD;
}

static inline guint64
step (guint64 lane, const guint8 *at)
{
  guint64 word;
  memcpy (&word, at, sizeof word);
  lane = (lane ^ word) * PRIME;
  return lane ^ (lane >> 32);
}

/* Each lane is a chain of multiplications; the processor works on all four at the same time. (An array
 * of them, and a loop, take four times as long.) */
static guint64
add (guint64 sum, const void *data, gsize length)
{
  const guint8 *at = data;
  guint64 a = sum, b = sum + 1, c = sum + 2, d = sum + 3;

  for (; length >= 4 * sizeof sum; length -= 4 * sizeof sum, at += 4 * sizeof sum)
    {
      a = step (a, at);
      b = step (b, at + sizeof sum);
      c = step (c, at + 2 * sizeof sum);
      d = step (d, at + 3 * sizeof sum);
    }
  sum = (((((length * PRIME ^ a) * PRIME) ^ b) * PRIME ^ c) * PRIME ^ d) * PRIME;
  for (; length > 0; length--)
    sum = (sum ^ *at++) * PRIME;
  return sum ^ (sum >> 32);
}

guint64
queue_entry_sum (const QueueEntry *entry, guint64 salt)
{
  const guint64 head[]
      = { entry->id, (guint64) entry->due, entry->record_length, entry->content_length };
  guint64 sum = add (salt, head, sizeof head);
  sum = add (sum, entry->record, entry->record_length);
  return add (sum, entry->content, entry->content_length);
}
