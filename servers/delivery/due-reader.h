/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/due-message.h"
#include "servers/net/worker.h"

/**
 * SECTION: due-reader
 *
 * Reads messages that are due in the thread pool, several in one go: the way there and back costs
 * more than the reading. What is wished for while some are being read gathers, up to
 * DUE_READER_BATCH. Everything else happens in the worker's thread.
 */
typedef struct _DueReader DueReader;

/** So many are read in one go, at most. */
#define DUE_READER_BATCH 32

DueReader *due_reader_new (Worker *worker, Queue *queue);

/** Nothing is being read any more. */
void due_reader_free (DueReader *reader);

/** due_message_read() for @message, which lives until @done. */
void due_reader_read (DueReader *reader, DueMessage *message, WorkerTask done, gpointer user_data);
