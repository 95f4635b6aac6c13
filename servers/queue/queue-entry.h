/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/queue/envelope.h"

/** Stands for the next attempt of a message that is held. */
#define QUEUE_ENTRY_HELD G_MAXINT64

/** A small message, or a large one without its content, as it goes into the journal and into the
 * tables. It owns nothing. For the queue alone. */
typedef struct
{
  guint64 id;
  gint64 due;         /* next attempt, seconds since 1970; QUEUE_ENTRY_HELD */
  const void *record; /* the envelope: envelope_to_bytes() */
  gsize record_length;
  const void *content; /* (nullable): of a small message */
  gsize content_length;
  guint64 check_sum; /* queue_entry_sum() */
} QueueEntry;

/** What stands for the envelope's next attempt. */
gint64 queue_entry_due (const Envelope *envelope);

/** Finds damage. @salt: a number that nobody outside knows: so no message can contain bytes that, where
 * a journal is damaged, would be taken for an entry. */
guint64 queue_entry_sum (const QueueEntry *entry, guint64 salt);
