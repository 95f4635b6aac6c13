/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envelope.h"

/**
 * SECTION: queue
 *
 * The promises: a message is in the queue, on the disk, from before its 250 until it is delivered, bounced or removed. Opened by the SMTP server, which adds,
 * and by the delivery, which reads, updates and removes. Functions that end in a callback never wait; the others may.
 */
typedef struct _Queue Queue;

/** @folder: STATE/queue */
Queue *queue_open (const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void queue_close (Queue *queue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Queue, queue_close)

/**
 * QueueBody:
 *
 * The content of a message on its way in: small ones stay in memory, large ones go to a file of their own as they grow. Used by one thread at a time.
 */
typedef struct _QueueBody QueueBody;

QueueBody *queue_body_new (Queue *queue);
gboolean queue_body_append (QueueBody *body, const char *bytes, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gsize queue_body_size (const QueueBody *body);
void queue_body_free (QueueBody *body);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QueueBody, queue_body_free)

/** Called in the queue's writer thread: the message is on the disk under @id, or @error says why not (and then it is not in the queue). */
typedef void (*QueueAdded) (gpointer user_data, guint64 id, const GError *error);

/** Gives the id that the next message will have: needed for its Received field, before it is added. Any thread. */
guint64 queue_reserve_id (Queue *queue);

/**
 * queue_add:
 * @envelope: (transfer full): with an id of queue_reserve_id()
 * @body: (transfer full): the content
 *
 * Adds the message, in one flush together with the others that wait, and wakes the delivery. Any thread; never waits.
 */
void queue_add (Queue *queue, Envelope *envelope, QueueBody *body, QueueAdded added, gpointer user_data);

/** Returns: (transfer full) (element-type guint64): at most @limit ids whose next attempt is at or before @now, the longest due first */
GArray *queue_due (Queue *queue, gint64 now, guint limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** When the earliest attempt is due (seconds since 1970); G_MAXINT64 when nothing waits. */
gint64 queue_next_due (Queue *queue);

/** Returns: (transfer full): the envelope; %NULL with @error, or without when there is no such message (any more) */
Envelope *queue_envelope (Queue *queue, guint64 id, GError **error);

/** Returns: (transfer full): the content; large ones are mapped from their file */
GBytes *queue_content (Queue *queue, guint64 id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full) (element-type Envelope): oldest first, at most @limit, 0 for all */
GPtrArray *queue_list (Queue *queue, guint limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Writes @envelope back, on the disk when this returns; FALSE with @error, or without when the message is gone. */
gboolean queue_update (Queue *queue, const Envelope *envelope, GError **error);

/** Removes the message; FALSE with @error, or without when it is gone already. */
gboolean queue_remove (Queue *queue, guint64 id, GError **error);

/** A socket that becomes readable when a message was added by any process; drained by queue_wake_clear(). Only for the delivery: one reader. -1 with @error. */
int queue_wake_fd (Queue *queue, GError **error);
void queue_wake_clear (Queue *queue);
