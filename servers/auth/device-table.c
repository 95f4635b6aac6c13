/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/device-table.h"

#include <string.h>

#include "servers/auth/device-record.h"
#include "servers/auth/device-sweep.h"
#include "servers/store/store.h"

/* Address space, not disk. */
#define MAP_SIZE ((gsize) 1 << 28)
#define TABLE "devices"

#define WRITE_INTERVAL_US (10 * G_USEC_PER_SEC)
#define PURGE_INTERVAL_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define SECONDS_PER_DAY (24 * 3600)

/* So many new devices are written down before it is time. */
#define NEWS_MANY 8192
/* And no more are kept in memory, when the disk takes none. */
#define NEWS_MAX (4 * NEWS_MANY)

/* A device that has done something since the last write. */
typedef struct
{
  guint8 name[DEVICE_NAME_MAX];
  guint16 name_length;
  DeviceRecord record;
} News;

struct _DeviceTable
{
  Store *store; /* (owned) */
  MDB_dbi table;
  MomentClock clock;
  gpointer clock_data;
  gsize room;
  GThread *thread;
  GMutex writing; /* held by who writes: taken before lock */

  GMutex lock;
  GCond changed;
  GHashTable *news;         /* (owned) (element-type News): a set; guarded by lock */
  gboolean is_ending;       /* the same */
  gboolean is_trouble_told; /* in the log; of the thread alone */
};

/* --- News --- */

static guint
news_hash (gconstpointer key)
{
  const News *news = key;
  guint hash = 2166136261u;

  for (guint i = 0; i < news->name_length; i++)
    hash = (hash ^ news->name[i]) * 16777619u;
  return hash;
}

static gboolean
news_equal (gconstpointer a, gconstpointer b)
{
  const News *left = a;
  const News *right = b;

  return left->name_length == right->name_length
         && memcmp (left->name, right->name, left->name_length) == 0;
}

static GHashTable *
news_set_new (void)
{
  return g_hash_table_new_full (news_hash, news_equal, g_free, NULL);
}

static void
set_name (News *news, const Device *seen)
{
  gsize user_length = strnlen (seen->user, sizeof seen->user - 1);

  memcpy (news->name, seen->address.bytes, sizeof seen->address.bytes);
  memcpy (news->name + sizeof seen->address.bytes, seen->user, user_length);
  news->name_length = sizeof seen->address.bytes + user_length;
}

void
device_table_note (DeviceTable *table, const Device *seen)
{
  News news = { .record = { .log_ons = seen->log_ons, .retrieved = seen->retrieved } };

  set_name (&news, seen);
  g_strlcpy (news.record.how, seen->how, sizeof news.record.how);
  g_strlcpy (news.record.tls, seen->tls, sizeof news.record.tls);
  table->clock (&news.record.last, table->clock_data);
  news.record.first = news.record.last;

  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&table->lock);
  News *former = g_hash_table_lookup (table->news, &news);
  if (former != NULL)
    device_record_add (&former->record, &news.record);
  else if (g_hash_table_size (table->news) < NEWS_MAX)
    g_hash_table_add (table->news, g_memdup2 (&news, sizeof news));
  if (g_hash_table_size (table->news) == NEWS_MANY)
    g_cond_signal (&table->changed);
}

/* --- Writing --- */

static gboolean
put_news (DeviceTable *table, MDB_txn *txn, const News *news, GError **error)
{
  MDB_val name = { news->name_length, (gpointer) news->name };
  guint8 bytes[DEVICE_RECORD_MAX];
  DeviceRecord record;
  MDB_val value;
  int result = mdb_get (txn, table->table, &name, &value);

  if (result == MDB_SUCCESS && device_record_from_bytes (value.mv_data, value.mv_size, &record))
    device_record_add (&record, &news->record);
  else if (result == MDB_SUCCESS || result == MDB_NOTFOUND)
    record = news->record;
  else
    return store_check (result, "look up a device", error);
  value = (MDB_val){ device_record_to_bytes (&record, bytes), bytes };
  return store_check (mdb_put (txn, table->table, &name, &value, 0), "note a device", error);
}

static gboolean
put_all (DeviceTable *table, MDB_txn *txn, GHashTable *set, GError **error)
{
  GHashTableIter iter;
  gpointer news;
  Moment now;

  g_hash_table_iter_init (&iter, set);
  while (g_hash_table_iter_next (&iter, &news, NULL))
    if (!put_news (table, txn, news, error))
      return FALSE;
  table->clock (&now, table->clock_data);
  return device_sweep_make_room (txn, table->table, &now, table->room, error);
}

/* Commits what was done, or takes all of it back. */
static gboolean
end_transaction (MDB_txn *txn, gboolean is_done, GError **error)
{
  if (is_done)
    return store_check (mdb_txn_commit (txn), "write devices to the disk", error);
  mdb_txn_abort (txn);
  return FALSE;
}

static gboolean
write_set (DeviceTable *table, GHashTable *set, GError **error)
{
  MDB_txn *txn;

  if (!store_check (mdb_txn_begin (store_env (table->store), NULL, 0, &txn), "write devices",
                    error))
    return FALSE;
  return end_transaction (txn, put_all (table, txn, set, error), error);
}

/* What could not be written is news still, older than what came meanwhile. */
static void
put_back (DeviceTable *table, GHashTable *set)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&table->lock);
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, set);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      News *older = key;
      News *newer = g_hash_table_lookup (table->news, older);

      g_hash_table_iter_steal (&iter);
      if (newer != NULL)
        device_record_add (&older->record, &newer->record);
      if (newer != NULL || g_hash_table_size (table->news) < NEWS_MAX)
        g_hash_table_replace (table->news, older, older);
      else
        g_free (older);
    }
}

gboolean
device_table_flush (DeviceTable *table, GError **error)
{
  g_autoptr (GMutexLocker) writing G_GNUC_UNUSED = g_mutex_locker_new (&table->writing);
  g_autoptr (GHashTable) set = news_set_new ();

  g_mutex_lock (&table->lock);
  GHashTable *news = table->news;
  table->news = g_steal_pointer (&set);
  set = news;
  g_mutex_unlock (&table->lock);

  if (g_hash_table_size (set) == 0 || write_set (table, set, error))
    return TRUE;
  put_back (table, set);
  return FALSE;
}

gboolean
device_table_purge (DeviceTable *table, GError **error)
{
  g_autoptr (GMutexLocker) writing G_GNUC_UNUSED = g_mutex_locker_new (&table->writing);
  MDB_txn *txn;
  Moment now;

  if (!store_check (mdb_txn_begin (store_env (table->store), NULL, 0, &txn), "forget devices",
                    error))
    return FALSE;
  table->clock (&now, table->clock_data);
  gboolean is_done
      = device_sweep_old (txn, table->table, &now, DEVICE_TABLE_DAYS * SECONDS_PER_DAY, error);
  return end_transaction (txn, is_done, error);
}

/* --- The table's thread --- */

/* Once, until the disk takes something again. */
static void
tell_trouble (DeviceTable *table, const GError *error)
{
  gboolean was_told = table->is_trouble_told;

  table->is_trouble_told = error != NULL;
  if (error != NULL && !was_told)
    g_warning ("devices: %s", error->message);
}

static gboolean
do_round (DeviceTable *table, gint64 *purge_at_us, GError **error)
{
  gint64 now_us = g_get_monotonic_time ();

  if (now_us >= *purge_at_us)
    {
      if (!device_table_purge (table, error))
        return FALSE;
      *purge_at_us = now_us + PURGE_INTERVAL_US;
    }
  return device_table_flush (table, error);
}

/* Waits until it is time to write, or there are @many news. Returns: whether the table is still
 * open */
static gboolean
wait_for_news (DeviceTable *table, guint many)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&table->lock);
  gint64 end_us = g_get_monotonic_time () + WRITE_INTERVAL_US;

  while (!table->is_ending && g_hash_table_size (table->news) < many
         && g_cond_wait_until (&table->changed, &table->lock, end_us))
    ;
  return !table->is_ending;
}

static gpointer
run (gpointer data)
{
  DeviceTable *table = data;
  gint64 purge_at_us = 0;
  gboolean is_done;

  do
    {
      g_autoptr (GError) error = NULL;

      is_done = do_round (table, &purge_at_us, &error);
      tell_trouble (table, error);
    }
  while (wait_for_news (table, is_done ? NEWS_MANY : G_MAXUINT));
  return NULL;
}

DeviceTable *
device_table_open (const char *folder, GError **error)
{
  if (!moment_is_supported (error))
    return NULL;
  g_autoptr (Store) store = store_open (folder, STORE_READ_WRITE, MAP_SIZE, 1, error);
  MDB_dbi dbi;
  if (store == NULL || !store_table (store, TABLE, 0, &dbi, error))
    return NULL;

  DeviceTable *table = g_new0 (DeviceTable, 1);
  table->store = g_steal_pointer (&store);
  table->table = dbi;
  table->clock = moment_read;
  table->room = DEVICE_TABLE_MAX;
  table->news = news_set_new ();
  g_mutex_init (&table->writing);
  g_mutex_init (&table->lock);
  g_cond_init (&table->changed);
  table->thread = g_thread_new ("devices", run, table);
  return table;
}

void
device_table_close (DeviceTable *table)
{
  g_autoptr (GError) error = NULL;

  if (table == NULL)
    return;
  g_mutex_lock (&table->lock);
  table->is_ending = TRUE;
  g_cond_signal (&table->changed);
  g_mutex_unlock (&table->lock);
  g_thread_join (table->thread);
  if (!device_table_flush (table, &error))
    g_warning ("devices: %s", error->message);

  g_hash_table_unref (table->news);
  store_close (table->store);
  g_mutex_clear (&table->writing);
  g_mutex_clear (&table->lock);
  g_cond_clear (&table->changed);
  g_free (table);
}

void
device_table_set_clock (DeviceTable *table, MomentClock clock, gpointer user_data)
{
  g_autoptr (GMutexLocker) writing G_GNUC_UNUSED = g_mutex_locker_new (&table->writing);

  table->clock = clock;
  table->clock_data = user_data;
}

void
device_table_set_room (DeviceTable *table, gsize room)
{
  g_autoptr (GMutexLocker) writing G_GNUC_UNUSED = g_mutex_locker_new (&table->writing);

  table->room = room;
}

/* --- Listing --- */

static gboolean
read_row (const MDB_val *name, const MDB_val *value, const Moment *now, Device *device)
{
  DeviceRecord record;
  gsize user_length = name->mv_size - sizeof device->address.bytes;

  if (name->mv_size < sizeof device->address.bytes || user_length >= sizeof device->user
      || !device_record_from_bytes (value->mv_data, value->mv_size, &record))
    return FALSE;
  *device = (Device){ .log_ons = record.log_ons, .retrieved = record.retrieved };
  memcpy (device->address.bytes, name->mv_data, sizeof device->address.bytes);
  memcpy (device->user, (char *) name->mv_data + sizeof device->address.bytes, user_length);
  memcpy (device->how, record.how, sizeof device->how);
  memcpy (device->tls, record.tls, sizeof device->tls);
  device->last = device_record_time (&record.last, now);
  device->first = MIN (device_record_time (&record.first, now), device->last);
  return TRUE;
}

static int
compare_devices (gconstpointer a, gconstpointer b)
{
  const Device *left = a;
  const Device *right = b;

  if (left->last != right->last)
    return left->last > right->last ? -1 : 1;
  int order = memcmp (&left->address, &right->address, sizeof left->address);
  return order != 0 ? order : strcmp (left->user, right->user);
}

static gboolean
collect (DeviceTable *table, MDB_txn *txn, GArray *devices, GError **error)
{
  MDB_cursor *cursor;
  MDB_val name;
  MDB_val value;
  Device device;
  Moment now;
  int result;

  if (!store_check (mdb_cursor_open (txn, table->table, &cursor), "list devices", error))
    return FALSE;
  table->clock (&now, table->clock_data);
  while ((result = mdb_cursor_get (cursor, &name, &value, MDB_NEXT)) == MDB_SUCCESS)
    if (read_row (&name, &value, &now, &device))
      g_array_append_val (devices, device);
  mdb_cursor_close (cursor);
  return result == MDB_NOTFOUND || store_check (result, "list devices", error);
}

GArray *
device_table_list (DeviceTable *table, GError **error)
{
  g_autoptr (GArray) devices = g_array_new (FALSE, FALSE, sizeof (Device));

  if (!device_table_flush (table, error))
    return NULL;
  MDB_txn *txn = store_read (table->store, error);
  if (txn == NULL)
    return NULL;
  gboolean is_read = collect (table, txn, devices, error);
  mdb_txn_abort (txn);
  if (!is_read)
    return NULL;
  g_array_sort (devices, compare_devices);
  return g_steal_pointer (&devices);
}
