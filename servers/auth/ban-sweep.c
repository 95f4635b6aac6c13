/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/ban-sweep.h"

#include <string.h>

#include "servers/auth/ban-record.h"
#include "servers/store/store.h"

/* So many rows are looked at for a new address: more than one, so that the hand comes round before
 * as many have come as there are. */
#define ROWS 16
/* And so many at most where there is no room. */
#define ROWS_IN_NEED 1024

gsize
ban_sweep_count (MDB_txn *txn, MDB_dbi table)
{
  MDB_stat stat;

  return mdb_stat (txn, table, &stat) == MDB_SUCCESS ? stat.ms_entries : 0;
}

/* Reads a row. Returns whether it says something: a record that is damaged does not. */
static gboolean
read_row (const MDB_val *name, const MDB_val *value, const Moment *now, BanRecord *record)
{
  return name->mv_size == sizeof (IpAddress)
         && ban_record_from_bytes (value->mv_data, value->mv_size, record)
         && ban_record_seconds_left (record, now) > 0;
}

/* Moves the cursor to the hand, at the end back to the start. */
static int
find_hand (BanSweep *sweep, MDB_cursor *cursor, MDB_val *name, MDB_val *value)
{
  int result;

  *name = (MDB_val){ .mv_size = sizeof sweep->hand.bytes, .mv_data = sweep->hand.bytes };
  result = mdb_cursor_get (cursor, name, value, MDB_SET_RANGE);
  return result == MDB_NOTFOUND ? mdb_cursor_get (cursor, name, value, MDB_FIRST) : result;
}

/* Looks at one row and moves the hand behind it. Returns what the mdb_ functions return. */
static int
sweep_row (BanSweep *sweep, MDB_cursor *cursor, const Moment *now, gboolean in_need, gsize *removed)
{
  MDB_val name, value;
  BanRecord record;
  int result = find_hand (sweep, cursor, &name, &value);

  if (result != MDB_SUCCESS)
    return result;
  memset (&sweep->hand, 0, sizeof sweep->hand);
  memcpy (&sweep->hand, name.mv_data, MIN (name.mv_size, sizeof sweep->hand));
  for (gsize i = sizeof sweep->hand; i > 0 && ++sweep->hand.bytes[i - 1] == 0; i--)
    ;
  if (read_row (&name, &value, now, &record) && (record.is_ban || !in_need))
    return MDB_SUCCESS;
  (*removed)++;
  return mdb_cursor_del (cursor, 0);
}

gboolean
ban_sweep_make_room (BanSweep *sweep,
                     MDB_txn *txn,
                     MDB_dbi table,
                     const Moment *now,
                     gboolean *is_full,
                     GError **error)
{
  gsize addresses = ban_sweep_count (txn, table);
  gsize removed = 0;
  MDB_cursor *cursor;
  int result = mdb_cursor_open (txn, table, &cursor);

  if (!store_check (result, "look for old failures", error))
    return FALSE;
  for (guint row = 0; row < ROWS && result == MDB_SUCCESS; row++)
    result = sweep_row (sweep, cursor, now, FALSE, &removed);
  for (guint row = 0;
       row < ROWS_IN_NEED && result == MDB_SUCCESS && addresses - removed >= sweep->room; row++)
    result = sweep_row (sweep, cursor, now, TRUE, &removed);
  mdb_cursor_close (cursor);

  *is_full = addresses - removed >= sweep->room;
  return result == MDB_NOTFOUND || store_check (result, "forget old failures", error);
}

gboolean
ban_sweep_collect (MDB_txn *txn, MDB_dbi table, const Moment *now, GArray *bans, GError **error)
{
  MDB_cursor *cursor;
  MDB_val name, value;
  BanRecord record;
  IpAddress address;
  Ban ban;
  int result;

  if (!store_check (mdb_cursor_open (txn, table, &cursor), "list bans", error))
    return FALSE;
  while ((result = mdb_cursor_get (cursor, &name, &value, MDB_NEXT)) == MDB_SUCCESS)
    {
      if (!read_row (&name, &value, now, &record))
        continue;
      memcpy (&address, name.mv_data, sizeof address);
      if (ban_record_tell (&record, &address, now, &ban))
        g_array_append_val (bans, ban);
    }
  mdb_cursor_close (cursor);
  return result == MDB_NOTFOUND || store_check (result, "list bans", error);
}
