/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/logon-table.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define NS G_GINT64_CONSTANT (1000000000)
#define WALL_TIME G_GINT64_CONSTANT (1700000000)

typedef struct
{
  char *top;    /* (owned) */
  char *folder; /* (owned) below it, not yet there */
  Moment now;
  GMutex lock;
  GCond changed;
  guint recorded;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  fixture->top = g_dir_make_tmp ("test-logon-table-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->folder = g_build_filename (fixture->top, "log-ons", NULL);
  fixture->now = (Moment){ .boot_time_ns = 1000 * NS, .wall_time = WALL_TIME };
  g_mutex_init (&fixture->lock);
  g_cond_init (&fixture->changed);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  static const char *const names[] = { "data.mdb", "lock.mdb" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, names[i], NULL);
      g_unlink (path);
    }
  g_rmdir (fixture->folder);
  g_assert_no_errno (g_rmdir (fixture->top));
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

static LogonTable *
open_table (Fixture *fixture, LogonTableRole role)
{
  g_autoptr (GError) error = NULL;
  LogonTable *table = logon_table_open (fixture->folder, role, &error);

  g_assert_no_error (error);
  logon_table_set_clock (table, tell_time, fixture);
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
on_recorded (gpointer data, const GError *error)
{
  Fixture *fixture = data;

  g_assert_no_error (error);
  g_mutex_lock (&fixture->lock);
  fixture->recorded++;
  g_cond_signal (&fixture->changed);
  g_mutex_unlock (&fixture->lock);
}

static void
record (Fixture *fixture, LogonTable *table, const char *address_text, const char *user)
{
  IpAddress address = ip (address_text);
  LogonEntry entry = { address, address, user, 0 };
  guint before = fixture->recorded;

  logon_table_record (table, &entry, on_recorded, fixture);
  g_mutex_lock (&fixture->lock);
  while (fixture->recorded == before)
    g_cond_wait (&fixture->changed, &fixture->lock);
  g_mutex_unlock (&fixture->lock);
}

static gboolean
look_up (LogonTable *table, const char *address_text, Logon *logon)
{
  IpAddress address = ip (address_text);
  return logon_table_look_up (table, &address, logon);
}

/* The age in seconds, -1 for none. */
static gint64
age_of (LogonTable *table, const char *address_text)
{
  Logon logon;
  return look_up (table, address_text, &logon) ? logon.age : -1;
}

static void
test_look_up (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (LogonTable) table = open_table (fixture, LOGON_TABLE_WRITER);
  Logon logon;

  g_assert_false (look_up (table, "192.0.2.7", &logon));
  record (fixture, table, "192.0.2.7", "joe");
  record (fixture, table, "2001:db8::7", "ann");

  g_assert_true (look_up (table, "192.0.2.7", &logon));
  g_assert_cmpstr (logon.user, ==, "joe");
  g_assert_cmpint (logon.wall_time, ==, WALL_TIME);
  g_assert_cmpint (logon.age, ==, 0);
  g_assert_cmpint (logon.instant, ==, fixture->now.boot_time_ns);
  g_assert_true (look_up (table, "::ffff:192.0.2.7", &logon));
  g_assert_true (look_up (table, "2001:db8::7", &logon));
  g_assert_cmpstr (logon.user, ==, "ann");
  g_assert_false (look_up (table, "192.0.2.8", &logon));
  g_assert_false (look_up (table, "2001:db8::8", &logon));
}

/* Each log-on renews, and the newest user is the one that is known. */
static void
test_renewal (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (LogonTable) table = open_table (fixture, LOGON_TABLE_WRITER);
  Logon logon;

  record (fixture, table, "192.0.2.7", "joe");
  advance (fixture, 899);
  g_assert_cmpint (age_of (table, "192.0.2.7"), ==, 899);
  record (fixture, table, "192.0.2.7", "ann");
  advance (fixture, 2);
  g_assert_true (look_up (table, "192.0.2.7", &logon));
  g_assert_cmpint (logon.age, ==, 2);
  g_assert_cmpstr (logon.user, ==, "ann");
}

static void
test_clock_jumps (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (LogonTable) table = open_table (fixture, LOGON_TABLE_WRITER);

  record (fixture, table, "192.0.2.7", "joe");
  advance (fixture, 600);
  fixture->now.wall_time = 0;
  g_assert_cmpint (age_of (table, "192.0.2.7"), ==, 600);
  fixture->now.wall_time = WALL_TIME * 2;
  g_assert_cmpint (age_of (table, "192.0.2.7"), ==, 600);
}

/* Ten minutes or ten years, with a clock that was set back meanwhile: nobody can tell. */
static void
test_reboot (Fixture *fixture, gconstpointer unused)
{
  LogonTable *table = open_table (fixture, LOGON_TABLE_WRITER);
  record (fixture, table, "192.0.2.7", "joe");
  logon_table_close (table);

  table = open_table (fixture, LOGON_TABLE_WRITER);
  fixture->now.boot_id[0] ^= 1;
  fixture->now.boot_time_ns = 20 * NS;
  fixture->now.wall_time = WALL_TIME + 300;
  g_assert_cmpint (age_of (table, "192.0.2.7"), ==, -1);
  fixture->now.wall_time = WALL_TIME + 3;
  g_assert_cmpint (age_of (table, "192.0.2.7"), ==, -1);
  fixture->now.wall_time = WALL_TIME - 1;
  g_assert_cmpint (age_of (table, "192.0.2.7"), ==, -1);
  record (fixture, table, "192.0.2.7", "joe");
  g_assert_cmpint (age_of (table, "192.0.2.7"), ==, 0);
  logon_table_close (table);
}

static void
test_revoke (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (LogonTable) table = open_table (fixture, LOGON_TABLE_WRITER);
  g_autoptr (GError) error = NULL;
  IpAddress address = ip ("192.0.2.7");

  record (fixture, table, "192.0.2.7", "joe");
  record (fixture, table, "192.0.2.8", "ann");
  g_assert_true (logon_table_revoke (table, &address, &error));
  g_assert_false (logon_table_revoke (table, &address, &error));
  g_assert_no_error (error);
  g_assert_cmpint (age_of (table, "192.0.2.7"), ==, -1);
  g_assert_cmpint (age_of (table, "192.0.2.8"), ==, 0);
}

/* The log-on that was looked at, and no other: one that was revoked meanwhile does not come back, one
 * that came meanwhile keeps its user. */
static void
test_extend (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (LogonTable) table = open_table (fixture, LOGON_TABLE_WRITER);
  g_autoptr (GError) error = NULL;
  Logon logon;

  record (fixture, table, "192.0.2.7", "joe");
  advance (fixture, 600);
  g_assert_true (look_up (table, "192.0.2.7", &logon));
  g_assert_true (logon_table_extend (table, &logon, &error));
  g_assert_cmpint (age_of (table, "192.0.2.7"), ==, 0);

  advance (fixture, 100);
  g_assert_false (logon_table_extend (table, &logon, &error));
  g_assert_cmpint (age_of (table, "192.0.2.7"), ==, 100);
  g_assert_true (look_up (table, "192.0.2.7", &logon));
  record (fixture, table, "192.0.2.7", "ann");
  advance (fixture, 5);
  g_assert_false (logon_table_extend (table, &logon, &error));
  g_assert_true (look_up (table, "192.0.2.7", &logon));
  g_assert_cmpstr (logon.user, ==, "ann");
  g_assert_cmpint (logon.age, ==, 5);

  g_assert_true (logon_table_revoke (table, &logon.address, &error));
  g_assert_false (logon_table_extend (table, &logon, &error));
  g_assert_no_error (error);
  g_assert_false (look_up (table, "192.0.2.7", &logon));
}

static void
test_purge (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (LogonTable) table = open_table (fixture, LOGON_TABLE_WRITER);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *address = g_strdup_printf ("192.0.2.%u", i);
      record (fixture, table, address, "joe");
      advance (fixture, 1);
    }
  g_assert_true (logon_table_purge (table, 100, &error));
  g_assert_no_error (error);
  g_assert_cmpint (age_of (table, "192.0.2.99"), ==, -1);
  g_assert_cmpint (age_of (table, "192.0.2.100"), ==, 100);
  g_assert_cmpint (age_of (table, "192.0.2.199"), ==, 1);

  g_autoptr (GArray) logons = logon_table_list (table, G_MAXINT64, &error);
  g_assert_cmpuint (logons->len, ==, 100);
}

static void
test_list (Fixture *fixture, gconstpointer unused)
{
  static const char *const addresses[] = { "192.0.2.7", "2001:db8::7", "192.0.2.1", "10.0.0.1" };
  g_autoptr (LogonTable) table = open_table (fixture, LOGON_TABLE_WRITER);
  g_autoptr (GError) error = NULL;

  record (fixture, table, "192.0.2.99", "old");
  advance (fixture, 600);
  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      record (fixture, table, addresses[i], "joe");
      fixture->now.boot_time_ns += 1000; /* less than a second, and yet an order */
    }

  g_autoptr (GArray) logons = logon_table_list (table, 600, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (logons->len, ==, G_N_ELEMENTS (addresses));
  for (guint i = 0; i < logons->len; i++)
    {
      char text[IP_NETWORK_TEXT_MAX];
      Logon *logon = &g_array_index (logons, Logon, i);
      g_assert_cmpstr (ip_address_to_string (&logon->address, text), ==,
                       addresses[G_N_ELEMENTS (addresses) - 1 - i]);
    }
}

static void
test_long_user (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (LogonTable) table = open_table (fixture, LOGON_TABLE_WRITER);
  g_autofree char *user = g_strnfill (1000, 'x');
  Logon logon;

  record (fixture, table, "192.0.2.7", user);
  g_assert_true (look_up (table, "192.0.2.7", &logon));
  g_assert_cmpuint (strlen (logon.user), ==, sizeof logon.user - 1);
}

/* --- Two processes, since a process opens the table once --- */

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

/* The POP server: makes the table when it is told to, records, tells, goes on recording until it is
 * killed. */
static void
be_writer (Fixture *fixture, int told, int tell)
{
  hear (told);
  LogonTable *table = open_table (fixture, LOGON_TABLE_WRITER);
  record (fixture, table, "192.0.2.7", "joe");
  say (tell);
  for (guint i = 0;; i++)
    {
      g_autofree char *address = g_strdup_printf ("10.0.%u.%u", i / 256 % 256, i % 256);
      record (fixture, table, address, "ann");
      if (i == 50)
        say (tell);
    }
}

static void
test_two_processes (Fixture *fixture, gconstpointer unused)
{
  int to_child[2];
  int to_parent[2];
  int status;

  g_assert_no_errno (pipe (to_child));
  g_assert_no_errno (pipe (to_parent));
  pid_t child = fork ();
  if (child == 0)
    {
      be_writer (fixture, to_child[0], to_parent[1]);
      _exit (1);
    }

  /* No table yet: nobody is logged on. It comes while we have it "open", and the first log-on is
   * seen at once. */
  g_autoptr (LogonTable) table = open_table (fixture, LOGON_TABLE_READER);
  g_autoptr (GError) error = NULL;
  g_assert_cmpint (age_of (table, "192.0.2.7"), ==, -1);
  g_autoptr (GArray) none = logon_table_list (table, 100, &error);
  g_assert_cmpuint (none->len, ==, 0);
  say (to_child[1]);
  hear (to_parent[0]);
  g_assert_cmpint (age_of (table, "192.0.2.7"), ==, 0);

  hear (to_parent[0]);
  g_assert_no_errno (kill (child, SIGKILL));
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (age_of (table, "192.0.2.7"), ==, 0);
  g_assert_cmpint (age_of (table, "10.0.0.50"), ==, 0);
  g_autoptr (GArray) logons = logon_table_list (table, 100, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (logons->len, >=, 52);

  /* Another writer goes on where that one was killed; the reader has to be in another process then.
   */
  g_clear_pointer (&table, logon_table_close);
  table = open_table (fixture, LOGON_TABLE_WRITER);
  g_assert_cmpint (age_of (table, "10.0.0.50"), ==, 0);
  record (fixture, table, "192.0.2.8", "joe");
  g_assert_cmpint (age_of (table, "192.0.2.8"), ==, 0);

  for (guint i = 0; i < 2; i++)
    {
      close (to_child[i]);
      close (to_parent[i]);
    }
}

/* Stops the process in the midst of a look-up: the time is asked for inside its transaction. */
static void
stop_in_midst (Moment *now, gpointer data)
{
  raise (SIGSTOP);
  tell_time (now, data);
}

/* Whatever the SMTP server does, or does not get to do, log-ons are recorded. */
static void
test_stopped_reader (Fixture *fixture, gconstpointer unused)
{
  int status;
  pid_t child;

  logon_table_close (open_table (fixture, LOGON_TABLE_WRITER));
  child = fork ();
  if (child == 0)
    {
      LogonTable *reader = open_table (fixture, LOGON_TABLE_READER);
      logon_table_set_clock (reader, stop_in_midst, fixture);
      _exit (age_of (reader, "192.0.2.7") == -1 ? 0 : 1);
    }
  g_assert_cmpint (waitpid (child, &status, WUNTRACED), ==, child);
  g_assert_true (WIFSTOPPED (status));

  g_autoptr (LogonTable) table = open_table (fixture, LOGON_TABLE_WRITER);
  for (guint i = 0; i < 20; i++)
    record (fixture, table, "192.0.2.7", "joe");
  g_assert_cmpint (age_of (table, "192.0.2.7"), ==, 0);

  /* It sees what was there when it began. */
  g_assert_no_errno (kill (child, SIGCONT));
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

/* Where the table can't be opened, nobody knows; that is not "no log-on". */
static void
test_no_descriptor (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (LogonTable) table = open_table (fixture, LOGON_TABLE_READER);
  IpAddress address = ip ("192.0.2.7");
  struct rlimit former, none;
  Logon logon;

  g_assert_cmpint (logon_table_find (table, &address, &logon), ==, LOGON_NONE);
  g_assert_no_errno (g_mkdir (fixture->folder, 0700));
  g_autofree char *path = g_build_filename (fixture->folder, "data.mdb", NULL);
  g_assert_true (g_file_set_contents (path, "no table", -1, NULL));
  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &former));
  none = (struct rlimit){ .rlim_cur = 3, .rlim_max = former.rlim_max };
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &none));
  LogonFinding finding = logon_table_find (table, &address, &logon);
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &former));
  g_assert_cmpint (finding, ==, LOGON_UNSURE);
}

static void
test_unusable_folder (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->folder, "a file", -1, NULL));
  g_assert_null (logon_table_open (fixture->folder, LOGON_TABLE_WRITER, &error));
  g_assert_nonnull (error);
  g_assert_no_errno (g_unlink (fixture->folder));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK); /* trouble is told */
#define ADD(name, function)                                                                        \
  g_test_add ("/logon-table/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("look-up", test_look_up);
  ADD ("renewal", test_renewal);
  ADD ("clock-jumps", test_clock_jumps);
  ADD ("reboot", test_reboot);
  ADD ("revoke", test_revoke);
  ADD ("extend", test_extend);
  ADD ("purge", test_purge);
  ADD ("list", test_list);
  ADD ("long-user", test_long_user);
  ADD ("two-processes", test_two_processes);
  ADD ("stopped-reader", test_stopped_reader);
  ADD ("no-descriptor", test_no_descriptor);
  ADD ("unusable-folder", test_unusable_folder);
  return g_test_run ();
}
