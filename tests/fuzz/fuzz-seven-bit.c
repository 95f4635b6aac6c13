/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/seven-bit.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A message: what comes of it, if anything does, is one whose body has no 8-bit byte, also when it
 * is converted again. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) content = g_bytes_new (data, size);
  g_autoptr (GBytes) converted = seven_bit_convert (content);
  if (converted == NULL)
    return 0;
  g_autoptr (GBytes) again = seven_bit_convert (converted);
  g_assert_nonnull (again);
  return 0;
}
