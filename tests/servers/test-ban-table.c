/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/ban-table.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/core/temporary-folder.h"

#define NS G_GINT64_CONSTANT (1000000000)
#define WALL_TIME G_GINT64_CONSTANT (1700000000)

static const BanLimits limits = { .failures = 3, .minutes = 10 };

typedef struct
{
  char *top;    /* (owned) */
  char *folder; /* (owned) below it, not yet there */
  Moment now;
  GMutex lock;
  GCond changed;
  guint noted;
  guint bans;
  Ban last_ban;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  fixture->top = temporary_folder_new ();
  fixture->folder = g_build_filename (fixture->top, "bans", NULL);
  fixture->now = (Moment){ .boot_time_ns = 1000 * NS, .wall_time = WALL_TIME };
  g_mutex_init (&fixture->lock);
  g_cond_init (&fixture->changed);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  temporary_folder_remove (fixture->top);
  g_cond_clear (&fixture->changed);
  g_mutex_clear (&fixture->lock);
  g_free (fixture->folder);
  g_free (fixture->top);
}

static void
tell_time (Moment *now, gpointer data)
{
  Fixture *fixture = data;

  *now = fixture->now;
}

static void
advance (Fixture *fixture, gint64 seconds)
{
  fixture->now.boot_time_ns += seconds * NS;
  fixture->now.wall_time += seconds;
}

static BanTable *
open_table (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  BanTable *table = ban_table_open (fixture->folder, &error);

  g_assert_no_error (error);
  ban_table_set_clock (table, tell_time, fixture);
  return table;
}

static IpAddress
ip (const char *text)
{
  IpAddress address;

  g_assert_true (ip_address_parse (text, &address));
  return address;
}

static void
on_noted (gpointer data, const Ban *ban)
{
  Fixture *fixture = data;

  g_mutex_lock (&fixture->lock);
  fixture->noted++;
  if (ban != NULL)
    {
      fixture->bans++;
      fixture->last_ban = *ban;
    }
  g_cond_signal (&fixture->changed);
  g_mutex_unlock (&fixture->lock);
}

static void
wait_for_noted (Fixture *fixture, guint noted)
{
  g_mutex_lock (&fixture->lock);
  while (fixture->noted < noted)
    g_cond_wait (&fixture->changed, &fixture->lock);
  g_mutex_unlock (&fixture->lock);
}

/* Returns whether the failure began a ban. */
static gboolean
fail (Fixture *fixture, BanTable *table, const char *address_text)
{
  IpAddress address = ip (address_text);
  guint noted = fixture->noted, bans = fixture->bans;

  ban_table_failed (table, &address, "joe", &limits, on_noted, fixture);
  wait_for_noted (fixture, noted + 1);
  return fixture->bans > bans;
}

static void
ban_address (Fixture *fixture, BanTable *table, const char *address)
{
  g_assert_false (fail (fixture, table, address));
  g_assert_false (fail (fixture, table, address));
  g_assert_true (fail (fixture, table, address));
}

static gboolean
is_banned (BanTable *table, const char *address_text)
{
  IpAddress address = ip (address_text);
  Ban ban;

  return ban_table_look_up (table, &address, &ban);
}

static guint
failures_of (BanTable *table, const char *address_text)
{
  IpAddress address = ip (address_text);
  Ban ban;

  (void) ban_table_look_up (table, &address, &ban);
  return ban.failures;
}

/* Tells of a success, and waits until the writer has dealt with it: what another address does is
 * written behind it. */
static void
succeed (Fixture *fixture, BanTable *table, const char *address_text)
{
  IpAddress address = ip (address_text);

  ban_table_succeeded (table, &address);
  fail (fixture, table, "203.0.113.99");
}

static void
test_ban (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (BanTable) table = open_table (fixture);
  IpAddress address = ip ("192.0.2.7");
  Ban ban;

  g_assert_false (ban_table_look_up (table, &address, &ban));
  g_assert_cmpuint (ban.failures, ==, 0);
  g_assert_false (fail (fixture, table, "192.0.2.7"));
  advance (fixture, 60);
  g_assert_false (fail (fixture, table, "192.0.2.7"));
  g_assert_false (is_banned (table, "192.0.2.7"));
  g_assert_cmpuint (failures_of (table, "192.0.2.7"), ==, 2);
  advance (fixture, 60);
  g_assert_true (fail (fixture, table, "192.0.2.7"));
  g_assert_true (ip_address_equal (&fixture->last_ban.address, &address));
  g_assert_cmpint (fixture->last_ban.until, ==, WALL_TIME + 120 + 600);

  g_assert_true (ban_table_look_up (table, &address, &ban));
  g_assert_cmpuint (ban.failures, ==, 3);
  g_assert_cmpint (ban.since, ==, WALL_TIME + 120);
  g_assert_cmpint (ban.until, ==, WALL_TIME + 720);
  g_assert_cmpstr (ban.user, ==, "joe");
  g_assert_true (is_banned (table, "::ffff:192.0.2.7"));
  g_assert_false (is_banned (table, "192.0.2.8"));

  advance (fixture, 599);
  g_assert_true (is_banned (table, "192.0.2.7"));
  advance (fixture, 1);
  g_assert_false (is_banned (table, "192.0.2.7"));
  g_assert_cmpuint (failures_of (table, "192.0.2.7"), ==, 0);
  g_assert_false (fail (fixture, table, "192.0.2.7"));
}

static void
test_ipv6_by_network (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (BanTable) table = open_table (fixture);
  char text[IP_NETWORK_TEXT_MAX];

  g_assert_false (fail (fixture, table, "2001:db8:0:1::1"));
  g_assert_false (fail (fixture, table, "2001:db8:0:1:ffff::2"));
  g_assert_false (fail (fixture, table, "2001:db8:0:2::1"));
  g_assert_true (fail (fixture, table, "2001:db8:0:1::3"));
  g_assert_cmpstr (ip_address_to_string (&fixture->last_ban.address, text), ==, "2001:db8:0:1::");
  g_assert_true (is_banned (table, "2001:db8:0:1:aaaa:bbbb:cccc:dddd"));
  g_assert_false (is_banned (table, "2001:db8:0:2::1"));
}

static void
test_success (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (BanTable) table = open_table (fixture);

  fail (fixture, table, "192.0.2.7");
  fail (fixture, table, "192.0.2.7");
  succeed (fixture, table, "192.0.2.7");
  g_assert_cmpuint (failures_of (table, "192.0.2.7"), ==, 0);
  ban_address (fixture, table, "192.0.2.7");

  /* One whose log-on was under way when the ban began does not end it. */
  succeed (fixture, table, "192.0.2.7");
  g_assert_true (is_banned (table, "192.0.2.7"));
  succeed (fixture, table, "192.0.2.8");
}

/* A success that comes while the failure is on its way to the disk takes it back, too. */
static void
test_success_close_behind (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (BanTable) table = open_table (fixture);
  IpAddress address = ip ("192.0.2.7");

  for (guint i = 0; i < 200; i++)
    {
      ban_table_failed (table, &address, "joe", &limits, on_noted, fixture);
      ban_table_succeeded (table, &address);
    }
  wait_for_noted (fixture, 200);
  fail (fixture, table, "203.0.113.99");
  g_assert_cmpuint (fixture->bans, ==, 0);
  g_assert_cmpuint (failures_of (table, "192.0.2.7"), ==, 0);
}

static void
test_lift (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BanTable) table = open_table (fixture);
  IpAddress address = ip ("2001:db8::7");

  g_assert_false (ban_table_lift (table, &address, &error));
  fail (fixture, table, "2001:db8::7");
  g_assert_false (ban_table_lift (table, &address, &error));
  ban_address (fixture, table, "2001:db8::7");
  address = ip ("2001:db8::8");
  g_assert_true (ban_table_lift (table, &address, &error));
  g_assert_no_error (error);
  g_assert_false (is_banned (table, "2001:db8::7"));
  g_assert_cmpuint (failures_of (table, "2001:db8::7"), ==, 0);
}

static void
test_list (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BanTable) table = open_table (fixture);
  char text[IP_NETWORK_TEXT_MAX];

  ban_address (fixture, table, "192.0.2.6");
  advance (fixture, 300);
  fail (fixture, table, "192.0.2.1");
  ban_address (fixture, table, "192.0.2.7");
  advance (fixture, 1);
  ban_address (fixture, table, "2001:db8::1");
  advance (fixture, 300);

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
test_bounds (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BanTable) table = open_table (fixture);
  BanLimits at_once = { .failures = 1, .minutes = 10 };

  ban_table_set_room (table, 100);
  ban_address (fixture, table, "198.51.100.1");
  for (guint i = 0; i < 1000; i++)
    {
      IpAddress address = ip ("10.0.0.0");

      address.bytes[14] = (guint8) (i >> 8);
      address.bytes[15] = (guint8) i;
      ban_table_failed (table, &address, "joe", &limits, on_noted, fixture);
    }
  wait_for_noted (fixture, 1003);
  g_assert_true (is_banned (table, "198.51.100.1"));
  g_assert_cmpuint (failures_of (table, "10.0.3.231"), ==, 1);

  /* All of them bans: then there is none for one more. */
  for (guint i = 0; i < 1000; i++)
    {
      IpAddress address = ip ("10.1.0.0");

      address.bytes[14] = (guint8) (i >> 8);
      address.bytes[15] = (guint8) i;
      ban_table_failed (table, &address, "joe", &at_once, on_noted, fixture);
    }
  wait_for_noted (fixture, 2003);
  g_autoptr (GArray) bans = ban_table_list (table, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (bans->len, ==, 100);
  g_assert_true (is_banned (table, "198.51.100.1"));
  g_assert_false (fail (fixture, table, "192.0.2.7"));
  g_assert_cmpuint (failures_of (table, "192.0.2.7"), ==, 0);

  /* When they have ended, there is room again. */
  advance (fixture, 601);
  ban_address (fixture, table, "192.0.2.7");
}

static void
test_reopened (Fixture *fixture, gconstpointer unused)
{
  BanTable *table = open_table (fixture);

  ban_address (fixture, table, "192.0.2.7");
  fail (fixture, table, "192.0.2.8");
  ban_table_close (table);

  table = open_table (fixture);
  g_assert_true (is_banned (table, "192.0.2.7"));
  g_assert_cmpuint (failures_of (table, "192.0.2.8"), ==, 1);

  /* The system has started anew, and its clock is a year behind. */
  memset (fixture->now.boot_id, 7, sizeof fixture->now.boot_id);
  fixture->now.wall_time -= 365 * 86400;
  g_assert_false (is_banned (table, "192.0.2.7"));
  g_assert_false (fail (fixture, table, "192.0.2.7"));
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

/* --- Two processes --- */

static void
say (int pipe_end)
{
  g_assert_cmpint (write (pipe_end, "x", 1), ==, 1);
}

static void
hear (int pipe_end)
{
  char byte;

  g_assert_cmpint (read (pipe_end, &byte, 1), ==, 1);
}

/* The other server: fails @failures times from one address, tells, then goes on from others until
 * it is killed. */
static void
be_other_server (Fixture *fixture, guint failures, int tell)
{
  BanTable *table = open_table (fixture);

  for (guint i = 0; i < failures; i++)
    fail (fixture, table, "192.0.2.7");
  say (tell);
  for (guint i = 0;; i++)
    {
      g_autofree char *address = g_strdup_printf ("10.0.%u.%u", i / 256 % 256, i % 256);

      fail (fixture, table, address);
      if (i == 30)
        say (tell);
    }
}

/* Both write, and count together; one is killed in the middle of it, again and again. */
static void
test_killed_writer (Fixture *fixture, gconstpointer unused)
{
  for (guint round = 0; round < 4; round++)
    {
      int to_parent[2], status;
      pid_t child;

      g_assert_no_errno (pipe (to_parent));
      child = fork ();
      if (child == 0)
        {
          be_other_server (fixture, 2, to_parent[1]);
          _exit (1);
        }
      g_autoptr (BanTable) table = open_table (fixture);
      hear (to_parent[0]);
      g_assert_cmpuint (failures_of (table, "192.0.2.7"), ==, 2);
      g_assert_true (fail (fixture, table, "192.0.2.7"));
      g_assert_true (is_banned (table, "192.0.2.7"));
      hear (to_parent[0]);
      ban_address (fixture, table, "192.0.2.8");

      g_assert_no_errno (kill (child, SIGKILL));
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_true (WIFSIGNALED (status));
      g_assert_true (is_banned (table, "192.0.2.7"));
      g_assert_cmpuint (failures_of (table, "10.0.0.30"), >=, 1);
      ban_address (fixture, table, "192.0.2.9");
      close (to_parent[0]);
      close (to_parent[1]);
      advance (fixture, 601);
    }
}

static void
stop_in_midst (Moment *now, gpointer data)
{
  *now = (Moment){ .boot_time_ns = 1000 * NS, .wall_time = WALL_TIME };
  raise (SIGSTOP);
}

typedef enum
{
  STOPS_READING,
  STOPS_WRITING
} StopPlace;

/* The other server: asks for the time in the midst of a transaction, and stands still there. */
static void
be_stopped_server (Fixture *fixture, StopPlace place, int told)
{
  BanTable *table = open_table (fixture);
  IpAddress address = ip ("192.0.2.7");

  hear (told);
  ban_table_set_clock (table, stop_in_midst, NULL);
  if (place == STOPS_READING)
    is_banned (table, "192.0.2.7");
  else
    g_assert_true (ban_table_lift (table, &address, NULL));
  ban_table_close (table);
}

static pid_t
start_stopped_server (Fixture *fixture, StopPlace place, BanTable **table)
{
  int to_child[2], status;
  pid_t child;

  g_assert_no_errno (pipe (to_child));
  child = fork ();
  if (child == 0)
    {
      be_stopped_server (fixture, place, to_child[0]);
      _exit (0);
    }
  *table = open_table (fixture);
  ban_address (fixture, *table, "192.0.2.7");
  say (to_child[1]);
  g_assert_cmpint (waitpid (child, &status, WUNTRACED), ==, child);
  g_assert_true (WIFSTOPPED (status));
  close (to_child[0]);
  close (to_child[1]);
  return child;
}

static void
end_stopped_server (pid_t child)
{
  int status;

  g_assert_no_errno (kill (child, SIGCONT));
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
}

/* Who reads holds up nobody. */
static void
test_stopped_reader (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (BanTable) table = NULL;
  pid_t child = start_stopped_server (fixture, STOPS_READING, &table);

  ban_address (fixture, table, "192.0.2.8");
  g_assert_true (is_banned (table, "192.0.2.8"));
  end_stopped_server (child);
}

/* Who writes holds up writing alone: look-ups go on, and failures can be handed in. */
static void
test_stopped_writer (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (BanTable) table = NULL;
  pid_t child = start_stopped_server (fixture, STOPS_WRITING, &table);
  IpAddress address = ip ("192.0.2.8");
  guint noted = fixture->noted;

  ban_table_failed (table, &address, "joe", &limits, on_noted, fixture);
  for (guint i = 0; i < 100; i++)
    {
      g_assert_true (is_banned (table, "192.0.2.7"));
      g_assert_cmpuint (failures_of (table, "192.0.2.8"), ==, 0);
    }
  end_stopped_server (child);
  wait_for_noted (fixture, noted + 1);
  g_assert_cmpuint (failures_of (table, "192.0.2.8"), ==, 1);
  g_assert_false (is_banned (table, "192.0.2.7"));
}

static void
test_unusable_folder (Fixture *fixture, gconstpointer unused)
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
  g_test_add ("/ban-table/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("ban", test_ban);
  ADD ("ipv6-by-network", test_ipv6_by_network);
  ADD ("success", test_success);
  ADD ("success-close-behind", test_success_close_behind);
  ADD ("lift", test_lift);
  ADD ("list", test_list);
  ADD ("bounds", test_bounds);
  ADD ("reopened", test_reopened);
  ADD ("killed-writer", test_killed_writer);
  ADD ("stopped-reader", test_stopped_reader);
  ADD ("stopped-writer", test_stopped_writer);
  ADD ("unusable-folder", test_unusable_folder);
  g_test_add_func ("/ban-table/delay", test_delay);
  return g_test_run ();
}
