/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/queue/queue.h"

/**
 * SECTION: queue-body
 *
 * The inner side of #QueueBody, for the queue alone. A large body is a file in bodies/: under a
 * name of its own while it comes in, then, flushed, under its message's id. As long as its maker
 * lives, the maker holds a lock (flock) on it; so a file whose lock can be had, and which no
 * message names, was left by a dead process. LMDB has the last word: the file is in place before
 * the transaction that names it, and goes after the one that forgets it.
 */

/** Larger bodies go to a file. */
#define QUEUE_BODY_SMALL_MAX (64 * 1024)

/** Opens bodies/ in the folder @parent_fd, made where it is missing, on the disk then. Returns: a
 * descriptor; -1 with @error */
int queue_body_open_folder (int parent_fd, GError **error);

/** @folder_fd: of bodies/; outlives the body */
QueueBody *queue_body_new_in (int folder_fd);

/** Returns: (transfer none) (nullable): the content of a small body; %NULL for a large one */
const void *queue_body_small_content (const QueueBody *body, gsize *length);

/** Puts the file of a large body, flushed to the disk, where message @id has its content. May be
 * called again. Blocks. */
gboolean queue_body_place (QueueBody *body, guint64 id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The message is in the queue: the file stays when the body is freed. Without this, it goes. */
void queue_body_keep (QueueBody *body);

/** Returns: (transfer full): the content of message @id, mapped from its file */
GBytes *queue_body_map (int folder_fd, guint64 id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Deletes the file of message @id. */
void queue_body_delete (int folder_fd, guint64 id);

/** Whether there is a message with that @id. */
typedef gboolean (*QueueBodyIsNeeded) (guint64 id, gpointer user_data);

/** Deletes what dead processes have left. */
gboolean queue_body_clean (int folder_fd,
                           QueueBodyIsNeeded is_needed,
                           gpointer user_data,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
