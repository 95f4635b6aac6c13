/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/due-reader.h"

typedef struct
{
  DueMessage *message;
  WorkerTask done;
  gpointer user_data;
} Wish;

struct _DueReader
{
  Worker *worker;
  Queue *queue;
  GArray *wishes; /* (owned) (element-type Wish) those that gather */
  guint batches;  /* being read */
  gboolean is_scheduled;
};

/* Read in one go. */
typedef struct
{
  DueReader *reader;
  GArray *wishes; /* (owned) (element-type Wish) */
} Batch;

static GArray *
wishes_new (void)
{
  return g_array_sized_new (FALSE, FALSE, sizeof (Wish), DUE_READER_BATCH);
}

DueReader *
due_reader_new (Worker *worker, Queue *queue)
{
  DueReader *reader = g_new0 (DueReader, 1);
  reader->worker = worker;
  reader->queue = queue;
  reader->wishes = wishes_new ();
  return reader;
}

void
due_reader_free (DueReader *reader)
{
  if (reader == NULL)
    return;
  g_array_unref (reader->wishes);
  g_free (reader);
}

static void
read_batch (gpointer data)
{
  const Batch *batch = data;
  for (guint i = 0; i < batch->wishes->len; i++)
    due_message_read (g_array_index (batch->wishes, Wish, i).message, batch->reader->queue);
}

static void after_batch (gpointer data);

static void
start_batch (DueReader *reader)
{
  Batch *batch = g_new (Batch, 1);
  *batch = (Batch){ reader, reader->wishes };
  reader->wishes = wishes_new ();
  reader->batches++;
  worker_block (reader->worker, read_batch, after_batch, batch);
}

static void
after_batch (gpointer data)
{
  g_autofree Batch *batch = data;
  g_autoptr (GArray) wishes = batch->wishes;
  DueReader *reader = batch->reader;
  reader->batches--;
  if (reader->batches == 0 && reader->wishes->len > 0)
    start_batch (reader);
  for (guint i = 0; i < wishes->len; i++)
    {
      Wish wish = g_array_index (wishes, Wish, i);
      wish.done (wish.user_data);
    }
}

static void
on_turn_end (gpointer data)
{
  DueReader *reader = data;
  reader->is_scheduled = FALSE;
  if (reader->batches == 0 && reader->wishes->len > 0)
    start_batch (reader);
}

void
due_reader_read (DueReader *reader, DueMessage *message, WorkerTask done, gpointer user_data)
{
  Wish wish = { message, done, user_data };
  g_array_append_val (reader->wishes, wish);
  if (reader->wishes->len == DUE_READER_BATCH)
    start_batch (reader);
  else if (reader->batches == 0 && !reader->is_scheduled)
    {
      reader->is_scheduled = TRUE;
      worker_at_turn_end (reader->worker, on_turn_end, reader);
    }
}
