/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/queue/queue-body.h"
#include "servers/queue/queue-tables.h"

/** A message on its way into the queue: its envelope and its content. For the queue alone. */
typedef struct _QueueAddition QueueAddition;

/** @envelope, @body: (transfer full). The envelope gets its size, and what is 0 of its times. */
QueueAddition *queue_addition_new (Envelope *envelope, QueueBody *body);

/** A message that was not kept leaves no file behind. */
void queue_addition_free (QueueAddition *addition);

/** Writes the message, within the transaction; its file, if it has one, is on the disk then. May be
 * called again. */
gboolean queue_addition_write (QueueAddition *addition,
                               const QueueTables *tables,
                               MDB_txn *txn,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The transaction is on the disk. */
void queue_addition_keep (QueueAddition *addition);

/** @salt: of the journal. Returns: (transfer none): the message as an entry of the journal; without a content for a large
 * one, which does not go there */
const QueueEntry *queue_addition_entry (QueueAddition *addition, guint64 salt);

guint64 queue_addition_id (const QueueAddition *addition);
