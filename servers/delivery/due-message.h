/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/queue/queue.h"

/** A message, read from the queue for its delivery. */
typedef struct
{
  Envelope *envelope; /* (owned) (nullable) */
  GBytes *content;    /* (owned) (nullable) */
  gboolean eight_bit; /* handed in as 8BITMIME, and the content has such bytes */
} DueMessage;

/**
 * due_message_read:
 *
 * Reads message @id. One that can never be read again, as its record is damaged or its content is
 * lost, is set aside, which is said in the log. Blocks.
 *
 * Returns: FALSE with @error; TRUE with no content when there is no such message (any more), or it is
 * held
 */
gboolean due_message_read (DueMessage *message, Queue *queue, guint64 id, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

void due_message_clear (DueMessage *message);
