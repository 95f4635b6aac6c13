/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/ban-record.h"
#include "servers/auth/device-record.h"
#include "servers/auth/logon-record.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What is read goes to the bus, a terminal, and into the protocol of the window. */
static void
check_text (const char *text)
{
  g_assert_true (g_utf8_validate (text, -1, NULL));
}

static void
try_logon (const guint8 *data, gsize size)
{
  LogonRecord record, again;
  guint8 bytes[LOGON_RECORD_MAX];
  if (!logon_record_from_bytes (data, size, &record))
    return;
  gsize length = logon_record_to_bytes (&record, bytes);
  g_assert_cmpmem (bytes, length, data, size);
  g_assert_true (logon_record_from_bytes (bytes, length, &again));
  g_assert_cmpstr (again.user, ==, record.user); /* perhaps in Latin-1: a user may be called so */
}

/* No damage makes a ban endless, or one that begins in the future. */
static void
check_ban (const BanRecord *record, const Moment *now)
{
  static const BanLimits limits = { .failures = 10, .minutes = 30 };
  const IpAddress address = { { 0 } };
  gint64 left = ban_record_seconds_left (record, now);
  g_assert_cmpint (left, >=, 0);
  g_assert_cmpint (left, <=, record->seconds);

  Ban ban;
  gboolean is_banned = ban_record_tell (record, &address, now, &ban);
  g_assert_true (!is_banned || (ban.until > now->wall_time && left > 0));

  BanRecord next = *record;
  gboolean begins = ban_record_add_failure (&next, now, (const char *) record->user, &limits);
  g_assert_true (!begins || (!is_banned && next.is_ban));
  if (is_banned)
    g_assert_cmpuint (next.failures, ==, record->failures);
  else
    g_assert_cmpint (ban_record_seconds_left (&next, now), ==, 30 * 60);
  check_text (next.user);
}

static void
try_ban (const guint8 *data, gsize size, const Moment *now)
{
  BanRecord record, again;
  guint8 bytes[BAN_RECORD_MAX];
  if (!ban_record_from_bytes (data, size, &record))
    return;
  check_text (record.user);
  gsize length = ban_record_to_bytes (&record, bytes);
  g_assert_true (ban_record_from_bytes (bytes, length, &again));
  g_assert_cmpmem (&again, sizeof again, &record, sizeof record);
  check_ban (&record, now);
}

static void
try_device (const guint8 *data, gsize size, const Moment *now)
{
  DeviceRecord record, again;
  guint8 bytes[DEVICE_RECORD_MAX];
  if (!device_record_from_bytes (data, size, &record))
    return;
  check_text (record.how);
  check_text (record.tls);
  gsize length = device_record_to_bytes (&record, bytes);
  g_assert_cmpuint (length, ==, size);
  g_assert_true (device_record_from_bytes (bytes, length, &again));
  g_assert_cmpint (device_record_time (&record.last, now), <=, now->wall_time);
  device_record_add (&again, &record);
  g_assert_cmpuint (again.log_ons, >=, record.log_ons);
  g_assert_cmpuint (again.retrieved, >=, record.retrieved);
}

/* The moment that is now comes first, then a record of any of the three kinds. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const guint8 here[16] = { 1 };
  Moment now;
  if (size < MOMENT_BYTES)
    return 0;
  moment_from_bytes (data, &now);
  memcpy (now.boot_id, here, sizeof here);
  now.wall_time = (gint64) ((guint64) now.wall_time % (G_GINT64_CONSTANT (1) << 40));
  now.boot_time_ns = (gint64) ((guint64) now.boot_time_ns % (G_GINT64_CONSTANT (1) << 60));
  data += MOMENT_BYTES;
  size -= MOMENT_BYTES;
  try_logon (data, size);
  try_ban (data, size, &now);
  try_device (data, size, &now);
  return 0;
}
