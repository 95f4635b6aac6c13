/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/growth.h"

#include "servers/auth/logon-table.h"

#include <gio/gio.h>
#include <string.h>

#define LOOK_UPS 200000
#define RECORDS 300

/* So many records may be under way. */
#define FLIGHT_MAX 10000

static IpAddress
address (guint n)
{
  guint32 number = g_htonl (growth_scatter (n));
  IpAddress client = { 0 };
  memset (client.bytes + 10, 0xff, 2);
  memcpy (client.bytes + 12, &number, sizeof number);
  return client;
}

static void
recorded (gpointer user_data, const GError *error)
{
  growth_calls_add (user_data, error);
}

/* Records those from @first on, before @end. */
static void
fill (LogonTable *table, GrowthCalls *calls, guint first, guint end)
{
  guint base = calls->n - first;
  for (guint i = first; i < end; i++)
    {
      LogonEntry client = { address (i), address (i), "bench", 1 };
      logon_table_record (table, &client, recorded, calls);
      if (i - first >= FLIGHT_MAX)
        growth_calls_wait (calls, base + i - FLIGHT_MAX);
    }
  growth_calls_wait (calls, base + end);
}

/* One by one; those that are there already, so that the table stays as large as it is. */
static double
record_ns (LogonTable *table, GrowthCalls *calls, guint n)
{
  guint before = calls->n;
  gint64 begun = g_get_monotonic_time ();
  for (guint i = 0; i < RECORDS; i++)
    {
      IpAddress known = address (growth_scatter (i) % MAX (n, 1));
      LogonEntry client = { known, known, "bench", 1 };
      logon_table_record (table, &client, recorded, calls);
      growth_calls_wait (calls, before + i + 1);
    }
  return (g_get_monotonic_time () - begun) * 1000.0 / RECORDS;
}

/* Half of the addresses are in the table. */
static double
look_up_ns (LogonTable *table, guint n)
{
  Logon logon;
  guint found = 0;
  gint64 begun = g_get_monotonic_time ();
  for (guint i = 0; i < LOOK_UPS; i++)
    {
      guint row = growth_scatter (i) % MAX (n, 1);
      IpAddress client = address (i % 2 ? row : row + n + 1);
      found += logon_table_look_up (table, &client, &logon);
    }
  gint64 us = g_get_monotonic_time () - begun;
  if (n > 0 && found < LOOK_UPS / 2 - 1)
    g_error ("%u of %d addresses were found among %u", found, LOOK_UPS, n);
  return us * 1000.0 / LOOK_UPS;
}

gboolean
growth_grants (const Growth *growth, GError **error)
{
  GrowthCalls calls = { .n = 0 };
  guint there = 0;
  g_autofree char *folder = g_build_filename (growth->folder, "log-ons", NULL);
  g_autoptr (LogonTable) table = logon_table_open (folder, LOGON_TABLE_WRITER, error);
  if (!table)
    return FALSE;
  for (guint n = 0; n <= growth->most; n = growth_next (n))
    {
      gint64 begun = g_get_monotonic_time ();
      fill (table, &calls, there, n);
      there = n;
      figures_row (growth->figures);
      figures_count (growth->figures, "n", n);
      figures_real (growth->figures, "fill_ms", (g_get_monotonic_time () - begun) / 1e3);
      figures_real (growth->figures, "look_up_ns", look_up_ns (table, n));
      figures_real (growth->figures, "record_ns", record_ns (table, &calls, n));
      figures_count (growth->figures, "bytes", growth_folder_bytes (folder));
      figures_row_end (growth->figures);
    }
  if (calls.n_failed > 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%u log-ons were not recorded",
                 calls.n_failed);
  return calls.n_failed == 0;
}
