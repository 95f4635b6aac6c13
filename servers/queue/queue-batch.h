/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/queue/queue-tables.h"
#include "servers/store/store-writer.h"

/**
 * What an administrator does to many messages at once: in several transactions, as a long one would
 * keep the SMTP server's 250s waiting. For the queue alone. Waits.
 */
typedef struct
{
  StoreWriter *writer;
  const QueueTables *tables;
  int bodies_fd; /* of the folder of large messages */
  GArray *ids;   /* (element-type guint64) */
} QueueBatch;

/** Changes each message by @edit; @count: gets how many were changed. */
gboolean queue_batch_edit (const QueueBatch *batch,
                           QueueEdit edit,
                           gpointer user_data,
                           guint *count,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** See queue_remove(). */
gboolean queue_batch_remove (const QueueBatch *batch,
                             guint *count,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
