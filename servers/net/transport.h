/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/ip-network.h"
#include "servers/net/tls-stream.h"

/**
 * SECTION: transport
 *
 * The socket under a connection: the one place where its bytes are read and written, in clear or
 * within TLS. Nothing here waits. A problem is a text for the log, %NULL for none.
 */
typedef struct
{
  int fd; /* (owned) -1 for none */
  IpAddress peer_address;
  IpAddress local_address; /* zero until it is connected */
  guint16 peer_port;       /* host order */
  TlsStream *tls;          /* (owned) (nullable) */
} Transport;

/** Takes over a connected socket; @fd belongs to @transport from then on, whatever is returned. */
const char *transport_take (Transport *transport, int fd) G_GNUC_WARN_UNUSED_RESULT;

/** Begins to connect, from the address @local where that is not %NULL; when the socket is writable,
 * transport_finish_connect() tells how it went. */
const char *transport_connect (Transport *transport,
                               const IpAddress *address,
                               guint16 port,
                               const IpAddress *local) G_GNUC_WARN_UNUSED_RESULT;
const char *transport_finish_connect (Transport *transport) G_GNUC_WARN_UNUSED_RESULT;

/** From here on all bytes are within @tls, which is (transfer full): first its handshake. */
void transport_secure (Transport *transport, TlsStream *tls);

/** Goes on in clear, where the handshake has not been done: there is nothing but the end to come. */
void transport_unsecure (Transport *transport);

/** Returns: 0 when the handshake is done, -EAGAIN, or another negative errno */
int transport_handshake (Transport *transport);

/** Returns: how many bytes came, 0 at their end, -EAGAIN when none is there now, another negative
 * errno for a failure */
gssize transport_read (Transport *transport, char *bytes, gsize length);

/** @end_follows: the end can go with them. Returns: how many bytes went, -EAGAIN when none can go
 * now, another negative errno for a failure */
gssize
transport_write (Transport *transport, const char *bytes, gsize length, gboolean end_follows);

/** Tells the peer that nothing more will be written. Returns: 0, or -EAGAIN when that can't go now
 */
int transport_end_output (Transport *transport);

/** The same just before transport_close(), which tells it by itself where there is no TLS. */
int transport_end_last_output (Transport *transport);

/** Whether transport_read() has something to tell, though the socket is silent. */
gboolean transport_has_pending (Transport *transport);

/** WATCH_READ or WATCH_WRITE: what transport_read() and transport_handshake(), or
 * transport_write(), wait for after -EAGAIN. */
guint transport_reading_event (Transport *transport);
guint transport_writing_event (Transport *transport);

/** What a negative errno from here means. */
const char *transport_problem (Transport *transport, gssize result);

void transport_close (Transport *transport);
