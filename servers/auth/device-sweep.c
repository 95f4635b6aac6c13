/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/device-sweep.h"

#include <string.h>

#include "servers/auth/device-record.h"
#include "servers/store/store.h"

#define NS_PER_SECOND G_GINT64_CONSTANT (1000000000)
/* A clock that was set by less is no reason to write. */
#define DRIFT_SECONDS 60

typedef enum
{
  FATE_STAYS,
  FATE_GOES,
  FATE_CHANGED
} Fate;

/* Says what becomes of a row, which it may change. */
typedef Fate (*Judge) (gpointer data, MDB_val *value);

typedef struct
{
  const Moment *now;
  gint64 limit_ns;
  gsize left;                      /* so many may go */
  GArray *ages;                    /* (owned) (nullable) (element-type gint64) */
  guint8 bytes[DEVICE_RECORD_MAX]; /* a row as changed */
} Sweep;

/* What lies in the future has no age: after a reboot without a clock that is everything. */
static gint64
age_of (const MDB_val *value, const Moment *now)
{
  DeviceRecord record;
  gint64 age_ns;

  if (!device_record_from_bytes (value->mv_data, value->mv_size, &record)
      || !moment_age (&record.last, now, &age_ns))
    return G_MAXINT64;
  return age_ns;
}

static gboolean
sweep (MDB_txn *txn, MDB_dbi table, Judge judge, gpointer data, GError **error)
{
  MDB_cursor *cursor;
  MDB_val name;
  MDB_val value;
  int result;

  if (!store_check (mdb_cursor_open (txn, table, &cursor), "look for old devices", error))
    return FALSE;
  while ((result = mdb_cursor_get (cursor, &name, &value, MDB_NEXT)) == MDB_SUCCESS)
    {
      Fate fate = judge (data, &value);

      if (fate == FATE_GOES)
        result = mdb_cursor_del (cursor, 0);
      else if (fate == FATE_CHANGED)
        result = mdb_cursor_put (cursor, &name, &value, MDB_CURRENT);
      if (result != MDB_SUCCESS)
        break;
    }
  mdb_cursor_close (cursor);
  return result == MDB_NOTFOUND || store_check (result, "forget old devices", error);
}

/* --- Too old --- */

static gboolean
correct (Moment *moment, const Moment *now)
{
  gint64 time = device_record_time (moment, now);
  gboolean is_this_boot = memcmp (moment->boot_id, now->boot_id, sizeof now->boot_id) == 0;

  if (!is_this_boot || ABS (time - moment->wall_time) <= DRIFT_SECONDS)
    return FALSE;
  moment->wall_time = time;
  return TRUE;
}

static Fate
judge_age (gpointer data, MDB_val *value)
{
  Sweep *self = data;
  DeviceRecord record;
  gint64 age_ns;

  if (!device_record_from_bytes (value->mv_data, value->mv_size, &record))
    return FATE_GOES;
  if (moment_age (&record.last, self->now, &age_ns) && age_ns > self->limit_ns)
    return FATE_GOES;
  gboolean first = correct (&record.first, self->now);
  if (!correct (&record.last, self->now) && !first)
    return FATE_STAYS;
  *value = (MDB_val){ device_record_to_bytes (&record, self->bytes), self->bytes };
  return FATE_CHANGED;
}

gboolean
device_sweep_old (MDB_txn *txn, MDB_dbi table, const Moment *now, gint64 seconds, GError **error)
{
  Sweep self = { .now = now, .limit_ns = seconds * NS_PER_SECOND };

  return sweep (txn, table, judge_age, &self, error);
}

/* --- Too many --- */

static Fate
note_age (gpointer data, MDB_val *value)
{
  Sweep *self = data;
  gint64 age_ns = age_of (value, self->now);

  g_array_append_val (self->ages, age_ns);
  return FATE_STAYS;
}

static Fate
judge_rank (gpointer data, MDB_val *value)
{
  Sweep *self = data;

  if (self->left == 0 || age_of (value, self->now) < self->limit_ns)
    return FATE_STAYS;
  self->left--;
  return FATE_GOES;
}

static int
compare_ages (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *) a;
  gint64 right = *(const gint64 *) b;

  return (left > right) - (left < right);
}

gboolean
device_sweep_make_room (MDB_txn *txn, MDB_dbi table, const Moment *now, gsize room, GError **error)
{
  g_autoptr (GArray) ages = g_array_new (FALSE, FALSE, sizeof (gint64));
  Sweep self = { .now = now, .ages = ages };
  gsize kept = room - room / 16;
  MDB_stat stat;

  if (!store_check (mdb_stat (txn, table, &stat), "count devices", error))
    return FALSE;
  if (stat.ms_entries <= room)
    return TRUE;
  if (!sweep (txn, table, note_age, &self, error))
    return FALSE;
  g_array_sort (ages, compare_ages);
  self.limit_ns = g_array_index (ages, gint64, kept);
  self.left = ages->len - kept;
  return sweep (txn, table, judge_rank, &self, error);
}
