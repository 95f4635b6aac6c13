/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/client/postern-client.h"

/**
 * SECTION: queue-deed
 *
 * Something that is done to many messages: held, released, retried, removed. It goes through them in
 * parts, says how far it is, and stops between two parts when it is cancelled; what is done then
 * stays done.
 */

typedef struct
{
  const char *method;          /* "Queue1.Hold" */
  char *(*tell) (guint count); /* (transfer full): "3 messages are held." */
} QueueDeed;

typedef struct
{
  /** @part: from 0 to 1 */
  void (*progress) (gpointer user_data, double part);
  /** @count: to how many it was done; @error: (nullable): why it ended early */
  void (*ended) (gpointer user_data, const QueueDeed *deed, guint count, const GError *error);
} QueueDeedListener;

extern const QueueDeed queue_deed_hold, queue_deed_release, queue_deed_retry, queue_deed_remove;

/**
 * queue_deed_start:
 * @ids: (transfer full) (element-type utf8): not empty
 * @cancellable: a cancellation is told as an end without an error
 * @listener: outlives the deed, as @user_data does
 */
void queue_deed_start (const QueueDeed *deed,
                       PosternClient *client,
                       GPtrArray *ids,
                       GCancellable *cancellable,
                       const QueueDeedListener *listener,
                       gpointer user_data);
