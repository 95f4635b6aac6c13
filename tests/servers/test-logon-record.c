/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/logon-record.h"

#include <string.h>

#define NS G_GINT64_CONSTANT (1000000000)

static Moment
moment (guint8 boot, gint64 boot_seconds, gint64 wall_time)
{
  Moment moment = { .boot_time_ns = boot_seconds * NS, .wall_time = wall_time };
  moment.boot_id[3] = boot;
  return moment;
}

static LogonRecord
record_at (Moment then)
{
  LogonRecord record = { .moment = then, .mark = G_GUINT64_CONSTANT (0xfedcba9876543210) };
  record.client.bytes[0] = 0x20;
  record.client.bytes[15] = 7;
  g_strlcpy (record.user, "joe@example.org", sizeof record.user);
  return record;
}

static void
test_round (void)
{
  LogonRecord record = record_at (moment (7, 123, 1700000000));
  guint8 bytes[LOGON_RECORD_MAX];
  LogonRecord back;

  record.moment.boot_time_ns += 456;
  gsize length = logon_record_to_bytes (&record, bytes);
  g_assert_true (logon_record_from_bytes (bytes, length, &back));
  g_assert_cmpmem (&back.moment, sizeof back.moment, &record.moment, sizeof record.moment);
  g_assert_cmpstr (back.user, ==, record.user);
  g_assert_true (ip_address_equal (&back.client, &record.client));
  g_assert_cmphex (back.mark, ==, record.mark);

  /* The shortest and the longest name. */
  memset (record.user, 'x', sizeof record.user - 1);
  length = logon_record_to_bytes (&record, bytes);
  g_assert_true (logon_record_from_bytes (bytes, length, &back));
  g_assert_cmpstr (back.user, ==, record.user);
  record.user[0] = '\0';
  length = logon_record_to_bytes (&record, bytes);
  g_assert_true (logon_record_from_bytes (bytes, length, &back));
  g_assert_cmpstr (back.user, ==, "");
}

static void
test_damaged (void)
{
  LogonRecord record = record_at (moment (7, 123, 1700000000));
  guint8 bytes[LOGON_RECORD_MAX] = { 0 };
  gsize length = logon_record_to_bytes (&record, bytes);

  g_assert_false (logon_record_from_bytes (bytes, 0, &record));
  g_assert_false (logon_record_from_bytes (bytes, 56, &record));
  g_assert_false (logon_record_from_bytes (bytes, LOGON_RECORD_MAX, &record));
  bytes[length - 1] = '\0';
  g_assert_false (logon_record_from_bytes (bytes, length, &record));
  length = logon_record_to_bytes (&record, bytes);
  bytes[0]++;
  g_assert_false (logon_record_from_bytes (bytes, length, &record));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/logon-record/round", test_round);
  g_test_add_func ("/logon-record/damaged", test_damaged);
  return g_test_run ();
}
