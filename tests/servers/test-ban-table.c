/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tests/core/temporary-folder.h"
#include "tests/servers/ban-fixture.h"

/* Tells of a success, and waits until the writer has dealt with it: what another address does is
 * written behind it. */
static void
succeed (BanFixture *fixture, BanTable *table, const char *address_text)
{
  IpAddress address = ban_fixture_ip (address_text);

  ban_table_succeeded (table, &address);
  ban_fixture_fail (fixture, table, "203.0.113.99");
}

static void
test_ban (BanFixture *fixture, gconstpointer unused)
{
  g_autoptr (BanTable) table = ban_fixture_open (fixture);
  IpAddress address = ban_fixture_ip ("192.0.2.7");
  Ban ban;

  g_assert_false (ban_table_look_up (table, &address, &ban));
  g_assert_cmpuint (ban.failures, ==, 0);
  g_assert_false (ban_fixture_fail (fixture, table, "192.0.2.7"));
  ban_fixture_advance (fixture, 60);
  g_assert_false (ban_fixture_fail (fixture, table, "192.0.2.7"));
  g_assert_false (ban_fixture_is_banned (table, "192.0.2.7"));
  g_assert_cmpuint (ban_fixture_failures_of (table, "192.0.2.7"), ==, 2);
  ban_fixture_advance (fixture, 60);
  g_assert_true (ban_fixture_fail (fixture, table, "192.0.2.7"));
  g_assert_true (ip_address_equal (&fixture->last_ban.address, &address));
  g_assert_cmpint (fixture->last_ban.until, ==, BAN_FIXTURE_WALL_TIME + 120 + 600);

  g_assert_true (ban_table_look_up (table, &address, &ban));
  g_assert_cmpuint (ban.failures, ==, 3);
  g_assert_cmpint (ban.since, ==, BAN_FIXTURE_WALL_TIME + 120);
  g_assert_cmpint (ban.until, ==, BAN_FIXTURE_WALL_TIME + 720);
  g_assert_cmpstr (ban.user, ==, "joe");
  g_assert_true (ban_fixture_is_banned (table, "::ffff:192.0.2.7"));
  g_assert_false (ban_fixture_is_banned (table, "192.0.2.8"));

  ban_fixture_advance (fixture, 599);
  g_assert_true (ban_fixture_is_banned (table, "192.0.2.7"));
  ban_fixture_advance (fixture, 1);
  g_assert_false (ban_fixture_is_banned (table, "192.0.2.7"));
  g_assert_cmpuint (ban_fixture_failures_of (table, "192.0.2.7"), ==, 0);
  g_assert_false (ban_fixture_fail (fixture, table, "192.0.2.7"));
}

static void
test_ipv6_by_network (BanFixture *fixture, gconstpointer unused)
{
  g_autoptr (BanTable) table = ban_fixture_open (fixture);
  char text[IP_NETWORK_TEXT_MAX];

  g_assert_false (ban_fixture_fail (fixture, table, "2001:db8:0:1::1"));
  g_assert_false (ban_fixture_fail (fixture, table, "2001:db8:0:1:ffff::2"));
  g_assert_false (ban_fixture_fail (fixture, table, "2001:db8:0:2::1"));
  g_assert_true (ban_fixture_fail (fixture, table, "2001:db8:0:1::3"));
  g_assert_cmpstr (ip_address_to_string (&fixture->last_ban.address, text), ==, "2001:db8:0:1::");
  g_assert_true (ban_fixture_is_banned (table, "2001:db8:0:1:aaaa:bbbb:cccc:dddd"));
  g_assert_false (ban_fixture_is_banned (table, "2001:db8:0:2::1"));

  /* Behind a translator all of IPv4 is in one /64: nobody may ban all of it. */
  ban_fixture_ban (fixture, table, "64:ff9b::192.0.2.7");
  g_assert_true (ban_fixture_is_banned (table, "64:ff9b::192.0.2.7"));
  g_assert_false (ban_fixture_is_banned (table, "64:ff9b::192.0.2.8"));
}

static void
test_success (BanFixture *fixture, gconstpointer unused)
{
  g_autoptr (BanTable) table = ban_fixture_open (fixture);

  ban_fixture_fail (fixture, table, "192.0.2.7");
  ban_fixture_fail (fixture, table, "192.0.2.7");
  succeed (fixture, table, "192.0.2.7");
  g_assert_cmpuint (ban_fixture_failures_of (table, "192.0.2.7"), ==, 0);
  ban_fixture_ban (fixture, table, "192.0.2.7");

  /* One whose log-on was under way when the ban began does not end it. */
  succeed (fixture, table, "192.0.2.7");
  g_assert_true (ban_fixture_is_banned (table, "192.0.2.7"));
  succeed (fixture, table, "192.0.2.8");
}

/* A success that comes while the failure is on its way to the disk takes it back, too. */
static void
test_success_close_behind (BanFixture *fixture, gconstpointer unused)
{
  g_autoptr (BanTable) table = ban_fixture_open (fixture);
  IpAddress address = ban_fixture_ip ("192.0.2.7");

  for (guint i = 0; i < 200; i++)
    {
      ban_table_failed (table, &address, "joe", &ban_fixture_limits, ban_fixture_on_noted, fixture);
      ban_table_succeeded (table, &address);
    }
  ban_fixture_wait_for_noted (fixture, 200);
  ban_fixture_fail (fixture, table, "203.0.113.99");
  g_assert_cmpuint (fixture->bans, ==, 0);
  g_assert_cmpuint (ban_fixture_failures_of (table, "192.0.2.7"), ==, 0);
}

static void
test_lift (BanFixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BanTable) table = ban_fixture_open (fixture);
  IpAddress address = ban_fixture_ip ("2001:db8::7");

  g_assert_false (ban_table_lift (table, &address, &error));
  ban_fixture_fail (fixture, table, "2001:db8::7");
  g_assert_false (ban_table_lift (table, &address, &error));
  ban_fixture_ban (fixture, table, "2001:db8::7");
  address = ban_fixture_ip ("2001:db8::8");
  g_assert_true (ban_table_lift (table, &address, &error));
  g_assert_no_error (error);
  g_assert_false (ban_fixture_is_banned (table, "2001:db8::7"));
  g_assert_cmpuint (ban_fixture_failures_of (table, "2001:db8::7"), ==, 0);
}

/* What is on its way to the disk counts. */
static void
test_on_the_way (BanFixture *fixture, gconstpointer unused)
{
  g_autoptr (BanTable) table = ban_fixture_open (fixture);
  IpAddress address = ban_fixture_ip ("192.0.2.7");
  const BanLimits none = { .failures = 0, .minutes = 10 };
  Ban ban;

  g_assert_false (ban_fixture_fail (fixture, table, "192.0.2.7"));
  g_assert_false (ban_table_look_up (table, &address, &ban));
  g_assert_cmpuint (ban.on_the_way, ==, 0);
  g_assert_false (ban_table_is_due (&ban, &ban_fixture_limits));

  for (guint i = 0; i < 2; i++)
    ban_table_failed (table, &address, "joe", &ban_fixture_limits, ban_fixture_on_noted, fixture);
  g_assert_true (ban_table_look_up (table, &address, &ban)
                 || ban_table_is_due (&ban, &ban_fixture_limits));
  g_assert_false (ban_table_is_due (&ban, &none));
  ban_fixture_wait_for_noted (fixture, 3);
  g_assert_true (ban_table_look_up (table, &address, &ban));
  g_assert_cmpuint (ban.failures, ==, 3);
  g_assert_cmpuint (ban.on_the_way, ==, 0);
}

static void
test_list (BanFixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BanTable) table = ban_fixture_open (fixture);
  char text[IP_NETWORK_TEXT_MAX];

  ban_fixture_ban (fixture, table, "192.0.2.6");
  ban_fixture_advance (fixture, 300);
  ban_fixture_fail (fixture, table, "192.0.2.1");
  ban_fixture_ban (fixture, table, "192.0.2.7");
  ban_fixture_advance (fixture, 1);
  ban_fixture_ban (fixture, table, "2001:db8::1");
  ban_fixture_advance (fixture, 300);

  g_autoptr (GArray) bans = ban_table_list (table, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (bans->len, ==, 2);
  g_assert_cmpstr (ip_address_to_string (&g_array_index (bans, Ban, 0).address, text), ==,
                   "2001:db8::");
  g_assert_cmpstr (ip_address_to_string (&g_array_index (bans, Ban, 1).address, text), ==,
                   "192.0.2.7");
}

/* Old failures make room, then young ones; bans in force stay. */
static void
test_bounds (BanFixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BanTable) table = ban_fixture_open (fixture);
  BanLimits at_once = { .failures = 1, .minutes = 10 };

  ban_table_set_room (table, 100);
  ban_fixture_ban (fixture, table, "198.51.100.1");
  for (guint i = 0; i < 1000; i++)
    {
      IpAddress address = ban_fixture_ip ("10.0.0.0");

      address.bytes[14] = (guint8) (i >> 8);
      address.bytes[15] = (guint8) i;
      ban_table_failed (table, &address, "joe", &ban_fixture_limits, ban_fixture_on_noted, fixture);
    }
  ban_fixture_wait_for_noted (fixture, 1003);
  g_assert_true (ban_fixture_is_banned (table, "198.51.100.1"));
  g_assert_cmpuint (ban_fixture_failures_of (table, "10.0.3.231"), ==, 1);

  /* All of them bans: then there is none for one more. */
  for (guint i = 0; i < 1000; i++)
    {
      IpAddress address = ban_fixture_ip ("10.1.0.0");

      address.bytes[14] = (guint8) (i >> 8);
      address.bytes[15] = (guint8) i;
      ban_table_failed (table, &address, "joe", &at_once, ban_fixture_on_noted, fixture);
    }
  ban_fixture_wait_for_noted (fixture, 2003);
  g_autoptr (GArray) bans = ban_table_list (table, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (bans->len, ==, 100);
  g_assert_true (ban_fixture_is_banned (table, "198.51.100.1"));
  g_assert_false (ban_fixture_fail (fixture, table, "192.0.2.7"));
  g_assert_cmpuint (ban_fixture_failures_of (table, "192.0.2.7"), ==, 0);

  /* When they have ended, there is room again. */
  ban_fixture_advance (fixture, 601);
  ban_fixture_ban (fixture, table, "192.0.2.7");
}

static void
test_reopened (BanFixture *fixture, gconstpointer unused)
{
  BanTable *table = ban_fixture_open (fixture);

  ban_fixture_ban (fixture, table, "192.0.2.7");
  ban_fixture_fail (fixture, table, "192.0.2.8");
  ban_table_close (table);

  table = ban_fixture_open (fixture);
  g_assert_true (ban_fixture_is_banned (table, "192.0.2.7"));
  g_assert_cmpuint (ban_fixture_failures_of (table, "192.0.2.8"), ==, 1);

  /* The system has started anew, and its clock is a year behind. */
  memset (fixture->now.boot_id, 7, sizeof fixture->now.boot_id);
  fixture->now.wall_time -= 365 * 86400;
  g_assert_false (ban_fixture_is_banned (table, "192.0.2.7"));
  g_assert_false (ban_fixture_fail (fixture, table, "192.0.2.7"));
  ban_table_close (table);
}

static void
test_delay (void)
{
  static const guint expected[] = { 1000, 1000, 2000, 4000, 8000, 15000, 15000 };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpuint (ban_table_delay_ms (i), ==, expected[i]);
  g_assert_cmpuint (ban_table_delay_ms (G_MAXUINT), ==, 15000);
}

static void
test_unusable_folder (BanFixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->folder, "a file", -1, NULL));
  g_assert_null (ban_table_open (fixture->folder, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  temporary_folder_calm_log ();
#define ADD(name, function)                                                                        \
  g_test_add ("/ban-table/" name, BanFixture, NULL, ban_fixture_set_up, function,                  \
              ban_fixture_tear_down)
  ADD ("ban", test_ban);
  ADD ("ipv6-by-network", test_ipv6_by_network);
  ADD ("success", test_success);
  ADD ("success-close-behind", test_success_close_behind);
  ADD ("lift", test_lift);
  ADD ("on-the-way", test_on_the_way);
  ADD ("list", test_list);
  ADD ("bounds", test_bounds);
  ADD ("reopened", test_reopened);
  ADD ("unusable-folder", test_unusable_folder);
  g_test_add_func ("/ban-table/delay", test_delay);
  return g_test_run ();
}
