/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/queue/queue-addition.h"

/** How far a message's delivery has come, on its way to the disk, with the report of that, if any.
 * For the queue alone. */
typedef struct _QueueSettlement QueueSettlement;

/** As for queue_settle(). */
QueueSettlement *
queue_settlement_new (const Envelope *envelope, Envelope *report, QueueBody *report_body);
void queue_settlement_free (QueueSettlement *settlement);

/** Writes it, within the transaction. May be called again. */
gboolean queue_settlement_write (QueueSettlement *settlement,
                                 const QueueTables *tables,
                                 MDB_txn *txn,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The transaction is on the disk. @has_added: gets whether there is a new message now. Returns
 * FALSE when the message was gone. */
gboolean queue_settlement_keep (QueueSettlement *settlement, int bodies_fd, gboolean *has_added);
