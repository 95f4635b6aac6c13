/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/queue-settlement.h"

struct _QueueSettlement
{
  Envelope *envelope;    /* (owned) */
  QueueAddition *report; /* (owned) (nullable) */
  QueueRow row;
  gboolean has_file; /* that is to be deleted */
};

QueueSettlement *
queue_settlement_new (const Envelope *envelope, Envelope *report, QueueBody *report_body)
{
  QueueSettlement *settlement = g_new0 (QueueSettlement, 1);
  settlement->envelope = envelope_copy (envelope);
  settlement->report = report != NULL ? queue_addition_new (report, report_body) : NULL;
  return settlement;
}

void
queue_settlement_free (QueueSettlement *settlement)
{
  queue_addition_free (settlement->report);
  envelope_free (settlement->envelope);
  g_free (settlement);
}

gboolean
queue_settlement_write (QueueSettlement *settlement,
                        const QueueTables *tables,
                        MDB_txn *txn,
                        GError **error)
{
  Envelope *envelope = settlement->envelope;
  settlement->has_file = FALSE;
  if (envelope_count_waiting (envelope) > 0)
    settlement->row = queue_tables_settle (tables, txn, envelope, error);
  else
    settlement->row = queue_tables_delete (tables, txn, envelope->id, &settlement->has_file, error);
  if (settlement->row != QUEUE_ROW_DONE || settlement->report == NULL)
    return settlement->row != QUEUE_ROW_FAILED;
  return queue_addition_write (settlement->report, tables, txn, error);
}

gboolean
queue_settlement_keep (QueueSettlement *settlement, int bodies_fd, gboolean *has_added)
{
  *has_added = FALSE;
  if (settlement->row != QUEUE_ROW_DONE)
    return FALSE;
  if (settlement->has_file)
    queue_body_delete (bodies_fd, settlement->envelope->id);
  *has_added = settlement->report != NULL;
  if (*has_added)
    queue_addition_keep (settlement->report);
  return TRUE;
}
