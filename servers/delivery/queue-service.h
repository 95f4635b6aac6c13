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

/** A list is no larger than this, in GVariant's form. In D-Bus's it is less than twice as large, and
 * the system's bus disconnects who sends more than 32 MiB. */
#define QUEUE_SERVICE_LIST_MAX_BYTES (14 * 1024 * 1024)

/** Returns: (transfer floating): the first of @envelopes (element-type Envelope), as many as fit: an
 * aa{sv} */
GVariant *queue_service_describe_all (const GPtrArray *envelopes);

/** Returns: (transfer full) (element-type guint64): the ids that the texts are; %NULL with
 * BUS_ERROR_INVALID that names the first that is none */
GArray *queue_service_parse_ids (const char *const *texts,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
