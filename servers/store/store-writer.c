/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/store/store-writer.h"

/* More work than this goes into the next transaction: one must not grow without end. */
#define BATCH_MAX 256

#define PATIENCE_US (STORE_WRITER_PATIENCE_MS * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  StoreWork work;
  StoreDone done; /* (nullable) */
  gpointer item;
  gint64 deadline;            /* by the monotonic clock; 0: at once */
  gboolean is_visible_enough; /* the disk may come later */
  GError *error;              /* (owned) (nullable) why it was given up */
} Job;

struct _StoreWriter
{
  Store *store;
  GThread *thread;
  GMutex lock;
  GCond changed;
  GQueue waiting;      /* (element-type Job) (owned) guarded by lock */
  guint urgent;        /* how many of them have no patience; guarded by lock */
  gboolean is_ending;  /* guarded by lock */
  gboolean owes_flush; /* the last transaction is not wholly on the disk; the thread alone */
  gboolean has_failed; /* the disk did, and no commit went well since; the thread alone */
};

/* What store_writer_run() waits for. */
typedef struct
{
  StoreWork work;
  gpointer item;
  GMutex lock;
  GCond changed;
  gboolean done;
  GError *error; /* (owned) */
} Wait;

static void
job_free (gpointer data)
{
  Job *job = data;
  g_clear_error (&job->error);
  g_free (job);
}

/* Returns how long all that waits may still do so, by the monotonic clock; 0: not at all. */
static gint64
find_deadline (StoreWriter *writer)
{
  if (writer->is_ending || writer->urgent > 0 || writer->waiting.length >= BATCH_MAX)
    return 0;
  gint64 deadline = ((Job *) g_queue_peek_head (&writer->waiting))->deadline;
  return deadline > g_get_monotonic_time () ? deadline : 0;
}

static Job *
pop_job (StoreWriter *writer)
{
  Job *job = g_queue_pop_head (&writer->waiting);
  writer->urgent -= job->deadline == 0;
  return job;
}

/* Waits for work. Returns: (transfer full): the oldest jobs, or NULL when all is done and the
 * writer ends */
static GPtrArray *
take_batch (StoreWriter *writer)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&writer->lock);

  while (g_queue_is_empty (&writer->waiting) && !writer->is_ending)
    g_cond_wait (&writer->changed, &writer->lock);

  if (g_queue_is_empty (&writer->waiting))
    return NULL;

  gint64 deadline;
  while ((deadline = find_deadline (writer)) > 0)
    g_cond_wait_until (&writer->changed, &writer->lock, deadline);

  GPtrArray *batch = g_ptr_array_new_with_free_func (job_free);
  while (batch->len < BATCH_MAX && !g_queue_is_empty (&writer->waiting))
    g_ptr_array_add (batch, pop_job (writer));

  return batch;
}

/* Gives up the jobs from @first to before @end. */
static void
give_up (GPtrArray *batch, guint first, guint end, const GError *error)
{
  for (guint i = first; i < end; i++)
    {
      Job *job = g_ptr_array_index (batch, i);
      job->error = g_error_copy (error);
    }
}

static gboolean
are_visible_enough (GPtrArray *batch, guint first, guint end)
{
  for (guint i = first; i < end; i++)
    if (!((Job *) g_ptr_array_index (batch, i))->is_visible_enough)
      return FALSE;
  return TRUE;
}

/* Brings the last root to the disk. */
static gboolean
flush (StoreWriter *writer, GError **error)
{
  writer->owes_flush = FALSE;
  writer->has_failed
      = !store_check (mdb_env_sync (store_env (writer->store), 1), "flush the disk", error);
  return !writer->has_failed;
}

/* Commits the jobs from @first to before @end, which are done. After a flush that failed, the kernel
 * may take for written what is not, a root of an early commit for one: the next root has to be on
 * the disk before pages that the one before it needs are used again. */
static gboolean
commit (StoreWriter *writer, MDB_txn *txn, GPtrArray *batch, guint first, guint end, GError **error)
{
  if (!store_check (mdb_txn_commit (txn), "write to the disk", error))
    {
      writer->has_failed = TRUE;
      return FALSE;
    }
  writer->owes_flush = store_is_early (writer->store);
  if (!writer->owes_flush)
    writer->has_failed = FALSE;
  if (!writer->owes_flush || (are_visible_enough (batch, first, end) && !writer->has_failed))
    return TRUE;
  return flush (writer, error);
}

/* Does the jobs from @first to before @end. Returns @end, or the first that failed, which has its
 * error then. */
static guint
do_jobs (MDB_txn *txn, GPtrArray *batch, guint first, guint end)
{
  for (guint i = first; i < end; i++)
    {
      Job *job = g_ptr_array_index (batch, i);
      g_clear_error (&job->error); /* of a former try */
      if (job->work (txn, job->item, &job->error))
        continue;

      if (job->error == NULL)
        g_set_error (&job->error, STORE_ERROR, STORE_ERROR_FAILED, "cannot write");
      return i;
    }

  return end;
}

/*
 * Commits jobs from @first on, in one transaction. Where one fails, all that was done goes with the
 * transaction; so those before it are done again and committed, and those behind it are for the
 * next call. Returns: the first job that is neither committed nor given up
 */
static guint
write_some (StoreWriter *writer, GPtrArray *batch, guint first)
{
  guint end = batch->len;
  guint next = batch->len;

  while (first < end)
    {
      g_autoptr (GError) error = NULL;
      MDB_txn *txn;

      if (!store_check (mdb_txn_begin (store_env (writer->store), NULL, 0, &txn), "begin to write",
                        &error))
        {
          give_up (batch, first, end, error);
          break;
        }

      guint failed = do_jobs (txn, batch, first, end);
      if (failed < end)
        {
          mdb_txn_abort (txn);
          end = failed;
          next = failed + 1;
          continue;
        }

      if (!commit (writer, txn, batch, first, end, &error))
        give_up (batch, first, end, error);
      break;
    }

  return next;
}

static gboolean
has_waiting (StoreWriter *writer)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&writer->lock);

  return !g_queue_is_empty (&writer->waiting);
}

/* What waits brings a flush itself. */
static void
pay_flush (StoreWriter *writer)
{
  g_autoptr (GError) error = NULL;

  if (!writer->owes_flush || has_waiting (writer))
    return;
  if (!flush (writer, &error))
    g_warning ("%s", error->message);
}

/* After a commit that failed: where that was at the root, this ends the process, and not before those
 * who wait have been told. */
static void
look_at_root (StoreWriter *writer)
{
  MDB_txn *txn = store_read (writer->store, NULL);

  if (txn != NULL)
    mdb_txn_abort (txn);
}

static gpointer
writer_thread (gpointer data)
{
  StoreWriter *writer = data;

  for (;;)
    {
      g_autoptr (GPtrArray) batch = take_batch (writer);
      if (batch == NULL)
        return NULL;

      for (guint next = 0; next < batch->len;)
        next = write_some (writer, batch, next);
      for (guint i = 0; i < batch->len; i++)
        {
          Job *job = g_ptr_array_index (batch, i);
          if (job->done != NULL)
            job->done (job->item, job->error);
        }
      if (writer->has_failed)
        look_at_root (writer);
      pay_flush (writer);
    }
}

StoreWriter *
store_writer_new (Store *store)
{
  StoreWriter *writer = g_new0 (StoreWriter, 1);

  writer->store = store;
  g_mutex_init (&writer->lock);
  g_cond_init (&writer->changed);
  g_queue_init (&writer->waiting);
  writer->thread = g_thread_new ("store-writer", writer_thread, writer);

  return writer;
}

void
store_writer_free (StoreWriter *writer)
{
  if (writer == NULL)
    return;

  g_mutex_lock (&writer->lock);
  writer->is_ending = TRUE;
  g_cond_signal (&writer->changed);
  g_mutex_unlock (&writer->lock);
  g_thread_join (writer->thread);

  g_cond_clear (&writer->changed);
  g_mutex_clear (&writer->lock);
  g_free (writer);
}

static void
submit (StoreWriter *writer, Job *job)
{
  g_mutex_lock (&writer->lock);
  g_queue_push_tail (&writer->waiting, job);
  writer->urgent += job->deadline == 0;
  guint length = writer->waiting.length;
  /* Between the first and the last of a batch, patient work changes nothing. */
  if (job->deadline == 0 || length == 1 || length == BATCH_MAX)
    g_cond_signal (&writer->changed);
  g_mutex_unlock (&writer->lock);
}

void
store_writer_submit (StoreWriter *writer, StoreWork work, StoreDone done, gpointer item)
{
  Job *job = g_new (Job, 1);
  *job = (Job){ .work = work, .done = done, .item = item };
  submit (writer, job);
}

void
store_writer_submit_visible (StoreWriter *writer, StoreWork work, StoreDone done, gpointer item)
{
  Job *job = g_new (Job, 1);
  *job = (Job){ .work = work, .done = done, .item = item, .is_visible_enough = TRUE };
  submit (writer, job);
}

void
store_writer_submit_patient (StoreWriter *writer, StoreWork work, StoreDone done, gpointer item)
{
  Job *job = g_new (Job, 1);
  *job = (Job){
    .work = work, .done = done, .item = item, .deadline = g_get_monotonic_time () + PATIENCE_US
  };
  submit (writer, job);
}

static gboolean
do_waited_for (MDB_txn *txn, gpointer item, GError **error)
{
  Wait *wait = item;
  return wait->work (txn, wait->item, error);
}

static void
on_waited_for (gpointer item, const GError *error)
{
  Wait *wait = item;

  g_mutex_lock (&wait->lock);
  wait->done = TRUE;
  if (error != NULL)
    wait->error = g_error_copy (error);
  g_cond_signal (&wait->changed);
  g_mutex_unlock (&wait->lock);
}

gboolean
store_writer_run (StoreWriter *writer, StoreWork work, gpointer item, GError **error)
{
  Wait wait = { .work = work, .item = item };
  g_mutex_init (&wait.lock);
  g_cond_init (&wait.changed);

  store_writer_submit (writer, do_waited_for, on_waited_for, &wait);

  g_mutex_lock (&wait.lock);
  while (!wait.done)
    g_cond_wait (&wait.changed, &wait.lock);
  g_mutex_unlock (&wait.lock);

  g_cond_clear (&wait.changed);
  g_mutex_clear (&wait.lock);
  if (wait.error == NULL)
    return TRUE;

  g_propagate_error (error, wait.error);
  return FALSE;
}
