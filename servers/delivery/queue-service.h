/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/bus/gatekeeper.h"
#include "servers/delivery/queue-view.h"

/**
 * SECTION: queue-service
 *
 * org.postern.Queue1: the queue on the bus. Looks at it, and changes it, in a thread of its own.
 */
typedef struct _QueueService QueueService;

/** What it serves. */
typedef struct
{
  Queue *queue;
  QueueViewIsActive is_active;
  gpointer user_data; /* of is_active */
} QueueServiceSource;

/** @source: is copied; the queue, what is_active needs and @gatekeeper outlive the service */
QueueService *queue_service_new (const QueueServiceSource *source,
                                 GDBusConnection *connection,
                                 const char *object_path,
                                 Gatekeeper *gatekeeper);

/** Waits for calls that are being answered. */
void queue_service_free (QueueService *service);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QueueService, queue_service_free)
