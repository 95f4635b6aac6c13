/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/queue-entry.h"

#include <string.h>

#define PRIME G_GUINT64_CONSTANT (0x9E3779B97F4A7C15)
#define LANES 4

gint64
queue_entry_due (const Envelope *envelope)
{
  return envelope->hold == ENVELOPE_FREE ? envelope->next_attempt : QUEUE_ENTRY_HELD;
}

/* Each lane is a chain of multiplications; the processor works on all of them at the same time. */
static guint64
add (guint64 sum, const void *data, gsize length)
{
  const guint8 *at = data;
  guint64 lanes[LANES] = { sum, sum + 1, sum + 2, sum + 3 };
  guint64 words[LANES];

  for (; length >= sizeof words; length -= sizeof words, at += sizeof words)
    {
      memcpy (words, at, sizeof words);
      for (guint i = 0; i < LANES; i++)
        {
          lanes[i] = (lanes[i] ^ words[i]) * PRIME;
          lanes[i] ^= lanes[i] >> 32;
        }
    }
  sum = length * PRIME;
  for (guint i = 0; i < LANES; i++)
    sum = (sum ^ lanes[i]) * PRIME;
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
