/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/endpoint.h"
#include "servers/net/listener.h"

/**
 * SECTION: listening-socket
 *
 * One socket that takes connections for one worker. Made and freed in the main thread, served in
 * its worker's.
 */

typedef struct _ListeningSocket ListeningSocket;

typedef enum
{
  LISTENING_OF_ADDRESS, /* the family that the endpoint's address has */
  LISTENING_IPV4,       /* every IPv4 address */
  LISTENING_IPV6        /* every IPv6 address, and those alone */
} ListeningFamily;

/** Whether the system has IPv6. */
gboolean listening_socket_has_ipv6 (void);

/**
 * listening_socket_probe:
 *
 * Whether nobody else has @endpoint. With SO_REUSEPORT, a second server of the same user could take
 * the port without an error, and half of the clients. Fails with a G_IO_ERROR that names the
 * endpoint.
 */
gboolean listening_socket_probe (const Endpoint *endpoint,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Binds, with SO_REUSEPORT; nobody can connect yet. Port 0 asks the system for one. Where the
 * service manager has handed over a socket for it, takes that (see inherited-socket). */
ListeningSocket *listening_socket_bind (const Endpoint *endpoint,
                                        ListeningFamily family,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

guint16 listening_socket_port (ListeningSocket *socket);

/** From now on clients can connect; they wait until listening_socket_start(). */
gboolean listening_socket_listen (ListeningSocket *socket,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Which door the clients from now on come through; 0 at first. */
void listening_socket_set_door (ListeningSocket *socket, guint door);

/** Hands each client to @accept in @worker's thread. */
void listening_socket_start (ListeningSocket *socket,
                             Worker *worker,
                             ListenerAccept accept,
                             gpointer user);

/** Closes; when this returns, @accept is not called any more. */
void listening_socket_free (ListeningSocket *socket);
