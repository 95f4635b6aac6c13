/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/queue-addition.h"

struct _QueueAddition
{
  Envelope *envelope; /* (owned) */
  QueueBody *body;    /* (owned) */
  GBytes *content;    /* (owned) (nullable): of a small message */
};

QueueAddition *
queue_addition_new (Envelope *envelope, QueueBody *body)
{
  QueueAddition *addition = g_new (QueueAddition, 1);
  addition->envelope = envelope;
  addition->body = body;
  addition->content = queue_body_small_content (body);
  envelope->size = queue_body_size (body);
  if (envelope->arrived == 0)
    envelope->arrived = g_get_real_time () / G_USEC_PER_SEC;
  if (envelope->next_attempt == 0)
    envelope->next_attempt = envelope->arrived;
  return addition;
}

void
queue_addition_free (QueueAddition *addition)
{
  if (addition == NULL)
    return;
  envelope_free (addition->envelope);
  queue_body_free (addition->body);
  g_clear_pointer (&addition->content, g_bytes_unref);
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
  return queue_tables_insert (tables, txn, addition->envelope, addition->content, error)
         && queue_body_place (addition->body, addition->envelope->id, error);
}

void
queue_addition_keep (QueueAddition *addition)
{
  queue_body_keep (addition->body);
}

guint64
queue_addition_id (const QueueAddition *addition)
{
  return addition->envelope->id;
}
