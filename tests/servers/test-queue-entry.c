/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/queue-entry.h"

#include <string.h>

#define LENGTH 100

static void
test_due (void)
{
  g_autoptr (Envelope) envelope = envelope_new ("");
  envelope->next_attempt = 1000;
  g_assert_cmpint (queue_entry_due (envelope), ==, 1000);
  envelope_set_hold (envelope, ENVELOPE_KEPT, "filter");
  g_assert_cmpint (queue_entry_due (envelope), ==, QUEUE_ENTRY_HELD);
}

/* Whatever changes, the sum does. */
static void
test_sum (void)
{
  guint8 bytes[LENGTH];
  for (guint i = 0; i < LENGTH; i++)
    bytes[i] = (guint8) (i * 7);
  QueueEntry entry = { .id = 1, .due = 2, .record = bytes, .record_length = 41 };
  entry.content = bytes + 41;
  entry.content_length = LENGTH - 41;
  guint64 sum = queue_entry_sum (&entry, 9);

  for (guint i = 0; i < LENGTH; i++)
    {
      bytes[i] ^= 0x10;
      g_assert_cmpuint (queue_entry_sum (&entry, 9), !=, sum);
      bytes[i] ^= 0x10;
    }
  g_assert_cmpuint (queue_entry_sum (&entry, 9), ==, sum);
  g_assert_cmpuint (queue_entry_sum (&entry, 10), !=, sum);
  QueueEntry other = entry;
  other.id = 3;
  g_assert_cmpuint (queue_entry_sum (&other, 9), !=, sum);
  other = entry;
  other.record_length--;
  g_assert_cmpuint (queue_entry_sum (&other, 9), !=, sum);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/queue-entry/due", test_due);
  g_test_add_func ("/queue-entry/sum", test_sum);
  return g_test_run ();
}
