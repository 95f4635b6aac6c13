/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/queue/envelope.h"
#include "servers/queue/queue-filter.h"
#include "servers/queue/queue-place.h"

/**
 * SECTION: queue
 *
 * The promises: a message is in the queue, on the disk, from before its 250 until it is delivered,
 * bounced or removed: in the store, or, for some milliseconds, in the journal in front of it. (What
 * a process that dies leaves in its journal, another one takes up: the next SMTP server, or the
 * delivery: queue_take_up().) Opened by the SMTP server, which adds, and by the delivery, which reads, settles
 * and removes. Functions that end in a callback never wait; the others may, and so don't belong on
 * an event loop. Any thread may call any of them.
 *
 * In the folder: an LMDB store (envelopes and the content of small messages), bodies/ID (the
 * content of large messages), journal-0 and -1 (see queue_use_journal()) and the socket wake.
 * Errors are of STORE_ERROR (STORE_ERROR_FULL: no room) and G_IO_ERROR.
 */
typedef struct _Queue Queue;

/** @folder: STATE/queue, made where it is missing */
Queue *queue_open (const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * queue_use_journal:
 *
 * For the SMTP server: small messages go into a journal from now on, which costs a flush instead of
 * the store's two, and into the store some milliseconds later, many together. They are promised, and
 * on the disk, as soon as queue_add() calls back; but others, and this process, too, see them a
 * moment later only: see queue_await_journal(). What a dead process left in the journal is taken up.
 * FALSE with @error: all goes into the store at once, as before.
 */
gboolean queue_use_journal (Queue *queue, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Waits until every message that has been promised by now can be seen; half a second at most. For
 * those who were told of a message and look for it. */
void queue_await_journal (Queue *queue);

/** Commits what is under way, calls every callback that is due, then closes. */
void queue_close (Queue *queue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Queue, queue_close)

/** Whether @error says that there is no room for the message now, but may be later. */
gboolean queue_error_is_full (const GError *error);

/** Whether @error says that the message can never be read again: its record is damaged, or its
 * content is gone. */
gboolean queue_error_is_lost (const GError *error);

/**
 * QueueBody:
 *
 * The content of a message on its way in: small ones stay in memory, large ones go to a file of
 * their own as they grow. Used by one thread at a time; freed before the queue is closed.
 */
typedef struct _QueueBody QueueBody;

QueueBody *queue_body_new (Queue *queue);

/** After an error, the body is of no more use and is to be freed. The bytes go to the page cache,
 * not yet to the disk. */
gboolean queue_body_append (QueueBody *body, const char *bytes, gsize length, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gsize queue_body_size (const QueueBody *body);

/** Returns: (transfer full): what was appended so far, for those who look into a message before it
 * is added; a large one is mapped from its file. Blocks. Of no use once more is appended. */
GBytes *queue_body_content (QueueBody *body, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void queue_body_free (QueueBody *body);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QueueBody, queue_body_free)

/** Called in the queue's writer thread: the message is on the disk under @id, or @error says why
 * not (and then it is not in the queue). */
typedef void (*QueueAdded) (gpointer user_data, guint64 id, const GError *error);

/** Gives the id of a message to be added: it goes into its Received field. Never given twice, by no
 * process. */
guint64 queue_reserve_id (Queue *queue);

/** When @id was given, in microseconds since 1970: when the message came. */
gint64 queue_id_time_us (guint64 id);

/**
 * queue_add:
 * @envelope: (transfer full): with an id of queue_reserve_id(); an arrival time or a next attempt
 * of 0 becomes now
 * @body: (transfer full): the content, each line of it ended by CR LF
 *
 * Adds the message, in one flush together with the others that wait, and wakes the delivery.
 */
void
queue_add (Queue *queue, Envelope *envelope, QueueBody *body, QueueAdded added, gpointer user_data);

/**
 * Called in the queue's writer thread: all of it is on the disk, or @error says why none of it is.
 * @gone: somebody has removed the message meanwhile, and nothing was written, no bounce either.
 */
typedef void (*QueueSettled) (gpointer user_data, gboolean gone, const GError *error);

/**
 * queue_settle:
 * @envelope: what is to be kept of the message from now on; with no waiting recipient, the message
 * leaves the queue
 * @bounce: (transfer full) (nullable): a message to add at the same instant, with an id of
 * queue_reserve_id()
 * @bounce_body: (transfer full) (nullable): its content
 *
 * Writes down how far the delivery has come. The bounce, or other report, and what it tells of are
 * one transaction. Calls of one thread take effect in their order. Whether the message is held is
 * not the envelope's to say here: who held or released it while its delivery was under way is not
 * undone. (Nor does a hold bring back recipients whose delivery was decided by then.)
 */
void queue_settle (Queue *queue,
                   const Envelope *envelope,
                   Envelope *bounce,
                   QueueBody *bounce_body,
                   QueueSettled settled,
                   gpointer user_data);

/** Returns: (transfer full) (element-type QueuePlace): at most @limit messages (0: all) behind @after
 * whose next attempt is at or before @now, the longest due first; never one that is held. What is
 * held, and what stands in front of @after, costs nothing, however much it is. */
GArray *queue_due (Queue *queue, QueuePlace after, gint64 now, guint limit, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** When the earliest attempt after @after is due (seconds since 1970); G_MAXINT64 when nothing
 * waits for one. */
gint64 queue_next_due (Queue *queue, gint64 after);

/** How many messages are in the queue. */
guint64 queue_count (Queue *queue);

/** How many of them are held or kept. */
guint64 queue_count_held (Queue *queue);

/** Returns: (transfer full): the envelope; %NULL with @error (STORE_ERROR_DAMAGED: see
 * queue_set_aside()), or without when there is no such message (any more) */
Envelope *queue_envelope (Queue *queue, guint64 id, GError **error);

/** Returns: (transfer full): the content; large ones are mapped from their file */
GBytes *queue_content (Queue *queue, guint64 id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** @filter: (nullable): %NULL for all. Returns: (transfer full) (element-type Envelope): those that
 * are meant, oldest first, at most @limit, 0 for no limit; damaged ones are left out */
GPtrArray *queue_list (Queue *queue, const QueueFilter *filter, guint limit, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * queue_hasten:
 * @ids: (element-type guint64): messages, be they in the queue or not
 * @count: gets how many of them are, and are not held
 *
 * Makes @when their next attempt, and wakes the delivery. Nothing else of the envelope is touched,
 * so this never undoes what queue_settle() wrote. A held message stays held.
 */
gboolean queue_hasten (Queue *queue, GArray *ids, gint64 when, guint *count, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * queue_hold:
 * @ids: (element-type guint64): messages, be they in the queue or not
 * @reason: who holds them, for people
 * @count: gets how many of them are in the queue
 *
 * Holds messages (ENVELOPE_HELD) until queue_release(). What is held or kept already stays so, with
 * its reason. An attempt that is under way ends as it ends; there is none after it.
 */
gboolean queue_hold (Queue *queue, GArray *ids, const char *reason, guint *count, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** Makes held and kept messages due at once, and wakes the delivery. @ids: (element-type guint64);
 * @count: gets how many were held or kept */
gboolean
queue_release (Queue *queue, GArray *ids, guint *count, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Removes messages, without a bounce. @ids: (element-type guint64); @count: gets how many of them
 * were there */
gboolean
queue_remove (Queue *queue, GArray *ids, guint *count, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * Takes a message whose record is damaged, or missing, out of the way: it is no longer due, its
 * record is kept in the table "damaged", its content stays.
 */
gboolean queue_set_aside (Queue *queue, guint64 id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Takes up what a dead process has left in its journal, which is seen from then on; does nothing while
 * a living one has it. Costs next to nothing then, and some milliseconds of reading where there is
 * nothing left. Blocks. */
gboolean queue_take_up (Queue *queue, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Cleans up after processes that have died: takes up what is in their journal, and deletes files in
 * bodies/ that have no message. What a living one works on is let alone. */
gboolean queue_clean (Queue *queue, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** A socket that becomes readable when a message was added, or hastened, by any process; drained by
 * queue_wake_clear(). Only for the delivery: one reader. -1 with @error. */
int queue_wake_fd (Queue *queue, GError **error);
void queue_wake_clear (Queue *queue);
