/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/bus/gatekeeper.h"
#include "servers/queue/queue.h"

/**
 * SECTION: queue-service
 *
 * org.postern.Queue1: the queue on the bus. Looks at it, and changes it, in a thread of its own.
 */
typedef struct _QueueService QueueService;

/** @queue, @gatekeeper: outlive the service */
QueueService *queue_service_new (Queue *queue,
                                 GDBusConnection *connection,
                                 const char *object_path,
                                 Gatekeeper *gatekeeper);

/** Waits for calls that are being answered. */
void queue_service_free (QueueService *service);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QueueService, queue_service_free)

/** Returns: (transfer floating): an envelope as the a{sv} that Queue1.List gives */
GVariant *queue_service_describe (const Envelope *envelope);

/** Returns: (transfer full) (element-type guint64): the ids that the texts are; %NULL with
 * BUS_ERROR_INVALID that names the first that is none */
GArray *queue_service_parse_ids (const char *const *texts,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
