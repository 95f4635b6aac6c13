/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/ip-network.h"

/**
 * SECTION: transport
 *
 * The socket under a connection: the one place where its bytes are read and written, and so the
 * place for TLS. Nothing here waits. A problem is a text for the log, %NULL for none.
 */
typedef struct
{
  int fd; /* (owned) -1 for none */
  IpAddress peer_address;
  IpAddress local_address; /* zero until it is connected */
  guint16 peer_port;       /* host order */
} Transport;

/** Takes over a connected socket; @fd belongs to @transport from then on, whatever is returned. */
const char *transport_take (Transport *transport, int fd) G_GNUC_WARN_UNUSED_RESULT;

/** Begins to connect; when the socket is writable, transport_finish_connect() tells how it went. */
const char *transport_connect (Transport *transport,
                               const IpAddress *address,
                               guint16 port) G_GNUC_WARN_UNUSED_RESULT;
const char *transport_finish_connect (Transport *transport) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: how many bytes came, 0 at their end, -EAGAIN when none is there now, another negative
 * errno for a failure */
gssize transport_read (Transport *transport, char *bytes, gsize length);

/** Returns: how many bytes went, -EAGAIN when none can go now, another negative errno for a failure
 */
gssize transport_write (Transport *transport, const char *bytes, gsize length);

/** Tells the peer that nothing more will be written. */
void transport_end_output (Transport *transport);

void transport_close (Transport *transport);
