/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/client/postern-client.h"

/**
 * SECTION: queue-reading
 *
 * Reads the queue in parts, so that neither the delivery server nor this program is busy with it for
 * long.
 */

/** @messages: (nullable): an aa{sv} of all that match, oldest first; %NULL with @error */
typedef void (*QueueReadingEnded) (gpointer user_data, GVariant *messages, const GError *error);

/**
 * queue_reading_start:
 * @filter: (transfer full): as for Queue1.List
 * @cancellable: when it is cancelled, @ended does not come
 */
void queue_reading_start (PosternClient *client,
                          GVariantDict *filter,
                          GCancellable *cancellable,
                          QueueReadingEnded ended,
                          gpointer user_data);
