/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/ip-network.h"

#include <sys/socket.h>

/**
 * SECTION: socket-address
 *
 * Our addresses in the kernel's form and back: ::ffff:a.b.c.d is an AF_INET address there, and both
 * forms of it are one here.
 */

/** Writes @address and @port (host order) into @kernel and returns how long it is. */
socklen_t
socket_address_from_ip (const IpAddress *address, guint16 port, struct sockaddr_storage *kernel);

/** Reads an AF_INET or AF_INET6 address. Returns FALSE for another family. */
gboolean socket_address_to_ip (const struct sockaddr_storage *kernel,
                               IpAddress *address,
                               guint16 *port) G_GNUC_WARN_UNUSED_RESULT;
