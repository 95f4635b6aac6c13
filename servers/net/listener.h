/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"
#include "servers/net/worker.h"

/**
 * SECTION: listener
 *
 * The sockets at which a server takes connections: one for each endpoint and worker (SO_REUSEPORT),
 * so that the kernel spreads the clients and no lock is shared.
 */

typedef struct _ListenerGroup ListenerGroup;

/** A client has come: @fd is (transfer full), non-blocking, close-on-exec, TCP_NODELAY. Called in
 * @worker's thread. */
typedef void (*ListenerAccept) (gpointer user, Worker *worker, int fd);

/** @workers: (array length=n_workers): outlive the group */
ListenerGroup *
listener_group_new (Worker **workers, guint n_workers, ListenerAccept accept, gpointer user);
void listener_group_free (ListenerGroup *group);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ListenerGroup, listener_group_free)

/**
 * Listens on exactly @endpoints from now on: sockets that stay are left alone, no waiting client is
 * lost at them. All or nothing: when one can't be bound, @error names it, and the former ones stay.
 * "*" means both families. From the main thread.
 */
gboolean listener_group_apply (ListenerGroup *group,
                               const EndpointList *endpoints,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full): what is listened on, as text, NULL-terminated */
char **listener_group_endpoints (ListenerGroup *group);
