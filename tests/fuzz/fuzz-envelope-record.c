/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/envelope-record.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What the queue keeps must come back as it went in. */
static void
check_round_trip (const Envelope *envelope)
{
  g_autoptr (GBytes) bytes = envelope_to_bytes (envelope);
  g_autoptr (Envelope) again = envelope_from_bytes (bytes);
  g_assert_nonnull (again);
  g_autoptr (GBytes) bytes_again = envelope_to_bytes (again);
  g_assert_true (g_bytes_equal (bytes, bytes_again));
}

static void
try_record (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) record = g_bytes_new (data, size);
  g_autoptr (Envelope) envelope = envelope_from_bytes (record);
  if (envelope != NULL)
    check_round_trip (envelope);
}

/* Behind a head of @version that fits them. */
static void
try_version (guint32 version, const guint8 *data, gsize size)
{
  g_autofree guint8 *record = g_malloc (8 + size);
  guint32 head[2] = { version, 2166136261u };
  const guint8 *version_bytes = (const guint8 *) &version;
  for (gsize i = 0; i < sizeof version && version >= 3; i++)
    head[1] = (head[1] ^ version_bytes[i]) * 16777619u;
  for (gsize i = 0; i < size; i++)
    head[1] = (head[1] ^ data[i]) * 16777619u;
  memcpy (record, head, sizeof head);
  if (size > 0)
    memcpy (record + 8, data, size);
  try_record (record, 8 + size);
}

/* The bytes as a record, and as what stands behind a head that fits them: few would get past the
 * check sum otherwise. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  try_record (data, size);
  try_version (1, data, size);
  try_version (2, data, size);
  try_version (3, data, size);
  return 0;
}
