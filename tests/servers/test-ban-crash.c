/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/core/temporary-folder.h"
#include "tests/servers/ban-fixture.h"

/* The ban table in two processes, since a process opens it once. */

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
be_other_server (BanFixture *fixture, guint failures, int tell)
{
  BanTable *table = ban_fixture_open (fixture);

  for (guint i = 0; i < failures; i++)
    ban_fixture_fail (fixture, table, "192.0.2.7");
  say (tell);
  for (guint i = 0;; i++)
    {
      g_autofree char *address = g_strdup_printf ("10.0.%u.%u", i / 256 % 256, i % 256);

      ban_fixture_fail (fixture, table, address);
      if (i == 30)
        say (tell);
    }
}

/* Both write, and count together; one is killed in the middle of it, again and again. */
static void
test_killed_writer (BanFixture *fixture, gconstpointer unused)
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
      g_autoptr (BanTable) table = ban_fixture_open (fixture);
      hear (to_parent[0]);
      g_assert_cmpuint (ban_fixture_failures_of (table, "192.0.2.7"), ==, 2);
      g_assert_true (ban_fixture_fail (fixture, table, "192.0.2.7"));
      g_assert_true (ban_fixture_is_banned (table, "192.0.2.7"));
      hear (to_parent[0]);
      ban_fixture_ban (fixture, table, "192.0.2.8");

      g_assert_no_errno (kill (child, SIGKILL));
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_true (WIFSIGNALED (status));
      g_assert_true (ban_fixture_is_banned (table, "192.0.2.7"));
      g_assert_cmpuint (ban_fixture_failures_of (table, "10.0.0.30"), >=, 1);
      ban_fixture_ban (fixture, table, "192.0.2.9");
      close (to_parent[0]);
      close (to_parent[1]);
      ban_fixture_advance (fixture, 601);
    }
}

static void
stop_in_midst (Moment *now, gpointer data)
{
  *now = (Moment){ .boot_time_ns = 1000 * BAN_FIXTURE_NS, .wall_time = BAN_FIXTURE_WALL_TIME };
  raise (SIGSTOP);
}

typedef enum
{
  STOPS_READING,
  STOPS_WRITING
} StopPlace;

/* The other server: asks for the time in the midst of a transaction, and stands still there. */
static void
be_stopped_server (BanFixture *fixture, StopPlace place, int told)
{
  BanTable *table = ban_fixture_open (fixture);
  IpAddress address = ban_fixture_ip ("192.0.2.7");

  hear (told);
  ban_table_set_clock (table, stop_in_midst, NULL);
  if (place == STOPS_READING)
    ban_fixture_is_banned (table, "192.0.2.7");
  else
    g_assert_true (ban_table_lift (table, &address, NULL));
  ban_table_close (table);
}

static pid_t
start_stopped_server (BanFixture *fixture, StopPlace place, BanTable **table)
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
  *table = ban_fixture_open (fixture);
  ban_fixture_ban (fixture, *table, "192.0.2.7");
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
test_stopped_reader (BanFixture *fixture, gconstpointer unused)
{
  g_autoptr (BanTable) table = NULL;
  pid_t child = start_stopped_server (fixture, STOPS_READING, &table);

  ban_fixture_ban (fixture, table, "192.0.2.8");
  g_assert_true (ban_fixture_is_banned (table, "192.0.2.8"));
  end_stopped_server (child);
}

/* Who writes holds up writing alone: look-ups go on, and failures can be handed in, and count. */
static void
test_stopped_writer (BanFixture *fixture, gconstpointer unused)
{
  g_autoptr (BanTable) table = NULL;
  pid_t child = start_stopped_server (fixture, STOPS_WRITING, &table);
  IpAddress address = ban_fixture_ip ("192.0.2.8");
  guint noted = fixture->noted;

  ban_table_failed (table, &address, "joe", &ban_fixture_limits, ban_fixture_on_noted, fixture);
  for (guint i = 0; i < 100; i++)
    {
      g_assert_true (ban_fixture_is_banned (table, "192.0.2.7"));
      g_assert_cmpuint (ban_fixture_failures_of (table, "192.0.2.8"), ==, 1);
    }
  end_stopped_server (child);
  ban_fixture_wait_for_noted (fixture, noted + 1);
  g_assert_cmpuint (ban_fixture_failures_of (table, "192.0.2.8"), ==, 1);
  g_assert_false (ban_fixture_is_banned (table, "192.0.2.7"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  temporary_folder_calm_log ();
#define ADD(name, function)                                                                        \
  g_test_add ("/ban-crash/" name, BanFixture, NULL, ban_fixture_set_up, function,                  \
              ban_fixture_tear_down)
  ADD ("killed-writer", test_killed_writer);
  ADD ("stopped-reader", test_stopped_reader);
  ADD ("stopped-writer", test_stopped_writer);
  return g_test_run ();
}
