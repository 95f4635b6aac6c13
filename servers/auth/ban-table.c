/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/ban-table.h"

#include <string.h>

#include "servers/auth/ban-record.h"
#include "servers/auth/ban-sweep.h"
#include "servers/store/store-readers.h"
#include "servers/store/store-writer.h"

/* Address space, not disk: room for BAN_TABLE_MAX_ADDRESSES of the longest records, twice. */
#define MAP_SIZE ((gsize) 1 << 30)
#define TABLE "bans"

/* Trouble is told in the log so often at most: an attacker chooses how often it comes. */
#define TROUBLE_INTERVAL_US (60 * G_USEC_PER_SEC)

/* Growth is told in the log from here on, at each power of ten. */
#define GROWTH_FIRST 1000

#define DELAY_FIRST_MS 1000
#define DELAY_MAX_MS 15000

struct _BanTable
{
  MomentClock clock;
  gpointer clock_data;
  Store *store; /* (owned) */
  MDB_dbi table;
  StoreReaders *readers; /* (owned) */
  StoreWriter *writer;   /* (owned) */

  BanSweep sweep;       /* the writer's thread only */
  gsize growth_to_tell; /* the same */

  GMutex lock;               /* of all below */
  gint64 trouble_told_at_us; /* 0 for never */
  GHashTable *on_the_way; /* (owned) (element-type IpAddress guint): how many failures of each were
                                handed to the writer, and are not yet to be seen */
};

/* One failure on its way to the disk. */
typedef struct
{
  BanTable *table;   /* (unowned) */
  IpAddress address; /* a key */
  char *user;        /* (owned) */
  BanLimits limits;
  Moment now;
  BanNoted noted; /* (nullable) */
  gpointer user_data;

  /* What came of it. */
  gboolean is_ban;
  gboolean has_no_room;
  gsize addresses;
  Ban ban;
} Failure;

/* An address to be forgotten. */
typedef struct
{
  BanTable *table;   /* (unowned) */
  IpAddress address; /* a key */
  gboolean lifts;    /* a ban, too */
  gboolean was_banned;
} Pardon;

/* --- On the way to the disk --- */

static guint
address_hash (gconstpointer key)
{
  gint64 halves[2];

  memcpy (halves, ((const IpAddress *) key)->bytes, sizeof halves);
  return g_int64_hash (&halves[0]) * 31 + g_int64_hash (&halves[1]);
}

static gboolean
address_equal (gconstpointer a, gconstpointer b)
{
  return ip_address_equal (a, b);
}

static guint
count_on_the_way (BanTable *table, const IpAddress *key)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&table->lock);

  return GPOINTER_TO_UINT (g_hash_table_lookup (table->on_the_way, key));
}

static void
add_on_the_way (BanTable *table, const IpAddress *key, int by)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&table->lock);
  int count = GPOINTER_TO_INT (g_hash_table_lookup (table->on_the_way, key)) + by;

  if (count > 0)
    g_hash_table_replace (table->on_the_way, g_memdup2 (key, sizeof *key), GINT_TO_POINTER (count));
  else
    g_hash_table_remove (table->on_the_way, key);
}

/* --- Opening --- */

static gboolean
open_table (BanTable *table, const char *folder, GError **error)
{
  MDB_txn *txn;

  table->store = store_open (folder, STORE_READ_WRITE, MAP_SIZE, 1, error);
  if (table->store == NULL || !store_table (table->store, TABLE, 0, &table->table, error))
    return FALSE;
  txn = store_read (table->store, error);
  if (txn == NULL)
    return FALSE;
  while (ban_sweep_count (txn, table->table) >= table->growth_to_tell)
    table->growth_to_tell *= 10;
  mdb_txn_abort (txn);
  return TRUE;
}

BanTable *
ban_table_open (const char *folder, GError **error)
{
  g_autoptr (BanTable) table = NULL;

  if (!moment_is_supported (error))
    return NULL;
  table = g_new0 (BanTable, 1);
  g_mutex_init (&table->lock);
  table->clock = moment_read;
  table->growth_to_tell = GROWTH_FIRST;
  table->sweep.room = BAN_TABLE_MAX_ADDRESSES;
  if (!open_table (table, folder, error))
    return NULL;
  table->on_the_way = g_hash_table_new_full (address_hash, address_equal, g_free, NULL);
  table->readers = store_readers_new (table->store);
  table->writer = store_writer_new (table->store);
  return g_steal_pointer (&table);
}

void
ban_table_close (BanTable *table)
{
  if (table == NULL)
    return;
  store_writer_free (table->writer);
  store_readers_free (table->readers);
  store_close (table->store);
  g_clear_pointer (&table->on_the_way, g_hash_table_unref);
  g_mutex_clear (&table->lock);
  g_free (table);
}

void
ban_table_set_clock (BanTable *table, MomentClock clock, gpointer user_data)
{
  table->clock = clock;
  table->clock_data = user_data;
}

void
ban_table_set_room (BanTable *table, gsize addresses)
{
  table->sweep.room = addresses;
}

static void
tell_trouble (BanTable *table, const char *problem)
{
  gint64 now_us = g_get_monotonic_time ();
  gboolean is_due;

  g_mutex_lock (&table->lock);
  is_due
      = table->trouble_told_at_us == 0 || now_us - table->trouble_told_at_us >= TROUBLE_INTERVAL_US;
  if (is_due)
    table->trouble_told_at_us = now_us;
  g_mutex_unlock (&table->lock);

  if (is_due)
    g_warning ("bans: %s", problem);
}

/* --- Reading --- */

/* Gets what is known of the address, all zero for nothing; FALSE with @error. */
static gboolean
get_record (MDB_txn *txn, MDB_dbi table, IpAddress *key, BanRecord *record, GError **error)
{
  MDB_val name = { .mv_size = sizeof key->bytes, .mv_data = key->bytes };
  MDB_val value;
  int result = mdb_get (txn, table, &name, &value);

  if (result != MDB_SUCCESS || !ban_record_from_bytes (value.mv_data, value.mv_size, record))
    *record = (BanRecord){ 0 };
  return result == MDB_NOTFOUND || store_check (result, "look up a ban", error);
}

gboolean
ban_table_look_up (BanTable *table, const IpAddress *address, Ban *ban)
{
  g_autoptr (GError) error = NULL;
  IpAddress key = ip_address_link (address);
  guint on_the_way = count_on_the_way (table, &key); /* before the disk: none is missed */
  MDB_txn *txn = store_readers_begin (table->readers, &error);
  BanRecord record = { 0 };
  gboolean is_banned;
  Moment now;

  if (txn != NULL)
    (void) get_record (txn, table->table, &key, &record, &error);
  table->clock (&now, table->clock_data);
  if (txn != NULL)
    store_readers_end (table->readers, txn);
  if (error != NULL)
    tell_trouble (table, error->message);
  is_banned = ban_record_tell (&record, &key, &now, ban);
  ban->failures += on_the_way;
  ban->on_the_way = on_the_way;
  return is_banned;
}

gboolean
ban_table_is_due (const Ban *ban, const BanLimits *limits)
{
  return ban->on_the_way > 0 && limits->failures > 0 && ban->failures >= limits->failures;
}

static int
compare_bans (gconstpointer a, gconstpointer b)
{
  const Ban *left = a, *right = b;

  if (left->until != right->until)
    return left->until > right->until ? -1 : 1;
  return memcmp (&left->address, &right->address, sizeof left->address);
}

GArray *
ban_table_list (BanTable *table, GError **error)
{
  g_autoptr (GArray) bans = g_array_new (FALSE, FALSE, sizeof (Ban));
  MDB_txn *txn = store_readers_begin (table->readers, error);
  gboolean listed;
  Moment now;

  if (txn == NULL)
    return NULL;
  table->clock (&now, table->clock_data);
  listed = ban_sweep_collect (txn, table->table, &now, bans, error);
  store_readers_end (table->readers, txn);
  if (!listed)
    return NULL;
  g_array_sort (bans, compare_bans);
  return g_steal_pointer (&bans);
}

/* --- Writing: in the writer's thread, inside its transaction --- */

static gboolean
put_record (MDB_txn *txn, Failure *failure, const BanRecord *record, GError **error)
{
  guint8 bytes[BAN_RECORD_MAX];
  MDB_val name = { .mv_size = sizeof failure->address.bytes, .mv_data = failure->address.bytes };
  MDB_val value = { .mv_size = ban_record_to_bytes (record, bytes), .mv_data = bytes };

  return store_check (mdb_put (txn, failure->table->table, &name, &value, 0), "note a failure",
                      error);
}

static gboolean
put_failure (MDB_txn *txn, gpointer item, GError **error)
{
  Failure *failure = item;
  BanTable *table = failure->table;
  BanRecord record;

  if (!get_record (txn, table->table, &failure->address, &record, error))
    return FALSE;
  failure->has_no_room = FALSE;
  if (record.failures == 0
      && !ban_sweep_make_room (&table->sweep, txn, table->table, &failure->now,
                               &failure->has_no_room, error))
    return FALSE;
  if (failure->has_no_room)
    return TRUE;

  failure->is_ban
      = ban_record_add_failure (&record, &failure->now, failure->user, &failure->limits);
  (void) ban_record_tell (&record, &failure->address, &failure->now, &failure->ban);
  if (!put_record (txn, failure, &record, error))
    return FALSE;
  failure->addresses = ban_sweep_count (txn, table->table);
  return TRUE;
}

static void
tell_growth (BanTable *table, gsize addresses)
{
  if (addresses < table->growth_to_tell)
    return;
  g_message ("bans: log-ons have failed from %" G_GSIZE_FORMAT " addresses of late", addresses);
  table->growth_to_tell *= 10;
}

static void
on_failure_written (gpointer item, const GError *error)
{
  g_autofree Failure *failure = item;
  BanTable *table = failure->table;
  gboolean is_noted = error == NULL && !failure->has_no_room;

  add_on_the_way (table, &failure->address, -1);
  if (error != NULL)
    tell_trouble (table, error->message);
  else if (failure->has_no_room)
    tell_trouble (table, "the table is full of bans; no more addresses are banned for now");
  else
    tell_growth (table, failure->addresses);
  if (failure->noted != NULL)
    failure->noted (failure->user_data, is_noted && failure->is_ban ? &failure->ban : NULL);
  g_free (failure->user);
}

void
ban_table_failed (BanTable *table,
                  const IpAddress *address,
                  const char *user,
                  const BanLimits *limits,
                  BanNoted noted,
                  gpointer user_data)
{
  Failure *failure = g_new0 (Failure, 1);

  failure->table = table;
  failure->address = ip_address_link (address);
  failure->user = g_strdup (user);
  failure->limits = *limits;
  failure->noted = noted;
  failure->user_data = user_data;
  table->clock (&failure->now, table->clock_data);
  add_on_the_way (table, &failure->address, 1);
  store_writer_submit (table->writer, put_failure, on_failure_written, failure);
}

static gboolean
delete_record (MDB_txn *txn, gpointer item, GError **error)
{
  Pardon *pardon = item;
  MDB_val name = { .mv_size = sizeof pardon->address.bytes, .mv_data = pardon->address.bytes };
  BanRecord record;
  Moment now;
  int result;

  if (!get_record (txn, pardon->table->table, &pardon->address, &record, error))
    return FALSE;
  pardon->table->clock (&now, pardon->table->clock_data);
  pardon->was_banned = record.is_ban && ban_record_seconds_left (&record, &now) > 0;
  if (pardon->was_banned && !pardon->lifts)
    return TRUE;
  result = mdb_del (txn, pardon->table->table, &name, NULL);
  return result == MDB_NOTFOUND || store_check (result, "forget failures", error);
}

static void
on_deleted (gpointer item, const GError *error)
{
  g_autofree Pardon *pardon = item;

  if (error != NULL)
    tell_trouble (pardon->table, error->message);
}

void
ban_table_succeeded (BanTable *table, const IpAddress *address)
{
  Pardon *pardon;
  Ban ban;

  if (ban_table_look_up (table, address, &ban) || ban.failures == 0)
    return;
  pardon = g_new0 (Pardon, 1);
  pardon->table = table;
  pardon->address = ip_address_link (address);
  store_writer_submit (table->writer, delete_record, on_deleted, pardon);
}

gboolean
ban_table_lift (BanTable *table, const IpAddress *address, GError **error)
{
  Pardon pardon = { .table = table, .address = ip_address_link (address), .lifts = TRUE };

  return store_writer_run (table->writer, delete_record, &pardon, error) && pardon.was_banned;
}

guint
ban_table_delay_ms (guint failures)
{
  guint delay_ms = DELAY_FIRST_MS;

  for (; failures > 1 && delay_ms < DELAY_MAX_MS; failures--)
    delay_ms *= 2;
  return MIN (delay_ms, DELAY_MAX_MS);
}
