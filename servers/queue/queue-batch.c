/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/queue-batch.h"

#include "servers/queue/queue-body.h"

#define MESSAGES_A_TRANSACTION 512

/* The messages of one transaction. */
typedef struct
{
  const QueueTables *tables;
  const guint64 *ids;
  guint length;
  QueueEdit edit; /* (nullable) */
  gpointer user_data;
  guint count;       /* how many were there */
  GArray *with_file; /* (element-type guint64): removed ones with a file to delete */
} Part;

static gboolean
edit_part (MDB_txn *txn, gpointer item, GError **error)
{
  Part *part = item;
  part->count = 0;
  for (guint i = 0; i < part->length; i++)
    {
      QueueRow row
          = queue_tables_edit (part->tables, txn, part->ids[i], part->edit, part->user_data, error);
      if (row == QUEUE_ROW_FAILED)
        return FALSE;
      part->count += row == QUEUE_ROW_DONE;
    }
  return TRUE;
}

static gboolean
remove_part (MDB_txn *txn, gpointer item, GError **error)
{
  Part *part = item;
  part->count = 0;
  g_array_set_size (part->with_file, 0);
  for (guint i = 0; i < part->length; i++)
    {
      gboolean has_file = FALSE;
      QueueRow row = queue_tables_delete (part->tables, txn, part->ids[i], &has_file, error);
      if (row == QUEUE_ROW_FAILED)
        return FALSE;
      part->count += row == QUEUE_ROW_DONE;
      if (has_file)
        g_array_append_val (part->with_file, part->ids[i]);
    }
  return TRUE;
}

static gboolean
run (const QueueBatch *batch, StoreWork work, Part *part, guint *count, GError **error)
{
  *count = 0;
  for (guint done = 0; done < batch->ids->len; done += part->length)
    {
      part->ids = &g_array_index (batch->ids, guint64, done);
      part->length = MIN (batch->ids->len - done, MESSAGES_A_TRANSACTION);
      if (!store_writer_run (batch->writer, work, part, error))
        return FALSE;
      *count += part->count;
      for (guint i = 0; i < part->with_file->len; i++)
        queue_body_delete (batch->bodies_fd, g_array_index (part->with_file, guint64, i));
    }
  return TRUE;
}

gboolean
queue_batch_edit (
    const QueueBatch *batch, QueueEdit edit, gpointer user_data, guint *count, GError **error)
{
  g_autoptr (GArray) with_file = g_array_new (FALSE, FALSE, sizeof (guint64));
  Part part
      = { .tables = batch->tables, .edit = edit, .user_data = user_data, .with_file = with_file };
  return run (batch, edit_part, &part, count, error);
}

gboolean
queue_batch_remove (const QueueBatch *batch, guint *count, GError **error)
{
  g_autoptr (GArray) with_file = g_array_new (FALSE, FALSE, sizeof (guint64));
  Part part = { .tables = batch->tables, .with_file = with_file };
  return run (batch, remove_part, &part, count, error);
}
