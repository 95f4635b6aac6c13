/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/journal-part.h"

gboolean
journal_part_apply (MDB_txn *txn, gpointer item, GError **error)
{
  JournalPart *part = item;
  QueueEntry entry;
  gsize offset = 0;
  guint64 done;
  part->skipped = 0;
  if (!queue_tables_get_journal (part->tables, txn, &done, error))
    return FALSE;
  if (part->generation <= done)
    return TRUE;
  while (
      journal_file_next (part->file, part->generation, part->end, &offset, &part->skipped, &entry))
    if (!queue_tables_insert_anyhow (part->tables, txn, &entry, error))
      return FALSE;
  return queue_tables_set_journal (part->tables, txn, part->generation, error);
}

/* What can't be read between entries: a power cut may have left that of messages that were never
 * promised; but it may be damage. */
void
journal_part_tell_damage (const JournalPart *part)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name
      = g_strdup_printf ("journal-damaged-%" G_GINT64_MODIFIER "X", part->generation);
  if (part->skipped == 0)
    return;
  gboolean is_kept = journal_file_copy (part->file, part->folder_fd, name, &error);
  g_warning ("%zu bytes of the queue's journal can't be read; a copy of it %s: %s", part->skipped,
             is_kept ? "is" : "could not be made", is_kept ? name : error->message);
}
