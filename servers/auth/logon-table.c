/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/logon-table.h"

#include "servers/auth/logon-record.h"
#include "servers/store/store-readers.h"
#include "servers/store/store-writer.h"

#include <string.h>

/* Address space, not disk: room for some millions of log-ons. */
#define MAP_SIZE ((gsize) 1 << 30)
#define TABLE "log-ons"
#define NS_PER_SECOND G_GINT64_CONSTANT (1000000000)

/* A reader that could not open the table for another reason than that it is absent tries again so
 * much later. */
#define RETRY_US G_USEC_PER_SEC

struct _LogonTable
{
  char *folder; /* (owned) */
  LogonTableRole role;
  MomentClock clock;
  gpointer clock_data;

  GRWLock lock; /* a reader opens the store late: guards store and table */
  Store *store; /* (owned) (nullable) NULL for a reader while the table is absent */
  MDB_dbi table;
  StoreReaders *readers;    /* (owned) (nullable) with the store */
  gint64 retry_at_us;       /* monotonic; guarded by lock */
  gboolean is_trouble_told; /* in the log; guarded by lock */
  StoreWriter *writer;      /* (owned) (nullable) NULL for a reader */
};

/* One log-on on its way into the table. */
typedef struct
{
  LogonTable *table; /* (unowned) */
  IpAddress address;
  LogonRecord record;
  LogonRecorded recorded; /* (nullable) */
  gpointer user_data;
} Recording;

typedef struct
{
  LogonTable *table; /* (unowned) */
  const IpAddress *address;
  gboolean found;
} Revocation;

typedef struct
{
  LogonTable *table;  /* (unowned) */
  const Logon *logon; /* (unowned) */
  gboolean found;
} Extension;

typedef struct
{
  LogonTable *table; /* (unowned) */
  gint64 seconds;
} Purge;

/* A row of a list, with what it is sorted by. */
typedef struct
{
  gint64 age_ns;
  Logon logon;
} ListRow;

/* --- Opening --- */

static gboolean
open_store (LogonTable *table, GError **error)
{
  StoreMode mode = table->role == LOGON_TABLE_WRITER ? STORE_READ_WRITE_EARLY : STORE_READ_ONLY;
  g_autoptr (Store) store = store_open (table->folder, mode, MAP_SIZE, 1, error);

  if (store == NULL || !store_table (store, TABLE, 0, &table->table, error))
    return FALSE;

  table->store = g_steal_pointer (&store);
  table->readers = store_readers_new (table->store);
  return TRUE;
}

LogonTable *
logon_table_open (const char *folder, LogonTableRole role, GError **error)
{
  if (!moment_is_supported (error))
    return NULL;

  g_autoptr (LogonTable) table = g_new0 (LogonTable, 1);
  g_autoptr (GError) problem = NULL;
  table->folder = g_strdup (folder);
  table->role = role;
  table->clock = moment_read;
  g_rw_lock_init (&table->lock);

  if (!open_store (table, &problem)
      && (role == LOGON_TABLE_WRITER
          || !g_error_matches (problem, STORE_ERROR, STORE_ERROR_ABSENT)))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }

  if (role == LOGON_TABLE_WRITER)
    table->writer = store_writer_new (table->store);
  return g_steal_pointer (&table);
}

void
logon_table_close (LogonTable *table)
{
  if (table == NULL)
    return;

  store_writer_free (table->writer);
  store_readers_free (table->readers);
  store_close (table->store);
  g_rw_lock_clear (&table->lock);
  g_free (table->folder);
  g_free (table);
}

void
logon_table_set_clock (LogonTable *table, MomentClock clock, gpointer user_data)
{
  table->clock = clock;
  table->clock_data = user_data;
}

static gboolean
is_open (LogonTable *table)
{
  g_autoptr (GRWLockReaderLocker) locker G_GNUC_UNUSED = g_rw_lock_reader_locker_new (&table->lock);
  return table->store != NULL;
}

/*
 * Returns whether the table can be read; @is_absent gets whether there is none. While it is absent, each look-up looks for it, at the
 * price of a stat(): a client that logs on right after the POP server's very first start must be
 * found.
 */
static gboolean
ensure_open (LogonTable *table, gboolean *is_absent)
{
  *is_absent = FALSE;
  if (is_open (table))
    return TRUE;

  g_autoptr (GRWLockWriterLocker) locker G_GNUC_UNUSED = g_rw_lock_writer_locker_new (&table->lock);
  g_autoptr (GError) error = NULL;
  gint64 now_us = g_get_monotonic_time ();
  if (table->store != NULL)
    return TRUE;
  if (now_us < table->retry_at_us || open_store (table, &error))
    return table->store != NULL;

  *is_absent = g_error_matches (error, STORE_ERROR, STORE_ERROR_ABSENT);
  if (!*is_absent)
    {
      if (!table->is_trouble_told)
        g_warning ("log-ons: %s", error->message);
      table->is_trouble_told = TRUE;
      table->retry_at_us = now_us + RETRY_US;
    }
  return FALSE;
}

/* --- Reading --- */

static MDB_val
key_of (const IpAddress *address)
{
  return (MDB_val){ .mv_size = sizeof address->bytes, .mv_data = (gpointer) address->bytes };
}

/* Returns FALSE for a row that is no log-on any more. */
static gboolean
read_row (const MDB_val *key, const MDB_val *value, const Moment *now, ListRow *row)
{
  LogonRecord record;

  if (key->mv_size != sizeof row->logon.address.bytes
      || !logon_record_from_bytes (value->mv_data, value->mv_size, &record)
      || !moment_is_of_this_boot (&record.moment, now)
      || !moment_age (&record.moment, now, &row->age_ns))
    return FALSE;

  memcpy (row->logon.address.bytes, key->mv_data, key->mv_size);
  g_strlcpy (row->logon.user, record.user, sizeof row->logon.user);
  row->logon.client = record.client;
  row->logon.mark = record.mark;
  row->logon.wall_time = record.moment.wall_time;
  row->logon.instant = record.moment.boot_time_ns;
  row->logon.age = row->age_ns / NS_PER_SECOND;
  return TRUE;
}

gboolean
logon_table_look_up (LogonTable *table, const IpAddress *address, Logon *logon)
{
  return logon_table_find (table, address, logon) == LOGON_FOUND;
}

LogonFinding
logon_table_find (LogonTable *table, const IpAddress *address, Logon *logon)
{
  g_autoptr (GError) error = NULL;
  gboolean is_absent;
  Moment now;
  ListRow row;

  if (!ensure_open (table, &is_absent))
    return is_absent ? LOGON_NONE : LOGON_UNSURE;

  MDB_txn *txn = store_readers_begin (table->readers, &error);
  if (txn == NULL)
    {
      g_warning ("log-ons: %s", error->message);
      return LOGON_UNSURE;
    }

  MDB_val key = key_of (address);
  MDB_val value;
  int result = mdb_get (txn, table->table, &key, &value);
  table->clock (&now, table->clock_data);
  gboolean found = result == MDB_SUCCESS && read_row (&key, &value, &now, &row);
  store_readers_end (table->readers, txn);

  if (result != MDB_SUCCESS && result != MDB_NOTFOUND && !store_check (result, "look up", &error))
    {
      g_warning ("log-ons: %s", error->message);
      return LOGON_UNSURE;
    }
  if (found)
    *logon = row.logon;
  return found ? LOGON_FOUND : LOGON_NONE;
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const ListRow *left = a;
  const ListRow *right = b;

  if (left->age_ns != right->age_ns)
    return left->age_ns < right->age_ns ? -1 : 1;
  return memcmp (&left->logon.address, &right->logon.address, sizeof left->logon.address);
}

/* Returns: (transfer full) (element-type ListRow): those younger than @seconds */
static GArray *
collect_rows (LogonTable *table, MDB_txn *txn, gint64 seconds, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (ListRow));
  MDB_cursor *cursor;
  MDB_val key;
  MDB_val value;
  Moment now;
  ListRow row;
  int result;

  if (!store_check (mdb_cursor_open (txn, table->table, &cursor), "list", error))
    return NULL;

  table->clock (&now, table->clock_data);
  while ((result = mdb_cursor_get (cursor, &key, &value, MDB_NEXT)) == MDB_SUCCESS)
    if (read_row (&key, &value, &now, &row) && row.logon.age < seconds)
      g_array_append_val (rows, row);
  mdb_cursor_close (cursor);

  if (result != MDB_NOTFOUND && !store_check (result, "list", error))
    return NULL;
  return g_steal_pointer (&rows);
}

GArray *
logon_table_list (LogonTable *table, gint64 seconds, GError **error)
{
  g_autoptr (GArray) logons = g_array_new (FALSE, FALSE, sizeof (Logon));
  gboolean is_absent;

  if (!ensure_open (table, &is_absent))
    return g_steal_pointer (&logons);

  MDB_txn *txn = store_readers_begin (table->readers, error);
  if (txn == NULL)
    return NULL;
  g_autoptr (GArray) rows = collect_rows (table, txn, seconds, error);
  store_readers_end (table->readers, txn);
  if (rows == NULL)
    return NULL;

  g_array_sort (rows, compare_rows);
  for (guint i = 0; i < rows->len; i++)
    g_array_append_val (logons, g_array_index (rows, ListRow, i).logon);
  return g_steal_pointer (&logons);
}

/* --- Writing: in the writer's thread, inside its transaction --- */

static gboolean
put_recording (MDB_txn *txn, gpointer item, GError **error)
{
  Recording *recording = item;
  guint8 bytes[LOGON_RECORD_MAX];
  MDB_val key = key_of (&recording->address);
  MDB_val value
      = { .mv_size = logon_record_to_bytes (&recording->record, bytes), .mv_data = bytes };

  return store_check (mdb_put (txn, recording->table->table, &key, &value, 0), "record a log-on",
                      error);
}

static void
on_recorded (gpointer item, const GError *error)
{
  g_autofree Recording *recording = item;

  if (recording->recorded != NULL)
    recording->recorded (recording->user_data, error);
}

void
logon_table_record (LogonTable *table,
                    const LogonEntry *entry,
                    LogonRecorded recorded,
                    gpointer user_data)
{
  g_assert (table->writer != NULL);

  Recording *recording = g_new0 (Recording, 1);
  recording->table = table;
  recording->address = entry->address;
  recording->record.client = entry->client;
  recording->record.mark = entry->mark;
  recording->recorded = recorded;
  recording->user_data = user_data;
  g_strlcpy (recording->record.user, entry->user, sizeof recording->record.user);
  table->clock (&recording->record.moment, table->clock_data);

  store_writer_submit_visible (table->writer, put_recording, on_recorded, recording);
}

/* The row may be another log-on's by now, or none: then it stays as it is. */
static gboolean
renew_row (MDB_txn *txn, gpointer item, GError **error)
{
  Extension *extension = item;
  LogonTable *table = extension->table;
  guint8 bytes[LOGON_RECORD_MAX];
  LogonRecord record;
  Moment now;
  MDB_val key = key_of (&extension->logon->address);
  MDB_val value;
  int result = mdb_get (txn, table->table, &key, &value);

  extension->found = FALSE;
  if (result != MDB_SUCCESS)
    return result == MDB_NOTFOUND || store_check (result, "extend a log-on", error);
  table->clock (&now, table->clock_data);
  if (!logon_record_from_bytes (value.mv_data, value.mv_size, &record)
      || !moment_is_of_this_boot (&record.moment, &now)
      || record.moment.boot_time_ns != extension->logon->instant)
    return TRUE;

  extension->found = TRUE;
  record.moment = now;
  value = (MDB_val){ .mv_size = logon_record_to_bytes (&record, bytes), .mv_data = bytes };
  return store_check (mdb_put (txn, table->table, &key, &value, 0), "extend a log-on", error);
}

gboolean
logon_table_extend (LogonTable *table, const Logon *logon, GError **error)
{
  g_assert (table->writer != NULL);

  Extension extension = { .table = table, .logon = logon };
  return store_writer_run (table->writer, renew_row, &extension, error) && extension.found;
}

static gboolean
delete_address (MDB_txn *txn, gpointer item, GError **error)
{
  Revocation *revocation = item;
  MDB_val key = key_of (revocation->address);
  int result = mdb_del (txn, revocation->table->table, &key, NULL);

  revocation->found = result == MDB_SUCCESS;
  return result == MDB_NOTFOUND || store_check (result, "revoke a log-on", error);
}

gboolean
logon_table_revoke (LogonTable *table, const IpAddress *address, GError **error)
{
  g_assert (table->writer != NULL);

  Revocation revocation = { .table = table, .address = address };
  return store_writer_run (table->writer, delete_address, &revocation, error) && revocation.found;
}

static gboolean
delete_all (MDB_txn *txn, gpointer item, GError **error)
{
  LogonTable *table = item;

  return store_check (mdb_drop (txn, table->table, 0), "revoke log-ons", error);
}

gboolean
logon_table_revoke_all (LogonTable *table, GError **error)
{
  g_assert (table->writer != NULL);

  return store_writer_run (table->writer, delete_all, table, error);
}

static gboolean
delete_old (MDB_txn *txn, gpointer item, GError **error)
{
  Purge *purge = item;
  Moment now;
  MDB_cursor *cursor;
  MDB_val key;
  MDB_val value;
  ListRow row;
  int result;

  if (!store_check (mdb_cursor_open (txn, purge->table->table, &cursor), "purge log-ons", error))
    return FALSE;

  purge->table->clock (&now, purge->table->clock_data);
  while ((result = mdb_cursor_get (cursor, &key, &value, MDB_NEXT)) == MDB_SUCCESS)
    {
      if (read_row (&key, &value, &now, &row) && row.logon.age <= purge->seconds)
        continue;
      result = mdb_cursor_del (cursor, 0);
      if (result != MDB_SUCCESS)
        break;
    }
  mdb_cursor_close (cursor);

  return result == MDB_NOTFOUND || store_check (result, "purge log-ons", error);
}

gboolean
logon_table_purge (LogonTable *table, gint64 seconds, GError **error)
{
  g_assert (table->writer != NULL);

  Purge purge = { .table = table, .seconds = seconds };
  return store_writer_run (table->writer, delete_old, &purge, error);
}
