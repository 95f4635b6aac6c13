/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/queue.h"

#include "servers/queue/queue-addition.h"
#include "servers/queue/queue-batch.h"
#include "servers/queue/queue-body.h"
#include "servers/queue/queue-journal.h"
#include "servers/queue/queue-settlement.h"
#include "servers/queue/queue-tables.h"
#include "servers/queue/queue-wake.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <unistd.h>

/* Address space, not disk: the file grows with what is in it. */
#define MAP_SIZE ((gsize) 64 << 30)

/* So many messages are listed in one transaction: a long one would keep the store from using freed
 * space again. */
#define MESSAGES_A_TRANSACTION 512

/* An id is the time in microseconds, and which opening of the queue it belongs to: unique across
 * processes and restarts. */
#define ID_OPENING_BITS 12

struct _Queue
{
  Store *store;          /* (owned) */
  StoreWriter *writer;   /* (owned) */
  QueueJournal *journal; /* (owned) (nullable) */
  QueueTables tables;
  int folder_fd;      /* (owned) */
  int bodies_fd;      /* (owned) */
  int wake_fd;        /* (owned) to nudge with */
  int wake_reader_fd; /* (owned) of the delivery; else -1 */
  QueueOpening opening;
  GMutex id_lock;
  guint64 last_id;
};

static int
open_folder (const char *name, GError **error)
{
  int fd = open (name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot open the folder %s: %s",
                 name, g_strerror (errno));
  return fd;
}

static gboolean
count_opening (MDB_txn *txn, gpointer item, GError **error)
{
  Queue *queue = item;
  return queue_tables_count_opening (&queue->tables, txn, &queue->opening, error);
}

static gboolean
open_files (Queue *queue, const char *folder, GError **error)
{
  queue->store = store_open (folder, STORE_READ_WRITE, MAP_SIZE, QUEUE_TABLES_COUNT, error);
  if (queue->store == NULL || !queue_tables_open (&queue->tables, queue->store, error))
    return FALSE;
  queue->folder_fd = open_folder (folder, error);
  if (queue->folder_fd < 0)
    return FALSE;
  queue->bodies_fd = queue_body_open_folder (queue->folder_fd, error);
  queue->wake_fd = queue->bodies_fd < 0 ? -1 : queue_wake_open (error);
  return queue->wake_fd >= 0;
}

Queue *
queue_open (const char *folder, GError **error)
{
  g_autoptr (Queue) queue = g_new0 (Queue, 1);
  queue->folder_fd = queue->bodies_fd = queue->wake_fd = queue->wake_reader_fd = -1;
  g_mutex_init (&queue->id_lock);
  if (!open_files (queue, folder, error))
    return NULL;
  queue->writer = store_writer_new (queue->store);
  if (!store_writer_run (queue->writer, count_opening, queue, error))
    return NULL;
  return g_steal_pointer (&queue);
}

static void
wake_delivery (gpointer user_data)
{
  Queue *queue = user_data;
  queue_wake_send (queue->wake_fd, queue->folder_fd);
}

static QueueJournalPlace
journal_place (Queue *queue)
{
  return (QueueJournalPlace){ queue->folder_fd, queue->writer, &queue->tables,
                              queue->opening,   wake_delivery, queue };
}

gboolean
queue_use_journal (Queue *queue, GError **error)
{
  QueueJournalPlace place = journal_place (queue);
  queue->journal = queue_journal_new (&place, error);
  return queue->journal != NULL;
}

static void
close_fd (int fd)
{
  if (fd >= 0)
    close (fd);
}

void
queue_close (Queue *queue)
{
  if (queue == NULL)
    return;
  g_clear_pointer (&queue->journal, queue_journal_free);
  g_clear_pointer (&queue->writer, store_writer_free);
  g_clear_pointer (&queue->store, store_close);
  close_fd (queue->wake_reader_fd);
  close_fd (queue->wake_fd);
  close_fd (queue->bodies_fd);
  close_fd (queue->folder_fd);
  g_mutex_clear (&queue->id_lock);
  g_free (queue);
}

gboolean
queue_error_is_full (const GError *error)
{
  return g_error_matches (error, STORE_ERROR, STORE_ERROR_FULL)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
}

gboolean
queue_error_is_lost (const GError *error)
{
  return g_error_matches (error, STORE_ERROR, STORE_ERROR_DAMAGED)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

guint64
queue_reserve_id (Queue *queue)
{
  const guint64 step = G_GUINT64_CONSTANT (1) << ID_OPENING_BITS;
  guint64 id
      = ((guint64) g_get_real_time () << ID_OPENING_BITS) | (queue->opening.number & (step - 1));
  g_mutex_lock (&queue->id_lock);
  if (id <= queue->last_id)
    id = queue->last_id + step;
  queue->last_id = id;
  g_mutex_unlock (&queue->id_lock);
  return id;
}

gint64
queue_id_time_us (guint64 id)
{
  return (gint64) (id >> ID_OPENING_BITS);
}

/* queue_add() under way. */
typedef struct
{
  Queue *queue;            /* (unowned) */
  QueueAddition *addition; /* (owned) */
  QueueAdded added;
  gpointer user_data;
  gboolean is_in_journal;
} Adding;

static gboolean
adding_write (MDB_txn *txn, gpointer item, GError **error)
{
  Adding *adding = item;
  return queue_addition_write (adding->addition, &adding->queue->tables, txn, error);
}

static void
adding_done (gpointer item, const GError *error)
{
  g_autofree Adding *adding = item;
  Queue *queue = adding->queue;
  guint64 id = queue_addition_id (adding->addition);
  if (error == NULL)
    queue_addition_keep (adding->addition);
  queue_addition_free (adding->addition);
  adding->added (adding->user_data, id, error);
  /* What went into the journal is not to be seen yet. */
  if (error == NULL && !adding->is_in_journal)
    wake_delivery (queue);
}

void
queue_add (Queue *queue, Envelope *envelope, QueueBody *body, QueueAdded added, gpointer user_data)
{
  Adding *adding = g_new (Adding, 1);
  *adding = (Adding){ queue, queue_addition_new (envelope, body), added, user_data, FALSE };
  const QueueEntry *entry = queue_addition_entry (adding->addition, queue->opening.salt);
  adding->is_in_journal
      = queue->journal != NULL && entry->content != NULL && queue_journal_fits (entry);
  if (adding->is_in_journal)
    queue_journal_add (queue->journal, entry, adding_done, adding);
  else
    store_writer_submit (queue->writer, adding_write, adding_done, adding);
}

QueueBody *
queue_body_new (Queue *queue)
{
  return queue_body_new_in (queue->bodies_fd);
}

/* queue_settle() under way. */
typedef struct
{
  Queue *queue;                /* (unowned) */
  QueueSettlement *settlement; /* (owned) */
  QueueSettled settled;
  gpointer user_data;
} Settling;

static gboolean
settling_write (MDB_txn *txn, gpointer item, GError **error)
{
  Settling *settling = item;
  return queue_settlement_write (settling->settlement, &settling->queue->tables, txn, error);
}

static void
settling_done (gpointer item, const GError *error)
{
  g_autofree Settling *settling = item;
  Queue *queue = settling->queue;
  gboolean gone = FALSE, has_added = FALSE;
  if (error == NULL)
    gone = !queue_settlement_keep (settling->settlement, queue->bodies_fd, &has_added);
  queue_settlement_free (settling->settlement);
  settling->settled (settling->user_data, gone, error);
  if (has_added)
    queue_wake_send (queue->wake_fd, queue->folder_fd);
}

void
queue_settle (Queue *queue,
              const Envelope *envelope,
              Envelope *bounce,
              QueueBody *bounce_body,
              QueueSettled settled,
              gpointer user_data)
{
  Settling *settling = g_new (Settling, 1);
  *settling = (Settling){ queue, queue_settlement_new (envelope, bounce, bounce_body), settled,
                          user_data };
  store_writer_submit_patient (queue->writer, settling_write, settling_done, settling);
}

GArray *
queue_due (Queue *queue, QueuePlace after, gint64 now, guint limit, GError **error)
{
  MDB_txn *txn = store_read (queue->store, error);
  if (txn == NULL)
    return NULL;
  GArray *places
      = queue_tables_due (&queue->tables, txn, after, now, limit != 0 ? limit : G_MAXUINT, error);
  mdb_txn_abort (txn);
  return places;
}

gint64
queue_next_due (Queue *queue, gint64 after)
{
  MDB_txn *txn = store_read (queue->store, NULL);
  if (txn == NULL)
    return G_MAXINT64;
  gint64 when = queue_tables_next_due (&queue->tables, txn, after);
  mdb_txn_abort (txn);
  return when;
}

/* @all: counts those in the table of envelopes; @free: those that have a place in the order of next
 * attempts */
static void
count (Queue *queue, guint64 *all, guint64 *free)
{
  MDB_stat envelopes = { 0 }, due = { 0 };
  *all = *free = 0;
  MDB_txn *txn = store_read (queue->store, NULL);
  if (txn == NULL)
    return;
  if (mdb_stat (txn, queue->tables.envelopes, &envelopes) == MDB_SUCCESS
      && mdb_stat (txn, queue->tables.due, &due) == MDB_SUCCESS)
    {
      *all = envelopes.ms_entries;
      *free = MIN (due.ms_entries, envelopes.ms_entries);
    }
  mdb_txn_abort (txn);
}

guint64
queue_count (Queue *queue)
{
  guint64 all, free;
  count (queue, &all, &free);
  return all;
}

guint64
queue_count_held (Queue *queue)
{
  guint64 all, free;
  count (queue, &all, &free);
  return all - free;
}

Envelope *
queue_envelope (Queue *queue, guint64 id, GError **error)
{
  MDB_txn *txn = store_read (queue->store, error);
  if (txn == NULL)
    return NULL;
  Envelope *envelope = queue_tables_get (&queue->tables, txn, id, error);
  mdb_txn_abort (txn);
  return envelope;
}

void
queue_await_journal (Queue *queue)
{
  queue_journal_await (queue->folder_fd);
}

GBytes *
queue_content (Queue *queue, guint64 id, GError **error)
{
  MDB_txn *txn = store_read (queue->store, error);
  if (txn == NULL)
    return NULL;
  g_autoptr (GError) failure = NULL;
  g_autoptr (GBytes) content = queue_tables_content (&queue->tables, txn, id, &failure);
  mdb_txn_abort (txn);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  return content != NULL ? g_steal_pointer (&content)
                         : queue_body_map (queue->bodies_fd, id, error);
}

GPtrArray *
queue_list (Queue *queue, const QueueFilter *filter, guint limit, GError **error)
{
  g_autoptr (GPtrArray) envelopes = g_ptr_array_new_with_free_func ((GDestroyNotify) envelope_free);
  QueueListing listing = { .looks = MESSAGES_A_TRANSACTION, .limit = limit ? limit : G_MAXUINT };
  if (filter != NULL)
    {
      listing.filter = *filter;
      listing.last = filter->after;
    }
  gboolean more = TRUE;
  while (more && envelopes->len < listing.limit)
    {
      MDB_txn *txn = store_read (queue->store, error);
      if (txn == NULL)
        return NULL;
      more = queue_tables_list (&queue->tables, txn, &listing, envelopes);
      mdb_txn_abort (txn);
    }
  return g_steal_pointer (&envelopes);
}

static gboolean
make_due (Envelope *envelope, gpointer when)
{
  if (envelope->hold != ENVELOPE_FREE)
    return FALSE;
  envelope->next_attempt = *(gint64 *) when;
  return TRUE;
}

gboolean
queue_hasten (Queue *queue, GArray *ids, gint64 when, guint *count, GError **error)
{
  QueueBatch batch = { queue->writer, &queue->tables, queue->bodies_fd, ids };
  gboolean done = queue_batch_edit (&batch, make_due, &when, count, error);
  queue_wake_send (queue->wake_fd, queue->folder_fd);
  return done;
}

static gboolean
hold (Envelope *envelope, gpointer reason)
{
  if (envelope->hold == ENVELOPE_FREE)
    envelope_set_hold (envelope, ENVELOPE_HELD, reason);
  return TRUE;
}

gboolean
queue_hold (Queue *queue, GArray *ids, const char *reason, guint *count, GError **error)
{
  QueueBatch batch = { queue->writer, &queue->tables, queue->bodies_fd, ids };
  return queue_batch_edit (&batch, hold, (gpointer) reason, count, error);
}

static gboolean
release (Envelope *envelope, gpointer now)
{
  if (envelope->hold == ENVELOPE_FREE)
    return FALSE;
  envelope_set_hold (envelope, ENVELOPE_FREE, "");
  return make_due (envelope, now);
}

gboolean
queue_release (Queue *queue, GArray *ids, guint *count, GError **error)
{
  QueueBatch batch = { queue->writer, &queue->tables, queue->bodies_fd, ids };
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  gboolean done = queue_batch_edit (&batch, release, &now, count, error);
  queue_wake_send (queue->wake_fd, queue->folder_fd);
  return done;
}

gboolean
queue_remove (Queue *queue, GArray *ids, guint *count, GError **error)
{
  QueueBatch batch = { queue->writer, &queue->tables, queue->bodies_fd, ids };
  return queue_batch_remove (&batch, count, error);
}

typedef struct
{
  Queue *queue;
  guint64 id;
} OneMessage;

static gboolean
set_aside (MDB_txn *txn, gpointer item, GError **error)
{
  OneMessage *message = item;
  return queue_tables_set_aside (&message->queue->tables, txn, message->id, error);
}

gboolean
queue_set_aside (Queue *queue, guint64 id, GError **error)
{
  OneMessage message = { queue, id };
  return store_writer_run (queue->writer, set_aside, &message, error);
}

/* A file is needed, too, when the queue can't be read, and when the message was set aside. */
static gboolean
is_needed (guint64 id, gpointer user_data)
{
  Queue *queue = user_data;
  MDB_txn *txn = store_read (queue->store, NULL);
  if (txn == NULL)
    return TRUE;
  gboolean known = queue_tables_has (&queue->tables, txn, id);
  mdb_txn_abort (txn);
  return known;
}

gboolean
queue_take_up (Queue *queue, GError **error)
{
  QueueJournalPlace place = journal_place (queue);
  return queue_journal_take_up (&place, error);
}

gboolean
queue_clean (Queue *queue, GError **error)
{
  return queue_take_up (queue, error)
         && queue_body_clean (queue->bodies_fd, is_needed, queue, error);
}

int
queue_wake_fd (Queue *queue, GError **error)
{
  if (queue->wake_reader_fd < 0)
    queue->wake_reader_fd = queue_wake_bind (queue->folder_fd, error);
  return queue->wake_reader_fd;
}

void
queue_wake_clear (Queue *queue)
{
  queue_wake_drain (queue->wake_reader_fd);
}
