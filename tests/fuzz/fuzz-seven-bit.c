/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/seven-bit.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A message: what comes of it, if anything does, has no 8-bit byte behind its header. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) content = g_bytes_new (data, size);
  g_autoptr (GBytes) converted = seven_bit_convert (content);
  gsize length = 0;
  const char *text = converted != NULL ? g_bytes_get_data (converted, &length) : NULL;
  const char *body = length > 0 ? memmem (text, length, "\r\n\r\n", 4) : NULL;
  for (const char *at = body; at != NULL && at < text + length; at++)
    g_assert_true ((guchar) *at < 0x80);
  return 0;
}
