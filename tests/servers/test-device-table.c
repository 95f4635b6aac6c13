/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/device-table.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "servers/auth/device-record.h"
#include "tests/core/temporary-folder.h"

#define NS G_GINT64_CONSTANT (1000000000)
#define DAY (24 * 3600)

/* The clock of the tests is this one's, and so much later. */
static gint64 later;       /* the table's own thread asks, too */
static gint64 set_forward; /* the wall clock alone */
static gboolean is_rebooted;

static void
tell_time (Moment *now, gpointer unused)
{
  moment_read (now, NULL);
  gint64 passed = __atomic_load_n (&later, __ATOMIC_ACQUIRE);

  now->boot_time_ns += passed * NS;
  now->wall_time += passed + __atomic_load_n (&set_forward, __ATOMIC_ACQUIRE);
  if (!is_rebooted)
    return;
  now->boot_id[0] ^= 0xff;
  now->boot_time_ns = 10 * NS;
}

typedef struct
{
  char *folder; /* (owned) */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  fixture->folder = temporary_folder_new ();
  __atomic_store_n (&later, 0, __ATOMIC_RELEASE);
  __atomic_store_n (&set_forward, 0, __ATOMIC_RELEASE);
  is_rebooted = FALSE;
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  temporary_folder_remove (fixture->folder);
  g_free (fixture->folder);
}

static DeviceTable *
open_table (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  DeviceTable *table = device_table_open (fixture->folder, &error);

  g_assert_no_error (error);
  device_table_set_clock (table, tell_time, NULL);
  return table;
}

static void
note (DeviceTable *table, const char *address, const char *user, guint log_ons, guint retrieved)
{
  Device seen = { .how = "pass", .log_ons = log_ons, .retrieved = retrieved };

  g_assert_true (ip_address_parse (address, &seen.address));
  g_strlcpy (seen.user, user, sizeof seen.user);
  device_table_note (table, &seen);
}

static void
note_many (DeviceTable *table, guint first, guint count)
{
  for (guint i = first; i < first + count; i++)
    {
      g_autofree char *address = g_strdup_printf ("10.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
      note (table, address, "joe", 1, 0);
    }
}

static GArray *
list (DeviceTable *table)
{
  g_autoptr (GError) error = NULL;
  GArray *devices = device_table_list (table, &error);

  g_assert_no_error (error);
  return devices;
}

static guint
count (DeviceTable *table)
{
  g_autoptr (GArray) devices = list (table);
  return devices->len;
}

static Device
only_device (DeviceTable *table)
{
  g_autoptr (GArray) devices = list (table);

  g_assert_cmpuint (devices->len, ==, 1);
  return g_array_index (devices, Device, 0);
}

static void
test_numbers (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (DeviceTable) table = open_table (fixture);
  Device apop = { .user = "joe", .how = "apop", .tls = "TLSv1.3", .log_ons = 1 };

  note (table, "192.0.2.7", "joe", 1, 0);
  Device device = only_device (table);
  g_assert_cmpstr (device.user, ==, "joe");
  g_assert_cmpstr (device.how, ==, "pass");
  g_assert_cmpstr (device.tls, ==, "");
  g_assert_cmpuint (device.retrieved, ==, 0);
  gint64 first = device.first;

  __atomic_store_n (&later, 100, __ATOMIC_RELEASE);
  g_assert_true (ip_address_parse ("192.0.2.7", &apop.address));
  device_table_note (table, &apop);
  note (table, "192.0.2.7", "joe", 0, 3);
  device_table_note (table, &apop);
  device = only_device (table);
  g_assert_cmpstr (device.how, ==, "apop");
  g_assert_cmpstr (device.tls, ==, "TLSv1.3");
  g_assert_cmpuint (device.log_ons, ==, 3);
  g_assert_cmpuint (device.retrieved, ==, 3);
  g_assert_cmpint (ABS (device.first - first), <=, 1);
  g_assert_cmpint (device.last - device.first, >=, 99);

  note (table, "192.0.2.7", "ann", 1, 0);
  note (table, "2001:db8::7", "joe", 1, 0);
  g_assert_cmpuint (count (table), ==, 3);
}

static void
test_kept (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (DeviceTable) table = open_table (fixture);

  note (table, "192.0.2.7", "joe", 1, 0);
  g_clear_pointer (&table, device_table_close);
  table = open_table (fixture);
  note (table, "192.0.2.7", "joe", 1, 1);
  Device device = only_device (table);
  g_assert_cmpuint (device.log_ons, ==, 2);
  g_assert_cmpuint (device.retrieved, ==, 1);
}

/* A user's name of any length, and no text at all, comes back as far as there is room. */
static void
test_long_names (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (DeviceTable) table = open_table (fixture);
  Device seen = { .how = "pass", .log_ons = 1 };

  g_assert_true (ip_address_parse ("192.0.2.7", &seen.address));
  memset (seen.user, '\xff', sizeof seen.user - 1);
  memset (seen.tls, 'T', sizeof seen.tls - 1);
  device_table_note (table, &seen);
  Device device = only_device (table);
  g_assert_cmpstr (device.user, ==, seen.user);
  g_assert_cmpstr (device.tls, ==, seen.tls);
}

static void
test_purged (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (DeviceTable) table = open_table (fixture);
  g_autoptr (GError) error = NULL;

  note (table, "192.0.2.7", "joe", 1, 0);
  __atomic_store_n (&later, 60 * DAY, __ATOMIC_RELEASE);
  note (table, "192.0.2.8", "joe", 1, 0);
  __atomic_store_n (&later, 91 * DAY, __ATOMIC_RELEASE);
  g_assert_true (device_table_flush (table, &error) && device_table_purge (table, &error));
  g_assert_no_error (error);
  Device device = only_device (table);
  g_assert_cmpuint (device.address.bytes[15], ==, 8);
}

/* A wall clock that is set forward makes nothing old in this boot, and one that is set right again
 * sets right what was noted meanwhile. */
static void
test_clock_jumps (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (DeviceTable) table = open_table (fixture);
  g_autoptr (GError) error = NULL;

  note (table, "192.0.2.7", "joe", 1, 0);
  __atomic_store_n (&set_forward, 1000 * DAY, __ATOMIC_RELEASE);
  note (table, "192.0.2.8", "joe", 1, 0);
  g_assert_true (device_table_flush (table, &error) && device_table_purge (table, &error));
  g_assert_cmpuint (count (table), ==, 2);

  __atomic_store_n (&set_forward, 0, __ATOMIC_RELEASE);
  g_assert_true (device_table_purge (table, &error));
  is_rebooted = TRUE;
  g_autoptr (GArray) devices = list (table);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  for (guint i = 0; i < devices->len; i++)
    g_assert_cmpint (ABS (g_array_index (devices, Device, i).last - now), <=, 5);

  /* A system that has forgotten the time forgets no devices, and shows none in the future. */
  __atomic_store_n (&set_forward, -10000 * DAY, __ATOMIC_RELEASE);
  g_assert_true (device_table_purge (table, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count (table), ==, 2);
}

static void
test_bounded (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (DeviceTable) table = open_table (fixture);

  device_table_set_room (table, 320);
  note_many (table, 0, 320);
  g_assert_cmpuint (count (table), ==, 320);
  __atomic_store_n (&later, 10, __ATOMIC_RELEASE);
  note (table, "10.0.0.5", "joe", 1, 0);
  note_many (table, 1000, 1);
  g_autoptr (GArray) devices = list (table);
  g_assert_cmpuint (devices->len, ==, 300);
  g_assert_cmpuint (g_array_index (devices, Device, 0).address.bytes[15], ==, 5);
  g_assert_cmpuint (g_array_index (devices, Device, 1).address.bytes[14], ==, 3);
}

/* More than are kept in memory: the thread writes meanwhile, and nobody waits. */
static void
test_flood (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (DeviceTable) table = open_table (fixture);

  device_table_set_room (table, 5000);
  for (guint i = 0; i < 20; i++)
    note_many (table, i * 3000, 3000);
  guint left = count (table);
  g_assert_cmpuint (left, <=, 5000);
  g_assert_cmpuint (left, >=, 4000);
}

/* What was written is there when the process is killed, in the midst of writing, too. */
static void
test_killed (Fixture *fixture, gconstpointer unused)
{
  for (guint round = 0; round < 4; round++)
    {
      int pipe_ends[2], status;
      char byte;

      g_assert_no_errno (pipe (pipe_ends));
      pid_t child = fork ();
      if (child == 0)
        {
          DeviceTable *table = open_table (fixture);
          note (table, "192.0.2.7", "joe", 1, 1);
          g_assert_true (device_table_flush (table, NULL));
          for (guint i = 0;; i++)
            {
              note_many (table, i * 100, 100);
              g_assert_true (device_table_flush (table, NULL));
              if (i == 3 && write (pipe_ends[1], "x", 1) != 1)
                _exit (1);
            }
        }
      g_assert_cmpint (read (pipe_ends[0], &byte, 1), ==, 1);
      g_assert_no_errno (kill (child, SIGKILL));
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_true (WIFSIGNALED (status));
      close (pipe_ends[0]);
      close (pipe_ends[1]);

      g_autoptr (DeviceTable) table = open_table (fixture);
      g_autoptr (GArray) devices = list (table);
      guint found = 0;
      for (guint i = 0; i < devices->len; i++)
        if (g_array_index (devices, Device, i).address.bytes[12] == 192)
          found = (guint) g_array_index (devices, Device, i).retrieved;
      g_assert_cmpuint (found, ==, round + 1);
      g_assert_cmpuint (devices->len, >=, 401);
    }
}

static void
test_record (void)
{
  DeviceRecord record = { .log_ons = G_MAXUINT64, .retrieved = 7, .how = "sasl", .tls = "TLSv1.2" };
  DeviceRecord newer = { .log_ons = 1, .how = "pass" };
  guint8 bytes[DEVICE_RECORD_MAX] = { 0 };
  gsize length = device_record_to_bytes (&record, bytes);
  DeviceRecord back;

  g_assert_true (device_record_from_bytes (bytes, length, &back));
  g_assert_cmpstr (back.how, ==, "sasl");
  g_assert_cmpstr (back.tls, ==, "TLSv1.2");
  g_assert_cmpuint (back.retrieved, ==, 7);
  device_record_add (&back, &newer);
  g_assert_true (back.log_ons == G_MAXUINT64);
  g_assert_cmpstr (back.how, ==, "pass");

  g_assert_false (device_record_from_bytes (bytes, length - 1, &back));
  g_assert_false (device_record_from_bytes (bytes, 0, &back));
  memset (bytes + length - sizeof record.tls, 'x', sizeof record.tls);
  g_assert_false (device_record_from_bytes (bytes, length, &back));
  bytes[0]++;
  g_assert_false (device_record_from_bytes (bytes, length, &back));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/device-table/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("numbers", test_numbers);
  ADD ("kept", test_kept);
  ADD ("long-names", test_long_names);
  ADD ("purged", test_purged);
  ADD ("clock-jumps", test_clock_jumps);
  ADD ("bounded", test_bounded);
  ADD ("flood", test_flood);
  ADD ("killed", test_killed);
  g_test_add_func ("/device-table/record", test_record);
  return g_test_run ();
}
