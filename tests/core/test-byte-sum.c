/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/byte-sum.h"

/* No single bit that turns goes unseen, at any length. */
static void
test_every_bit (void)
{
  guint8 bytes[100];

  for (gsize i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) g_test_rand_int ();
  for (gsize length = 0; length <= sizeof bytes; length++)
    {
      guint64 sum = byte_sum (bytes, length);

      g_assert_cmpuint (byte_sum (bytes, length), ==, sum);
      for (gsize bit = 0; bit < length * 8; bit++)
        {
          bytes[bit / 8] ^= 1 << bit % 8;
          g_assert_cmpuint (byte_sum (bytes, length), !=, sum);
          bytes[bit / 8] ^= 1 << bit % 8;
        }
    }
}

/* Zeros that a torn write leaves behind count, and so does their number. */
static void
test_lengths (void)
{
  const guint8 zeros[200] = { 0 };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (gsize length = 0; length <= sizeof zeros; length++)
    {
      guint64 sum = byte_sum (zeros, length);

      g_assert_true (g_hash_table_add (seen, g_memdup2 (&sum, sizeof sum)));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/byte-sum/every-bit", test_every_bit);
  g_test_add_func ("/byte-sum/lengths", test_lengths);
  return g_test_run ();
}
