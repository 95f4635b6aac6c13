/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/queue-tables.h"

#include "servers/queue/envelope-record.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

typedef struct
{
  guint64 id; /* big-endian */
} IdKey;

typedef struct
{
  guint64 when; /* big-endian */
  guint64 id;   /* the same */
} DueKey;

G_STATIC_ASSERT (sizeof (DueKey) == 16);

static IdKey
id_key (guint64 id)
{
  return (IdKey){ GUINT64_TO_BE (id) };
}

static DueKey
due_key (gint64 when, guint64 id)
{
  return (DueKey){ GUINT64_TO_BE ((guint64) MAX (when, 0)), GUINT64_TO_BE (id) };
}

/* The key of a row that a cursor is at; FALSE for one of a wrong size. */
static gboolean
read_due_key (const MDB_val *key, gint64 *when, guint64 *id)
{
  DueKey due;
  if (key->mv_size != sizeof due)
    return FALSE;
  memcpy (&due, key->mv_data, sizeof due);
  *when = (gint64) GUINT64_FROM_BE (due.when);
  *id = GUINT64_FROM_BE (due.id);
  return TRUE;
}

#define VAL_OF(variable) ((MDB_val){ sizeof (variable), &(variable) })

gboolean
queue_tables_open (QueueTables *tables, Store *store, GError **error)
{
  const struct
  {
    const char *name;
    MDB_dbi *table;
  } list[QUEUE_TABLES_COUNT] = {
    { "envelopes", &tables->envelopes }, { "due", &tables->due },
    { "bodies", &tables->bodies },       { "damaged", &tables->damaged },
    { "counters", &tables->counters },
  };
  for (guint i = 0; i < G_N_ELEMENTS (list); i++)
    if (!store_table (store, list[i].name, 0, list[i].table, error))
      return FALSE;
  return TRUE;
}

/* Reads a number of @length bytes; 0 where there is none. */
static gboolean
read_counter (const QueueTables *tables,
              MDB_txn *txn,
              const char *name,
              void *number,
              gsize length,
              GError **error)
{
  MDB_val key = { strlen (name), (void *) name };
  MDB_val value;
  int result = mdb_get (txn, tables->counters, &key, &value);
  memset (number, 0, length);
  if (result == MDB_SUCCESS && value.mv_size == length)
    memcpy (number, value.mv_data, length);
  return result == MDB_NOTFOUND || store_check (result, "read the queue's counters", error);
}

static gboolean
write_counter (const QueueTables *tables,
               MDB_txn *txn,
               const char *name,
               void *number,
               gsize length,
               GError **error)
{
  MDB_val key = { strlen (name), (void *) name };
  MDB_val value = { length, number };
  return store_check (mdb_put (txn, tables->counters, &key, &value, 0),
                      "write the queue's counters", error);
}

gboolean
queue_tables_count_opening (const QueueTables *tables,
                            MDB_txn *txn,
                            QueueOpening *opening,
                            GError **error)
{
  if (!read_counter (tables, txn, "openings", &opening->number, sizeof opening->number, error)
      || !read_counter (tables, txn, "salt", &opening->salt, sizeof opening->salt, error))
    return FALSE;
  opening->number++;
  if (opening->salt == 0 && getrandom (&opening->salt, sizeof opening->salt, 0) < 0)
    return store_check (errno, "draw a random number", error);
  return write_counter (tables, txn, "openings", &opening->number, sizeof opening->number, error)
         && write_counter (tables, txn, "salt", &opening->salt, sizeof opening->salt, error);
}

gboolean
queue_tables_get_journal (const QueueTables *tables,
                          MDB_txn *txn,
                          guint64 *generation,
                          GError **error)
{
  return read_counter (tables, txn, "journal", generation, sizeof *generation, error);
}

gboolean
queue_tables_set_journal (const QueueTables *tables,
                          MDB_txn *txn,
                          guint64 generation,
                          GError **error)
{
  return write_counter (tables, txn, "journal", &generation, sizeof generation, error);
}

/* Writes the rows but for the content's. */
static int
put_rows (const QueueTables *tables, MDB_txn *txn, const QueueEntry *entry, guint mdb_flags)
{
  IdKey id = id_key (entry->id);
  DueKey due = due_key (entry->due, entry->id);
  MDB_val key = VAL_OF (id);
  MDB_val value = { entry->record_length, (void *) entry->record };
  int result = mdb_put (txn, tables->envelopes, &key, &value, mdb_flags);

  /* What is held has no row there: many held messages cost the delivery nothing. */
  if (result != MDB_SUCCESS || entry->due == QUEUE_ENTRY_HELD)
    return result;
  key = VAL_OF (due);
  value = (MDB_val){ 0, "" };
  return mdb_put (txn, tables->due, &key, &value, 0);
}

static gboolean
put_record (const QueueTables *tables, MDB_txn *txn, const Envelope *envelope, GError **error)
{
  g_autoptr (GBytes) record = envelope_to_bytes (envelope);
  QueueEntry entry = { .id = envelope->id, .due = queue_entry_due (envelope) };
  entry.record = g_bytes_get_data (record, &entry.record_length);
  return store_check (put_rows (tables, txn, &entry, 0), "write the message's envelope", error);
}

static int
insert (const QueueTables *tables, MDB_txn *txn, const QueueEntry *entry)
{
  /* An id that is there already would be another message's: refused, not overwritten. */
  int result = put_rows (tables, txn, entry, MDB_NOOVERWRITE);
  if (result != MDB_SUCCESS || entry->content == NULL)
    return result;
  IdKey id = id_key (entry->id);
  MDB_val key = VAL_OF (id);
  MDB_val value = { entry->content_length, (void *) entry->content };
  return mdb_put (txn, tables->bodies, &key, &value, 0);
}

gboolean
queue_tables_insert (const QueueTables *tables,
                     MDB_txn *txn,
                     const QueueEntry *entry,
                     GError **error)
{
  return store_check (insert (tables, txn, entry), "write the message", error);
}

gboolean
queue_tables_insert_anyhow (const QueueTables *tables,
                            MDB_txn *txn,
                            const QueueEntry *entry,
                            GError **error)
{
  QueueEntry next = *entry;
  int result;
  while ((result = insert (tables, txn, &next)) == MDB_KEYEXIST)
    next.id++;
  return store_check (result, "write the message", error);
}

/* Returns the record as it stands in the map, good until the transaction ends or writes. */
static QueueRow
find_record (const QueueTables *tables, MDB_txn *txn, guint64 id, MDB_val *record, GError **error)
{
  IdKey id_be = id_key (id);
  MDB_val key = VAL_OF (id_be);
  int result = mdb_get (txn, tables->envelopes, &key, record);
  if (result == MDB_NOTFOUND)
    return QUEUE_ROW_GONE;
  return store_check (result, "read the message's envelope", error) ? QUEUE_ROW_DONE
                                                                    : QUEUE_ROW_FAILED;
}

static Envelope *
parse_record (guint64 id, const MDB_val *record)
{
  g_autoptr (GBytes) bytes = g_bytes_new (record->mv_data, record->mv_size);
  Envelope *envelope = envelope_from_bytes (bytes);
  if (envelope != NULL)
    envelope->id = id;
  return envelope;
}

Envelope *
queue_tables_get (const QueueTables *tables, MDB_txn *txn, guint64 id, GError **error)
{
  MDB_val record;
  if (find_record (tables, txn, id, &record, error) != QUEUE_ROW_DONE)
    return NULL;
  Envelope *envelope = parse_record (id, &record);
  if (envelope == NULL)
    g_set_error (error, STORE_ERROR, STORE_ERROR_DAMAGED,
                 "the envelope of message %" G_GINT64_MODIFIER "X is damaged", id);
  return envelope;
}

static gboolean
delete_row (MDB_txn *txn, MDB_dbi table, MDB_val key, gboolean *was_there, GError **error)
{
  int result = mdb_del (txn, table, &key, NULL);
  if (was_there != NULL)
    *was_there = result == MDB_SUCCESS;
  return result == MDB_NOTFOUND || store_check (result, "delete from the queue", error);
}

/* Deletes every row of @id in "due" by looking at all of them: for records that don't tell their
 * time. */
static gboolean
delete_due_by_search (const QueueTables *tables, MDB_txn *txn, guint64 id, GError **error)
{
  MDB_cursor *cursor;
  if (!store_check (mdb_cursor_open (txn, tables->due, &cursor), "read the queue", error))
    return FALSE;
  MDB_val key, value;
  int result;
  while ((result = mdb_cursor_get (cursor, &key, &value, MDB_NEXT)) == MDB_SUCCESS)
    {
      gint64 when;
      guint64 due_id;
      if (!read_due_key (&key, &when, &due_id) || due_id == id)
        if ((result = mdb_cursor_del (cursor, 0)) != MDB_SUCCESS)
          break;
    }
  mdb_cursor_close (cursor);
  return result == MDB_NOTFOUND || store_check (result, "delete from the queue", error);
}

/* @stored: (nullable): what the record says; %NULL for a damaged one */
static gboolean
delete_due (
    const QueueTables *tables, MDB_txn *txn, guint64 id, const Envelope *stored, GError **error)
{
  if (stored == NULL)
    return delete_due_by_search (tables, txn, id, error);
  DueKey due = due_key (stored->next_attempt, id);
  return delete_row (txn, tables->due, VAL_OF (due), NULL, error);
}

QueueRow
queue_tables_settle (const QueueTables *tables, MDB_txn *txn, Envelope *envelope, GError **error)
{
  MDB_val record;
  QueueRow row = find_record (tables, txn, envelope->id, &record, error);
  if (row != QUEUE_ROW_DONE)
    return row;
  g_autoptr (Envelope) stored = parse_record (envelope->id, &record);
  if (stored != NULL)
    envelope_set_hold (envelope, stored->hold, stored->hold_reason);
  return delete_due (tables, txn, envelope->id, stored, error)
                 && put_record (tables, txn, envelope, error)
             ? QUEUE_ROW_DONE
             : QUEUE_ROW_FAILED;
}

QueueRow
queue_tables_edit (const QueueTables *tables,
                   MDB_txn *txn,
                   guint64 id,
                   QueueEdit edit,
                   gpointer user_data,
                   GError **error)
{
  MDB_val record;
  QueueRow row = find_record (tables, txn, id, &record, error);
  if (row != QUEUE_ROW_DONE)
    return row;
  g_autoptr (Envelope) stored = parse_record (id, &record);
  if (stored == NULL)
    return QUEUE_ROW_GONE; /* damaged: the delivery sees to that when it is due */
  g_autoptr (Envelope) edited = envelope_copy (stored);
  if (!edit (edited, user_data))
    return QUEUE_ROW_GONE;
  return delete_due (tables, txn, id, stored, error) && put_record (tables, txn, edited, error)
             ? QUEUE_ROW_DONE
             : QUEUE_ROW_FAILED;
}

QueueRow
queue_tables_delete (
    const QueueTables *tables, MDB_txn *txn, guint64 id, gboolean *has_file, GError **error)
{
  MDB_val record;
  QueueRow row = find_record (tables, txn, id, &record, error);
  if (row != QUEUE_ROW_DONE)
    return row;

  g_autoptr (Envelope) stored = parse_record (id, &record);
  IdKey id_be = id_key (id);
  gboolean was_small;
  if (!delete_due (tables, txn, id, stored, error)
      || !delete_row (txn, tables->envelopes, VAL_OF (id_be), NULL, error)
      || !delete_row (txn, tables->bodies, VAL_OF (id_be), &was_small, error))
    return QUEUE_ROW_FAILED;
  *has_file = !was_small;
  return QUEUE_ROW_DONE;
}

gboolean
queue_tables_set_aside (const QueueTables *tables, MDB_txn *txn, guint64 id, GError **error)
{
  MDB_val record;
  QueueRow row = find_record (tables, txn, id, &record, error);
  if (row == QUEUE_ROW_FAILED || !delete_due_by_search (tables, txn, id, error))
    return FALSE;

  /* Found again: the deletions above may have moved it. */
  row = find_record (tables, txn, id, &record, error);
  if (row != QUEUE_ROW_DONE)
    return row == QUEUE_ROW_GONE;
  g_autofree void *copy = g_memdup2 (record.mv_data, record.mv_size);
  IdKey id_be = id_key (id);
  MDB_val key = VAL_OF (id_be);
  record.mv_data = copy;
  return store_check (mdb_put (txn, tables->damaged, &key, &record, 0), "set the message aside",
                      error)
         && delete_row (txn, tables->envelopes, VAL_OF (id_be), NULL, error);
}

gboolean
queue_tables_has (const QueueTables *tables, MDB_txn *txn, guint64 id)
{
  IdKey id_be = id_key (id);
  MDB_val key = VAL_OF (id_be);
  MDB_val value;
  return mdb_get (txn, tables->envelopes, &key, &value) != MDB_NOTFOUND
         || mdb_get (txn, tables->damaged, &key, &value) != MDB_NOTFOUND;
}

GBytes *
queue_tables_content (const QueueTables *tables, MDB_txn *txn, guint64 id, GError **error)
{
  IdKey id_be = id_key (id);
  MDB_val key = VAL_OF (id_be);
  MDB_val value;
  int result = mdb_get (txn, tables->bodies, &key, &value);
  if (result == MDB_NOTFOUND || !store_check (result, "read the message's content", error))
    return NULL;
  return g_bytes_new (value.mv_data, value.mv_size);
}

GArray *
queue_tables_due (const QueueTables *tables,
                  MDB_txn *txn,
                  QueuePlace after,
                  gint64 now,
                  guint limit,
                  GError **error)
{
  MDB_cursor *cursor;
  if (!store_check (mdb_cursor_open (txn, tables->due, &cursor), "read the queue", error))
    return NULL;
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (QueuePlace));
  DueKey from = due_key (after.when, after.id + 1);
  MDB_val key = VAL_OF (from);
  MDB_val value;
  int result = mdb_cursor_get (cursor, &key, &value, MDB_SET_RANGE);
  for (; places->len < limit && result == MDB_SUCCESS;
       result = mdb_cursor_get (cursor, &key, &value, MDB_NEXT))
    {
      QueuePlace place;
      if (!read_due_key (&key, &place.when, &place.id))
        continue;
      if (place.when > now)
        break;
      g_array_append_val (places, place);
    }
  mdb_cursor_close (cursor);
  if (result != MDB_NOTFOUND && !store_check (result, "read the queue", error))
    return NULL;
  return g_steal_pointer (&places);
}

gint64
queue_tables_next_due (const QueueTables *tables, MDB_txn *txn, gint64 after)
{
  MDB_cursor *cursor;
  if (after == G_MAXINT64 || mdb_cursor_open (txn, tables->due, &cursor) != MDB_SUCCESS)
    return G_MAXINT64;
  DueKey from = due_key (after + 1, 0);
  MDB_val key = VAL_OF (from);
  MDB_val value;
  gint64 when = G_MAXINT64;
  guint64 id;
  if (mdb_cursor_get (cursor, &key, &value, MDB_SET_RANGE) != MDB_SUCCESS
      || !read_due_key (&key, &when, &id))
    when = G_MAXINT64;
  mdb_cursor_close (cursor);
  return when;
}

/* Looks at the row that a cursor is at. */
static void
list_row (QueueListing *listing, const MDB_val *key, const MDB_val *record, GPtrArray *envelopes)
{
  IdKey id;
  if (key->mv_size != sizeof id)
    return;
  memcpy (&id, key->mv_data, sizeof id);
  listing->last = GUINT64_FROM_BE (id.id);
  g_autoptr (Envelope) envelope = parse_record (listing->last, record);
  if (envelope != NULL && queue_filter_matches (&listing->filter, envelope))
    g_ptr_array_add (envelopes, g_steal_pointer (&envelope));
}

gboolean
queue_tables_list (const QueueTables *tables,
                   MDB_txn *txn,
                   QueueListing *listing,
                   GPtrArray *envelopes)
{
  MDB_cursor *cursor;
  if (listing->last == G_MAXUINT64
      || mdb_cursor_open (txn, tables->envelopes, &cursor) != MDB_SUCCESS)
    return FALSE;
  IdKey from = id_key (listing->last + 1);
  MDB_val key = VAL_OF (from);
  MDB_val record;
  int result = mdb_cursor_get (cursor, &key, &record, MDB_SET_RANGE);
  for (guint looks = 0;
       looks < listing->looks && envelopes->len < listing->limit && result == MDB_SUCCESS; looks++)
    {
      list_row (listing, &key, &record, envelopes);
      result = mdb_cursor_get (cursor, &key, &record, MDB_NEXT);
    }
  mdb_cursor_close (cursor);
  return result == MDB_SUCCESS;
}
