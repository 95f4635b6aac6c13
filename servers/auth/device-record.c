/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/device-record.h"

#include <string.h>

#define VERSION 1
#define NS_PER_SECOND G_GINT64_CONSTANT (1000000000)

/* A record: version (1 byte), two moments, two numbers (big-endian), then how and tls, each as long
 * as its member, filled up with NULs: so a record can be changed where it lies. */
#define FIRST_AT 1
#define LAST_AT (FIRST_AT + MOMENT_BYTES)
#define LOG_ONS_AT (LAST_AT + MOMENT_BYTES)
#define RETRIEVED_AT (LOG_ONS_AT + 8)
#define HOW_AT (RETRIEVED_AT + 8)
#define HOW_BYTES (sizeof (((DeviceRecord *) NULL)->how))
#define TLS_AT (HOW_AT + HOW_BYTES)
#define TLS_BYTES (sizeof (((DeviceRecord *) NULL)->tls))
#define RECORD_BYTES (TLS_AT + TLS_BYTES)

G_STATIC_ASSERT (RECORD_BYTES <= DEVICE_RECORD_MAX);

static void
put_number (guint8 *bytes, guint64 number)
{
  guint64 wire = GUINT64_TO_BE (number);
  memcpy (bytes, &wire, sizeof wire);
}

static guint64
get_number (const guint8 *bytes)
{
  guint64 wire;
  memcpy (&wire, bytes, sizeof wire);
  return GUINT64_FROM_BE (wire);
}

gsize
device_record_to_bytes (const DeviceRecord *record, guint8 bytes[DEVICE_RECORD_MAX])
{
  memset (bytes, 0, RECORD_BYTES);
  bytes[0] = VERSION;
  moment_to_bytes (&record->first, bytes + FIRST_AT);
  moment_to_bytes (&record->last, bytes + LAST_AT);
  put_number (bytes + LOG_ONS_AT, record->log_ons);
  put_number (bytes + RETRIEVED_AT, record->retrieved);
  g_strlcpy ((char *) bytes + HOW_AT, record->how, HOW_BYTES);
  g_strlcpy ((char *) bytes + TLS_AT, record->tls, TLS_BYTES);
  return RECORD_BYTES;
}

gboolean
device_record_from_bytes (const guint8 *bytes, gsize length, DeviceRecord *record)
{
  if (length != RECORD_BYTES || bytes[0] != VERSION || bytes[TLS_AT - 1] != '\0'
      || bytes[RECORD_BYTES - 1] != '\0')
    return FALSE;

  moment_from_bytes (bytes + FIRST_AT, &record->first);
  moment_from_bytes (bytes + LAST_AT, &record->last);
  record->log_ons = get_number (bytes + LOG_ONS_AT);
  record->retrieved = get_number (bytes + RETRIEVED_AT);
  memcpy (record->how, bytes + HOW_AT, HOW_BYTES);
  memcpy (record->tls, bytes + TLS_AT, TLS_BYTES);
  return g_str_is_ascii (record->how) && g_str_is_ascii (record->tls);
}

static guint64
sum (guint64 a, guint64 b)
{
  return a > G_MAXUINT64 - b ? G_MAXUINT64 : a + b;
}

void
device_record_add (DeviceRecord *record, const DeviceRecord *newer)
{
  Moment first = record->first;
  guint64 log_ons = record->log_ons;
  guint64 retrieved = record->retrieved;

  *record = *newer;
  record->first = first;
  record->log_ons = sum (log_ons, newer->log_ons);
  record->retrieved = sum (retrieved, newer->retrieved);
}

gint64
device_record_time (const Moment *moment, const Moment *now)
{
  gboolean is_this_boot = memcmp (moment->boot_id, now->boot_id, sizeof now->boot_id) == 0;
  gint64 age_ns;

  if (is_this_boot && moment_age (moment, now, &age_ns))
    return now->wall_time - age_ns / NS_PER_SECOND;
  return CLAMP (moment->wall_time, 0, now->wall_time);
}
