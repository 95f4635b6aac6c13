/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/byte-buffer.h"

#include <string.h>

static void
test_first_in_first_out (void)
{
  ByteBuffer buffer = { 0 };

  byte_buffer_append (&buffer, "abc", 3);
  byte_buffer_append (&buffer, "def", 3);
  byte_buffer_take (&buffer, 2);
  byte_buffer_append (&buffer, "g", 1);
  g_assert_cmpmem (byte_buffer_bytes (&buffer), buffer.length, "cdefg", 5);
  byte_buffer_clear (&buffer);
}

static void
test_empty_owns_nothing (void)
{
  ByteBuffer buffer = { 0 };

  g_assert_nonnull (byte_buffer_bytes (&buffer));
  byte_buffer_take (&buffer, 0);
  byte_buffer_append (&buffer, "abc", 0);
  g_assert_null (buffer.block);
  byte_buffer_append (&buffer, "abc", 3);
  g_assert_nonnull (buffer.block);
  byte_buffer_take (&buffer, 3);
  g_assert_null (buffer.block);
  g_assert_cmpuint (buffer.capacity, ==, 0);
}

/* Held against the simplest thing that could be right. */
static void
test_random (void)
{
  ByteBuffer buffer = { 0 };
  g_autoptr (GByteArray) model = g_byte_array_new ();
  char bytes[2000];

  for (guint i = 0; i < 5000; i++)
    {
      gsize length = g_test_rand_int_range (0, sizeof bytes);
      memset (bytes, g_test_rand_int (), length);
      byte_buffer_append (&buffer, bytes, length);
      g_byte_array_append (model, (guint8 *) bytes, length);

      gsize taken = g_test_rand_int_range (0, (gint32) MIN (model->len, 2000) + 1);
      byte_buffer_take (&buffer, taken);
      g_byte_array_remove_range (model, 0, taken);
      g_assert_cmpmem (byte_buffer_bytes (&buffer), buffer.length, model->data, model->len);
    }

  byte_buffer_clear (&buffer);
}

/* A reader that always stays a little behind must not make the block grow. */
static void
test_stays_small (void)
{
  ByteBuffer buffer = { 0 };
  static const char bytes[100];

  byte_buffer_append (&buffer, bytes, 100);
  for (guint i = 0; i < 100000; i++)
    {
      byte_buffer_append (&buffer, bytes, 100);
      byte_buffer_take (&buffer, 100);
    }
  g_assert_cmpuint (buffer.capacity, <=, 1024);

  byte_buffer_clear (&buffer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/byte-buffer/first-in-first-out", test_first_in_first_out);
  g_test_add_func ("/byte-buffer/empty-owns-nothing", test_empty_owns_nothing);
  g_test_add_func ("/byte-buffer/random", test_random);
  g_test_add_func ("/byte-buffer/stays-small", test_stays_small);
  return g_test_run ();
}
