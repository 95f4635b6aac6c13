/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/queue-journal.h"

#include "servers/queue/journal-part.h"

#include <gio/gio.h>
#include <string.h>

#define N_FILES 2
static const char *const names[N_FILES] = { "journal-0", "journal-1" };

/* The bytes that are locked, in the first file. */
#define LOCK_OWNER 0
#define LOCK_GENERATION(generation) (1 + (generation))

/* Messages come into the tables so late at most, as long as the disk keeps up: a transaction for
 * each flush of the journal would cost more than the journal saves. */
#define TURN_US (50 * 1000)

/* After the tables could not be written, for want of room for example. */
#define RETRY_US (500 * 1000)

#define AWAIT_TRIES 500
#define OWNER_TRIES 2000
#define TRY_US 1000

typedef enum
{
  APPLYING_NOTHING,
  APPLYING,
  APPLYING_FAILED
} Applying;

typedef struct
{
  const QueueEntry *entry;
  StoreDone done;
  gpointer item;
} Job;

struct _QueueJournal
{
  QueueJournalPlace place;
  JournalFile *files[N_FILES]; /* (owned) */
  GThread *thread;

  GMutex lock;
  GCond changed;
  GQueue waiting;     /* (element-type Job) (owned) guarded by lock */
  gboolean is_asleep; /* guarded by lock: a thread that is awake looks by itself */
  gboolean is_ending; /* guarded by lock */
  Applying applying;  /* guarded by lock */
  GError *trouble;    /* (owned) (nullable) guarded by lock: why the last one failed */
  gint64 retry_us;    /* guarded by lock: when it is tried again */

  /* The journal's thread alone: */
  JournalPart part; /* that is, or was last, put into the tables */
  guint current;
  guint64 generation;
  gsize used;
  gboolean is_spoilt; /* nothing more goes into this file */
  gint64 turned_us;
};

/* --- Into the tables --- */

/* Generations are in the order of their numbers, across processes: see first_generation(). */
static gboolean
apply_rest (const QueueJournalPlace *place, JournalFile *files[N_FILES], GError **error)
{
  guint64 generations[N_FILES];
  guint64 limit = ((guint64) place->opening.number << 32) | G_MAXUINT32;
  for (guint i = 0; i < N_FILES; i++)
    generations[i] = files[i] != NULL ? journal_file_generation (files[i], limit) : 0;
  for (guint i = 0; i < N_FILES; i++)
    {
      guint next = (generations[0] <= generations[1]) == (i == 0) ? 0 : 1;
      JournalPart part = { place->tables,     place->folder_fd,  files[next],
                           generations[next], JOURNAL_FILE_SIZE, 0 };
      if (part.generation > 0
          && !store_writer_run (place->writer, journal_part_apply, &part, error))
        return FALSE;
      journal_part_tell_damage (&part);
    }
  return TRUE;
}

/* Last of all, the journal hears that it is done: it may be freed then. */
static void
on_applied (gpointer item, const GError *error)
{
  QueueJournal *journal = item;
  if (error == NULL)
    {
      journal_part_tell_damage (&journal->part);
      journal_file_unlock (journal->files[0], LOCK_GENERATION (journal->part.generation));
      journal->place.seen (journal->place.user_data);
    }

  g_mutex_lock (&journal->lock);
  if (error != NULL && journal->trouble == NULL)
    g_warning ("messages stay in the journal: %s", error->message);
  g_clear_error (&journal->trouble);
  if (error != NULL)
    journal->trouble = g_error_copy (error);
  journal->retry_us = g_get_monotonic_time () + RETRY_US;
  journal->applying = error != NULL ? APPLYING_FAILED : APPLYING_NOTHING;
  g_cond_signal (&journal->changed);
  g_mutex_unlock (&journal->lock);
}

static gboolean
apply_part (MDB_txn *txn, gpointer item, GError **error)
{
  QueueJournal *journal = item;
  return journal_part_apply (txn, &journal->part, error);
}

/* The process that has the queue's opening has its own numbers, each higher than all before. */
static guint64
first_generation (const QueueJournal *journal)
{
  return ((guint64) journal->place.opening.number << 32) + 1;
}

/* The file that was filled goes into the tables, the other is filled from now on. */
static void
turn (QueueJournal *journal)
{
  journal->part = (JournalPart){ journal->place.tables,
                                 journal->place.folder_fd,
                                 journal->files[journal->current],
                                 journal->generation,
                                 journal->used,
                                 0 };
  journal->current = (journal->current + 1) % N_FILES;
  journal->generation++;
  journal->used = 0;
  journal->is_spoilt = FALSE;
  journal->turned_us = g_get_monotonic_time ();
  store_writer_submit (journal->place.writer, apply_part, on_applied, journal);
}

/* --- Into the journal --- */

static void
finish (GPtrArray *jobs, const GError *error)
{
  for (guint i = 0; i < jobs->len; i++)
    {
      Job *job = g_ptr_array_index (jobs, i);
      job->done (job->item, error);
    }
}

/* Where it fails, the entries are refused, and nothing more goes behind them: whether they are on the
 * disk nobody knows. (A power cut before the turn may bring them back: then a client that tries
 * again sends a message twice.) */
static void
append (QueueJournal *journal, GPtrArray *jobs)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = g_ptr_array_sized_new (jobs->len);
  gsize length = 0;
  for (guint i = 0; i < jobs->len; i++)
    {
      const QueueEntry *entry = ((Job *) g_ptr_array_index (jobs, i))->entry;
      g_ptr_array_add (entries, (gpointer) entry);
      length += journal_file_length (entry);
    }
  if (journal->used == 0)
    journal_file_lock (journal->files[0], LOCK_GENERATION (journal->generation));
  if (journal_file_append (journal->files[journal->current], journal->used, journal->generation,
                           entries, &error))
    journal->used += length;
  else if (journal->used > 0)
    journal->is_spoilt = TRUE;
  else
    journal_file_unlock (journal->files[0], LOCK_GENERATION (journal->generation++));
  finish (jobs, error);
}

/* With the lock held. Takes as many jobs as have @room. */
static GPtrArray *
take_jobs (QueueJournal *journal, gsize room)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func (g_free);
  Job *job;
  while (jobs->len < JOURNAL_APPEND_MAX && (job = g_queue_peek_head (&journal->waiting)) != NULL
         && journal_file_length (job->entry) <= room)
    {
      room -= journal_file_length (job->entry);
      g_ptr_array_add (jobs, g_queue_pop_head (&journal->waiting));
    }
  return jobs;
}

/* With the lock held. Whether the first job finds no room. */
static gboolean
is_full (QueueJournal *journal)
{
  const Job *job = g_queue_peek_head (&journal->waiting);
  if (journal->is_spoilt)
    return TRUE;
  return job != NULL && journal_file_length (job->entry) > JOURNAL_FILE_SIZE - journal->used;
}

/* With the lock held. When the thread is to do something by itself; 0: now, G_MAXINT64: never. */
static gint64
next_turn (QueueJournal *journal)
{
  if (journal->applying == APPLYING_FAILED)
    return journal->is_ending ? 0 : journal->retry_us;
  if (journal->applying == APPLYING || journal->used == 0)
    return G_MAXINT64;
  return journal->is_ending || is_full (journal) ? 0 : journal->turned_us + TURN_US;
}

typedef enum
{
  STEP_END,
  STEP_APPEND,
  STEP_TURN,
  STEP_RETRY,
  STEP_REFUSE
} Step;

/* With the lock held. Waits for the next step. While the tables can't be written, nothing is taken:
 * the journal is not there to hide that. */
static Step
await_step (QueueJournal *journal)
{
  for (;;)
    {
      gint64 when = next_turn (journal);
      gboolean has_jobs = !g_queue_is_empty (&journal->waiting);
      if (journal->trouble != NULL && has_jobs)
        return STEP_REFUSE;
      if (when <= g_get_monotonic_time ())
        {
          if (journal->applying == APPLYING_NOTHING)
            return STEP_TURN;
          return journal->is_ending ? STEP_END : STEP_RETRY;
        }
      if (has_jobs && !is_full (journal))
        return STEP_APPEND;
      if (journal->is_ending && !has_jobs && when == G_MAXINT64
          && journal->applying == APPLYING_NOTHING)
        return STEP_END;
      journal->is_asleep = TRUE;
      if (when == G_MAXINT64)
        g_cond_wait (&journal->changed, &journal->lock);
      else
        g_cond_wait_until (&journal->changed, &journal->lock, when);
      journal->is_asleep = FALSE;
    }
}

static gpointer
journal_thread (gpointer data)
{
  QueueJournal *journal = data;
  g_mutex_lock (&journal->lock);
  Step step;
  while ((step = await_step (journal)) != STEP_END)
    {
      g_autoptr (GPtrArray) jobs = NULL;
      g_autoptr (GError) trouble = NULL;
      if (step == STEP_TURN || step == STEP_RETRY)
        journal->applying = APPLYING;
      else
        jobs = take_jobs (journal,
                          step == STEP_REFUSE ? G_MAXSIZE : JOURNAL_FILE_SIZE - journal->used);
      if (step == STEP_REFUSE)
        trouble = g_error_copy (journal->trouble);
      g_mutex_unlock (&journal->lock);

      if (step == STEP_TURN)
        turn (journal);
      else if (step == STEP_RETRY)
        store_writer_submit (journal->place.writer, apply_part, on_applied, journal);
      else if (step == STEP_REFUSE)
        finish (jobs, trouble);
      else
        append (journal, jobs);
      g_mutex_lock (&journal->lock);
    }
  g_mutex_unlock (&journal->lock);
  return NULL;
}

/* --- What others call --- */

gboolean
queue_journal_fits (const QueueEntry *entry)
{
  return journal_file_length (entry) <= JOURNAL_ENTRY_MAX;
}

void
queue_journal_add (QueueJournal *journal, const QueueEntry *entry, StoreDone done, gpointer item)
{
  Job *job = g_new (Job, 1);
  *job = (Job){ entry, done, item };
  g_mutex_lock (&journal->lock);
  g_queue_push_tail (&journal->waiting, job);
  gboolean is_asleep = journal->is_asleep;
  journal->is_asleep = FALSE;
  g_mutex_unlock (&journal->lock);
  if (is_asleep)
    g_cond_signal (&journal->changed);
}

static JournalFile *
open_file (const QueueJournalPlace *place, guint which, gboolean create, GError **error)
{
  JournalPlace file = { place->folder_fd, names[which], place->opening.salt };
  return journal_file_open (&file, create, error);
}

/* Who has it otherwise is about to end, or puts the rest of a dead process's into the tables. */
static gboolean
become_owner (JournalFile *file, GError **error)
{
  for (guint tries = 0; tries < OWNER_TRIES; tries++)
    {
      if (journal_file_lock (file, LOCK_OWNER))
        return TRUE;
      g_usleep (TRY_US);
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, "another process has the queue's journal");
  return FALSE;
}

static gboolean
count_opening (MDB_txn *txn, gpointer item, GError **error)
{
  QueueJournalPlace *place = item;
  return queue_tables_count_opening (place->tables, txn, &place->opening, error);
}

/* For who has the lock. Another process may have opened the queue later, had the journal before, and
 * died: a number of that time would be below that of its generations, which would not be taken up,
 * and our own would be taken for old ones. */
static gboolean
count_anew (QueueJournalPlace *place, GError **error)
{
  return store_writer_run (place->writer, count_opening, place, error);
}

QueueJournal *
queue_journal_new (const QueueJournalPlace *where, GError **error)
{
  QueueJournalPlace own = *where;
  QueueJournalPlace *place = &own;
  JournalFile *files[N_FILES] = { NULL, NULL };
  for (guint i = 0; i < N_FILES; i++)
    {
      files[i] = open_file (place, i, TRUE, error);
      if (files[i] == NULL || (i == 0 && !become_owner (files[i], error)))
        break;
    }
  if (files[N_FILES - 1] == NULL || !count_anew (place, error) || !apply_rest (place, files, error))
    {
      for (guint i = 0; i < N_FILES; i++)
        journal_file_close (files[i]);
      return NULL;
    }
  /* Whoever left it here may have died before it could tell, also of what is in the tables. */
  place->seen (place->user_data);

  QueueJournal *journal = g_new0 (QueueJournal, 1);
  journal->place = *place;
  memcpy (journal->files, files, sizeof files);
  journal->generation = first_generation (journal);
  g_mutex_init (&journal->lock);
  g_cond_init (&journal->changed);
  g_queue_init (&journal->waiting);
  journal->thread = g_thread_new ("queue-journal", journal_thread, journal);
  return journal;
}

void
queue_journal_free (QueueJournal *journal)
{
  if (journal == NULL)
    return;
  g_mutex_lock (&journal->lock);
  journal->is_ending = TRUE;
  g_cond_signal (&journal->changed);
  g_mutex_unlock (&journal->lock);
  g_thread_join (journal->thread);
  for (guint i = 0; i < N_FILES; i++)
    journal_file_close (journal->files[i]);
  g_clear_error (&journal->trouble);
  g_cond_clear (&journal->changed);
  g_mutex_clear (&journal->lock);
  g_free (journal);
}

static gboolean
get_done (MDB_txn *txn, gpointer item, GError **error)
{
  JournalPart *part = item;
  return queue_tables_get_journal (part->tables, txn, &part->generation, error);
}

/* With the lock. A look costs some milliseconds of reading, what apply_rest() does a flush or two. */
static gboolean
take_up_rest (QueueJournalPlace *place, JournalFile *files[N_FILES], GError **error)
{
  JournalPart done = { .tables = place->tables };
  gboolean has_rest = FALSE;
  if (!store_writer_run (place->writer, get_done, &done, error))
    return FALSE;
  for (guint i = 0; i < N_FILES; i++)
    has_rest
        |= files[i] != NULL && journal_file_generation (files[i], G_MAXUINT64) > done.generation;
  return !has_rest || (count_anew (place, error) && apply_rest (place, files, error));
}

gboolean
queue_journal_take_up (const QueueJournalPlace *where, GError **error)
{
  QueueJournalPlace place = *where;
  g_autoptr (GError) failure = NULL;
  JournalFile *files[N_FILES] = { NULL, NULL };
  files[0] = open_file (&place, 0, FALSE, &failure);
  if (files[0] != NULL && journal_file_lock (files[0], LOCK_OWNER))
    {
      files[1] = open_file (&place, 1, FALSE, &failure);
      if (failure == NULL)
        take_up_rest (&place, files, &failure);
    }
  for (guint i = 0; i < N_FILES; i++)
    journal_file_close (files[i]);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

void
queue_journal_await (int folder_fd)
{
  JournalPlace place = { folder_fd, names[0], 0 };
  g_autoptr (JournalFile) file = journal_file_open (&place, FALSE, NULL);
  guint64 byte = file != NULL ? journal_file_locked (file, LOCK_GENERATION (0), G_MAXINT64 - 1) : 0;
  if (byte == 0)
    return;
  /* One goes into the tables, and one is being filled. Those that come later don't matter. */
  for (guint tries = 0; tries < AWAIT_TRIES; tries++)
    {
      if (journal_file_locked (file, byte - MIN (byte - 1, 1), byte + 1) == 0)
        return;
      g_usleep (TRY_US);
    }
}
