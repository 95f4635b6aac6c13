/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/queue/queue.h"

/**
 * SECTION: queue-view
 *
 * The queue's messages, and what is asked of them, as org.postern.Queue1 has them on the bus. What
 * is not UTF-8 is made so.
 */

/** Returns: (transfer floating): an envelope as the a{sv} that Queue1.List gives. @is_active: it is
 * being delivered just now */
GVariant *queue_view_describe (const Envelope *envelope, gboolean is_active);

/** Returns: (transfer floating): the same with all that is known, as Queue1.Show gives it */
GVariant *queue_view_describe_whole (const Envelope *envelope, gboolean is_active);

/** Whether a message is being delivered just now. Any thread. */
typedef gboolean (*QueueViewIsActive) (gpointer user_data, guint64 id);

/** A list is no larger than this, in GVariant's form. In D-Bus's it is less than twice as large, and
 * the system's bus disconnects who sends more than 32 MiB. */
#define QUEUE_VIEW_LIST_MAX_BYTES (14 * 1024 * 1024)

/** Returns: (transfer floating): the first of @envelopes (element-type Envelope), as many as fit: an
 * aa{sv} */
GVariant *queue_view_describe_all (const GPtrArray *envelopes,
                                   QueueViewIsActive is_active,
                                   gpointer user_data);

/** @filter: gets what @asked, an a{sv}, says, and lives as long as that; FALSE with
 * BUS_ERROR_INVALID that names what is wrong */
gboolean queue_view_parse_filter (GVariant *asked,
                                  QueueFilter *filter,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full) (element-type guint64): the ids that the texts are; %NULL with
 * BUS_ERROR_INVALID that names the first that is none */
GArray *queue_view_parse_ids (const char *const *texts, GError **error) G_GNUC_WARN_UNUSED_RESULT;
