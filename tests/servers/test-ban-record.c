/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/ban-record.h"

#include <string.h>

#define NS G_GINT64_CONSTANT (1000000000)
#define WALL_TIME G_GINT64_CONSTANT (1700000000)

static const BanLimits limits = { .failures = 3, .minutes = 10 };

static Moment
at (gint64 seconds)
{
  return (Moment){ .boot_time_ns = (1000 + seconds) * NS, .wall_time = WALL_TIME + seconds };
}

static gboolean
fail_at (BanRecord *record, gint64 seconds)
{
  Moment now = at (seconds);

  return ban_record_add_failure (record, &now, "joe", &limits);
}

static gint64
left_at (const BanRecord *record, gint64 seconds)
{
  Moment now = at (seconds);

  return ban_record_seconds_left (record, &now);
}

static void
test_counting (void)
{
  BanRecord record = { 0 };
  IpAddress address = { 0 };
  Moment now = at (65);
  Ban ban;

  g_assert_cmpint (left_at (&record, 0), ==, 0);
  g_assert_false (fail_at (&record, 0));
  g_assert_false (fail_at (&record, 30));
  g_assert_cmpuint (record.failures, ==, 2);
  g_assert_false (ban_record_tell (&record, &address, &now, &ban));
  g_assert_cmpuint (ban.failures, ==, 2);
  g_assert_cmpint (ban.until, ==, 0);

  g_assert_true (fail_at (&record, 60));
  g_assert_true (ban_record_tell (&record, &address, &now, &ban));
  g_assert_cmpuint (ban.failures, ==, 3);
  g_assert_cmpint (ban.since, ==, WALL_TIME + 60);
  g_assert_cmpint (ban.until, ==, WALL_TIME + 660);
  g_assert_cmpstr (ban.user, ==, "joe");

  /* What comes while the ban lasts does not make it longer. */
  g_assert_false (fail_at (&record, 600));
  g_assert_cmpint (left_at (&record, 600), ==, 60);
  g_assert_cmpint (left_at (&record, 659), ==, 1);
  g_assert_cmpint (left_at (&record, 660), ==, 0);

  /* After it, counting starts anew. */
  g_assert_false (fail_at (&record, 660));
  g_assert_cmpuint (record.failures, ==, 1);
  g_assert_false (record.is_ban);
}

/* A pause as long as a ban takes the failures back. */
static void
test_pause (void)
{
  BanRecord record = { 0 };

  g_assert_false (fail_at (&record, 0));
  g_assert_false (fail_at (&record, 599));
  g_assert_false (fail_at (&record, 599 + 600));
  g_assert_cmpuint (record.failures, ==, 1);
  g_assert_false (fail_at (&record, 1200));
  g_assert_true (fail_at (&record, 1201));
}

static void
test_limits (void)
{
  static const BanLimits never = { .failures = 0, .minutes = 10 };
  static const BanLimits at_once = { .failures = 1, .minutes = G_MAXUINT };
  static const BanLimits no_time = { .failures = 1, .minutes = 0 };
  BanRecord record = { 0 };
  Moment now = at (0);

  for (guint i = 1; i <= 100; i++)
    {
      g_assert_false (ban_record_add_failure (&record, &now, "joe", &never));
      g_assert_cmpuint (record.failures, ==, i);
    }
  g_assert_true (ban_record_add_failure (&record, &now, "joe", &limits));

  record = (BanRecord){ 0 };
  g_assert_true (ban_record_add_failure (&record, &now, "joe", &at_once));
  g_assert_cmpint (left_at (&record, 0), ==, BAN_TABLE_MAX_MINUTES * 60);
  record = (BanRecord){ 0 };
  g_assert_false (ban_record_add_failure (&record, &now, "joe", &no_time));

  record = (BanRecord){ .failures = G_MAXUINT32, .seconds = 600, .moment = now };
  g_assert_false (ban_record_add_failure (&record, &now, "joe", &never));
  g_assert_cmpuint (record.failures, ==, G_MAXUINT32);
}

/* A ban may end early, never late. */
static void
test_clock_jumps (void)
{
  BanRecord record = { 0 };
  Moment back = at (10), forward = at (10), rebooted = at (10), before = at (10);

  fail_at (&record, 0);
  fail_at (&record, 0);
  g_assert_true (fail_at (&record, 0));

  back.wall_time -= 1000000;
  g_assert_cmpint (ban_record_seconds_left (&record, &back), ==, 590);
  forward.wall_time += 1000000;
  g_assert_cmpint (ban_record_seconds_left (&record, &forward), ==, 590);

  rebooted.boot_id[0] = 1;
  rebooted.boot_time_ns = 5 * NS;
  g_assert_cmpint (ban_record_seconds_left (&record, &rebooted), ==, 590);
  rebooted.boot_time_ns = 100 * NS;
  g_assert_cmpint (ban_record_seconds_left (&record, &rebooted), ==, 500);
  rebooted.wall_time = WALL_TIME - 1;
  g_assert_cmpint (ban_record_seconds_left (&record, &rebooted), ==, 0);
  before.boot_time_ns = 5 * NS;
  g_assert_cmpint (ban_record_seconds_left (&record, &before), ==, 0);
}

static void
test_round (void)
{
  BanRecord record = { 0 }, back;
  guint8 bytes[BAN_RECORD_MAX];
  g_autofree char *longest = g_strnfill (1000, 'x');
  Moment now = at (0);

  g_assert_true (
      ban_record_add_failure (&record, &now, longest, &(BanLimits){ .failures = 1, .minutes = 5 }));
  g_assert_cmpuint (strlen (record.user), ==, sizeof record.user - 1);
  g_assert_true (ban_record_from_bytes (bytes, ban_record_to_bytes (&record, bytes), &back));
  g_assert_cmpmem (&back.moment, sizeof back.moment, &record.moment, sizeof record.moment);
  g_assert_cmpuint (back.failures, ==, 1);
  g_assert_cmpuint (back.seconds, ==, 300);
  g_assert_true (back.is_ban);
  g_assert_cmpstr (back.user, ==, record.user);
}

static void
test_damaged (void)
{
  BanRecord record = { 0 }, back;
  guint8 bytes[BAN_RECORD_MAX] = { 0 };
  Moment now = at (0);
  gsize length;

  ban_record_add_failure (&record, &now, "joe", &limits);
  length = ban_record_to_bytes (&record, bytes);
  g_assert_true (ban_record_from_bytes (bytes, length, &back));
  g_assert_false (ban_record_from_bytes (bytes, 0, &back));
  g_assert_false (ban_record_from_bytes (bytes, length - 4, &back));
  g_assert_false (ban_record_from_bytes (bytes, BAN_RECORD_MAX, &back));

  /* Longer than a ban can be; a name that is no text; another version. */
  for (gsize i = 0; i < length; i++)
    {
      guint8 was = bytes[i];

      bytes[i] = 0xff;
      if (ban_record_from_bytes (bytes, length, &back))
        {
          g_assert_cmpuint (back.seconds, <=, BAN_TABLE_MAX_MINUTES * 60);
          g_assert_true (g_utf8_validate (back.user, -1, NULL));
        }
      bytes[i] = was;
    }
  bytes[0]++;
  g_assert_false (ban_record_from_bytes (bytes, length, &back));
}

static void
test_user (void)
{
  static const struct
  {
    const char *sent, *kept;
  } cases[] = {
    { "joe", "joe" },
    { "j\xc3\xbcrgen", "j\xc3\xbcrgen" },
    { "a\x1b[31mb\r\n", "a?[31mb??" },
    { "a\xff", "a\xef\xbf\xbd" },
    { "", "" },
  };
  Moment now = at (0);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BanRecord record = { 0 };

      ban_record_add_failure (&record, &now, cases[i].sent, &limits);
      g_assert_cmpstr (record.user, ==, cases[i].kept);
    }

  /* A letter is kept whole or not at all. */
  for (guint length = 250; length < 260; length++)
    {
      BanRecord record = { 0 };
      g_autofree char *filler = g_strnfill (length, 'x');
      g_autofree char *user = g_strconcat (filler, "\xe2\x82\xac\xff\xff\xff", NULL);

      ban_record_add_failure (&record, &now, user, &limits);
      g_assert_true (g_utf8_validate (record.user, -1, NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ban-record/counting", test_counting);
  g_test_add_func ("/ban-record/pause", test_pause);
  g_test_add_func ("/ban-record/limits", test_limits);
  g_test_add_func ("/ban-record/clock-jumps", test_clock_jumps);
  g_test_add_func ("/ban-record/round", test_round);
  g_test_add_func ("/ban-record/damaged", test_damaged);
  g_test_add_func ("/ban-record/user", test_user);
  return g_test_run ();
}
