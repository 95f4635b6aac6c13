/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/logon-record.h"

#include <string.h>

#define NS G_GINT64_CONSTANT (1000000000)

static LogonMoment
moment (guint8 boot, gint64 boot_seconds, gint64 wall_time)
{
  LogonMoment moment = { .boot_time_ns = boot_seconds * NS, .wall_time = wall_time };
  moment.boot_id[3] = boot;
  return moment;
}

static LogonRecord
record_at (LogonMoment then)
{
  LogonRecord record = { .moment = then };
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
  g_assert_false (logon_record_from_bytes (bytes, 32, &record));
  g_assert_false (logon_record_from_bytes (bytes, LOGON_RECORD_MAX, &record));
  bytes[0]++;
  g_assert_false (logon_record_from_bytes (bytes, length, &record));
}

typedef struct
{
  const char *what;
  LogonMoment then, now;
  gint64 age; /* seconds; -1: void */
} Case;

static void
test_age (void)
{
  const Case cases[] = {
    { "the same moment", moment (1, 100, 5000), moment (1, 100, 5000), 0 },
    { "later", moment (1, 100, 5000), moment (1, 1000, 5900), 900 },
    { "wall clock set back", moment (1, 100, 5000), moment (1, 1000, 10), 900 },
    { "wall clock set forward", moment (1, 100, 5000), moment (1, 1000, 9999999), 900 },
    { "recorded while asked", (LogonMoment){ .boot_time_ns = 500 },
      (LogonMoment){ .boot_time_ns = 400 }, 0 },
    { "boot clock behind", moment (1, 100, 5000), moment (1, 50, 4950), -1 },
    { "after a reboot", moment (1, 100, 5000), moment (2, 10, 5300), 300 },
    { "after a reboot, wall clock set back a little", moment (1, 100, 5000), moment (2, 60, 5010),
      60 },
    { "after a reboot, wall clock set back beyond", moment (1, 100, 5000), moment (2, 60, 4999),
      -1 },
    { "after a reboot, wall clock set forward", moment (1, 100, 5000), moment (2, 60, 50000),
      45000 },
    { "damaged wall time", moment (1, 100, G_MININT64), moment (2, 60, G_MAXINT64), -1 },
    { "wall time before all time", moment (1, 100, G_MININT64), moment (2, 60, 0), -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      LogonRecord record = record_at (cases[i].then);
      gint64 age_ns = -1;
      gboolean valid = logon_record_age (&record, &cases[i].now, &age_ns);

      g_test_message ("%s", cases[i].what);
      g_assert_cmpint (valid, ==, cases[i].age >= 0);
      if (valid)
        g_assert_cmpint (age_ns, ==, cases[i].age * NS);
    }
}

static void
test_read (void)
{
  g_autoptr (GError) error = NULL;
  LogonMoment first;
  LogonMoment second;
  static const guint8 zero[16];

  g_assert_true (logon_moment_is_supported (&error));
  g_assert_no_error (error);
  logon_moment_read (&first, NULL);
  logon_moment_read (&second, NULL);
  g_assert_cmpint (first.boot_time_ns, >, 0);
  g_assert_cmpint (second.boot_time_ns, >=, first.boot_time_ns);
  g_assert_cmpint (memcmp (first.boot_id, zero, sizeof zero), !=, 0);
  g_assert_cmpmem (first.boot_id, 16, second.boot_id, 16);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/logon-record/round", test_round);
  g_test_add_func ("/logon-record/damaged", test_damaged);
  g_test_add_func ("/logon-record/age", test_age);
  g_test_add_func ("/logon-record/read", test_read);
  return g_test_run ();
}
