/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/queue/journal-file.h"
#include "servers/queue/queue-tables.h"

/**
 * SECTION: journal-part
 *
 * A file of the journal, as far as it is of one generation, on its way into the tables. For the
 * journal alone.
 */
typedef struct
{
  const QueueTables *tables;
  int folder_fd;
  const JournalFile *file;
  guint64 generation;
  gsize end;     /* of what was promised, or may have been */
  gsize skipped; /* bytes in between that can't be read */
} JournalPart;

/** A #StoreWork: puts the part into the tables, and writes down its generation there, unless that, or
 * a later one, is written down. @item: #JournalPart */
gboolean journal_part_apply (MDB_txn *txn, gpointer item, GError **error);

/** Says what could not be read, and keeps a copy of the file. */
void journal_part_tell_damage (const JournalPart *part);
