/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/endpoint.h"

/**
 * SECTION: inherited-socket
 *
 * Sockets that the service manager listened on before we came (sd_listen_fds(3)): no client is
 * turned away while a server starts, and none needs the right to take a low port. They stay open
 * as long as the process lives, whatever the settings say, as the service manager keeps its own
 * end of them. From the main thread.
 */

/** Returns: a new descriptor (transfer full) of the socket that is bound to exactly @address
 * and @port, with O_NONBLOCK and FD_CLOEXEC; -1 where there is none */
int inherited_socket_open (const IpAddress *address, guint16 port);

/** Whether one is bound to exactly @address and @port. */
gboolean inherited_socket_exists (const IpAddress *address, guint16 port);

/** Whether one is there that takes IPv4 and IPv6 at every address, at @port. */
gboolean inherited_socket_is_dual (guint16 port);

/** Says in the log, once for each, which ones have not been opened: their clients wait in vain. */
void inherited_socket_report_unused (void);
