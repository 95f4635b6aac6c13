/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/queue/queue.h"

/** A message, read from the queue for its delivery. */
typedef struct
{
  guint64 id;
  Envelope *envelope; /* (owned) (nullable) */
  GBytes *content;    /* (owned) (nullable) */
  gboolean eight_bit; /* handed in as 8BITMIME, and the content has such bytes */
  GError *error;      /* (owned) (nullable) why it could not be read just now */
} DueMessage;

/**
 * due_message_read:
 *
 * Reads the message that @message->id names. One that can never be read again, as its record is
 * damaged or its content is lost, is set aside, which is said in the log. There is no content, and
 * no error, when there is no such message (any more), or it is held. Blocks.
 */
void due_message_read (DueMessage *message, Queue *queue);

void due_message_clear (DueMessage *message);
