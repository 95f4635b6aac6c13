/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/byte-sum.h"

#include <string.h>

/* Four sums side by side, each of every fourth word, so that the processor need not wait for one
 * multiplication before it begins the next. Each step is reversible: no single damaged word can go
 * unseen. */
#define LANES 4
#define FACTOR G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) /* odd, its bits without a pattern */

static guint64
step (guint64 sum, guint64 word)
{
  sum = (sum ^ word) * FACTOR;
  return sum << 29 | sum >> 35;
}

static guint64
word_at (const guint8 *bytes, gsize length)
{
  guint64 word = 0;

  memcpy (&word, bytes, length);
  return word;
}

guint64
byte_sum (gconstpointer data, gsize length)
{
  const guint8 *bytes = data;
  guint64 lanes[LANES] = { 1, 2, 3, 4 };
  guint64 sum = length;
  guint next = 0;

  for (; length >= sizeof lanes; bytes += sizeof lanes, length -= sizeof lanes)
    for (guint i = 0; i < LANES; i++)
      lanes[i] = step (lanes[i], word_at (bytes + i * sizeof (guint64), sizeof (guint64)));
  for (; length > 0; next++)
    {
      gsize part = MIN (length, sizeof (guint64));

      lanes[next] = step (lanes[next], word_at (bytes, part));
      bytes += part;
      length -= part;
    }
  for (guint i = 0; i < LANES; i++)
    sum = step (sum, lanes[i]);
  return sum ^ sum >> 32;
}
