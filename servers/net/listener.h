/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"
#include "servers/net/worker.h"

/**
 * SECTION: listener
 *
 * The sockets at which a server takes connections: one for each endpoint and worker (SO_REUSEPORT),
 * so that the kernel spreads the clients and no lock is shared. Sockets that the service manager
 * has handed over are taken for the endpoints that they are bound to; all workers accept at them.
 */

typedef struct _ListenerGroup ListenerGroup;

/** Some endpoints that are one way in, such as those of TLS from the first byte. */
typedef struct
{
  guint door; /* a number that says something to the server; each stands once in a list */
  const EndpointList *endpoints;
} ListenerDoor;

/** A client has come through @door: @fd is (transfer full), non-blocking, close-on-exec,
 * TCP_NODELAY. Called in @worker's thread. */
typedef void (*ListenerAccept) (gpointer user, Worker *worker, int fd, guint door);

/** @workers: (array length=n_workers): outlive the group */
ListenerGroup *
listener_group_new (Worker **workers, guint n_workers, ListenerAccept accept, gpointer user);
void listener_group_free (ListenerGroup *group);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ListenerGroup, listener_group_free)

/**
 * listener_group_apply:
 * @doors: (array length=n_doors)
 *
 * Listens on exactly the endpoints of @doors from now on: sockets that stay are left alone, no
 * waiting client is lost at them, and one that moves to another door only changes the number that
 * its next clients come with. All or nothing: when one can't be bound, or stands at two doors,
 * @error names it, and the former ones stay. "*" means both families. From the main thread.
 */
gboolean listener_group_apply (ListenerGroup *group,
                               const ListenerDoor *doors,
                               guint n_doors,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Every door, for listener_group_endpoints(). */
#define LISTENER_ALL_DOORS G_MAXUINT

/** Returns: (transfer full): what is listened on at @door, as text, NULL-terminated */
char **listener_group_endpoints (ListenerGroup *group, guint door);
