/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/queue-addition.h"

#include "servers/queue/envelope-record.h"

struct _QueueAddition
{
  QueueBody *body;  /* (owned) */
  GBytes *record;   /* (owned) */
  QueueEntry entry; /* points into both */
};

QueueAddition *
queue_addition_new (Envelope *envelope, QueueBody *body)
{
  QueueAddition *addition = g_new (QueueAddition, 1);
  envelope->size = queue_body_size (body);
  if (envelope->arrived == 0)
    envelope->arrived = g_get_real_time () / G_USEC_PER_SEC;
  if (envelope->next_attempt == 0)
    envelope->next_attempt = envelope->arrived;

  QueueEntry entry = { .id = envelope->id, .due = queue_entry_due (envelope) };
  addition->body = body;
  addition->record = envelope_to_bytes (envelope);
  entry.record = g_bytes_get_data (addition->record, &entry.record_length);
  entry.content = queue_body_small_content (body, &entry.content_length);
  addition->entry = entry;
  envelope_free (envelope);
  return addition;
}

void
queue_addition_free (QueueAddition *addition)
{
  if (addition == NULL)
    return;
  queue_body_free (addition->body);
  g_bytes_unref (addition->record);
  g_free (addition);
}

gboolean
queue_addition_write (QueueAddition *addition,
                      const QueueTables *tables,
                      MDB_txn *txn,
                      GError **error)
{
  /* The row first: an id that is taken is found before the file of the message that has it is
   * touched. */
  return queue_tables_insert (tables, txn, &addition->entry, error)
         && queue_body_place (addition->body, addition->entry.id, error);
}

const QueueEntry *
queue_addition_entry (QueueAddition *addition, guint64 salt)
{
  addition->entry.check_sum = queue_entry_sum (&addition->entry, salt);
  return &addition->entry;
}

void
queue_addition_keep (QueueAddition *addition)
{
  queue_body_keep (addition->body);
}

guint64
queue_addition_id (const QueueAddition *addition)
{
  return addition->entry.id;
}
