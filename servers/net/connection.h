/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/ip-network.h"
#include "servers/net/tls-context.h"
#include "servers/net/worker.h"

/**
 * SECTION: connection
 *
 * A TCP connection that carries bytes in and out and knows no mail: buffers that grow and are given
 * back when idle, a deadline, an orderly end; in clear, or within TLS, under the same functions.
 * Everything happens in its worker's thread.
 */

typedef struct _Connection Connection;

typedef struct
{
  /** An outgoing connection stands. %NULL for those that were accepted. */
  void (*connected) (gpointer user);

  /**
   * There are bytes: all that came and were not taken. Returns how many of them are taken now; the
   * rest is offered again, with more behind it, when more comes or connection_resume() is called.
   * At most CONNECTION_INPUT_MAX bytes wait. When the peer ends its input, what waits is still
   * offered and answered (see connection_hold()) before closed() comes.
   */
  gsize (*received) (gpointer user, const char *bytes, gsize length);

  /** The output has fallen below its mark again, after connection_is_congested() was true. May be
   * %NULL. */
  void (*drained) (gpointer user);

  /** The deadline has passed. The connection is still open: say goodbye and close it. */
  void (*expired) (gpointer user);

  /** The connection is over, by either side; @reason is for the log ("connection reset by peer"),
   * %NULL after our own close. The last call. */
  void (*closed) (gpointer user, const char *reason);

  /** The TLS handshake is done: from now on bytes are those within TLS. (One that fails ends in
   * closed(), with a reason.) May be %NULL where TLS is never started. */
  void (*secured) (gpointer user);
} ConnectionEvents;

/** How many bytes may wait to be taken; the peer has to wait while they do. */
#define CONNECTION_INPUT_MAX 65536

/** Above so many bytes of output that wait, connection_is_congested(). */
#define CONNECTION_OUTPUT_MARK 65536

/**
 * connection_new:
 * @fd: (transfer full): a connected socket, non-blocking
 *
 * Events begin after the return to the loop. The connection frees itself after @events->closed.
 */
Connection *connection_new (Worker *worker, int fd, const ConnectionEvents *events, gpointer user);

/** Where an outgoing connection leads to. */
typedef struct
{
  IpAddress address;
  guint16 port;           /* host order */
  const IpAddress *local; /* (nullable) an address of this system that it comes from */
} ConnectionTarget;

/** Connects to @target, which is needed for the call only; @events->connected or @events->closed
 * follows, the latter with a reason when it failed. */
Connection *connection_open (Worker *worker,
                             const ConnectionTarget *target,
                             const ConnectionEvents *events,
                             gpointer user);

const IpAddress *connection_peer_address (Connection *connection);
guint16 connection_peer_port (Connection *connection);
const IpAddress *connection_local_address (Connection *connection);
Worker *connection_worker (Connection *connection);

/** Queues @bytes for sending; they leave in one write at the end of this turn of the loop, or when
 * connection_flush() is called. */
void connection_write (Connection *connection, const char *bytes, gsize length);
void connection_flush (Connection *connection);

gboolean connection_is_congested (Connection *connection);

/**
 * connection_hold:
 *
 * An answer is being worked out elsewhere: until connection_resume(), the end of the peer's input
 * does not end the connection.
 * (Without a hold, a peer that has ended its input is waited for while output is on its way, or a
 * connection_resume() is due. What was not taken then is no whole line, and is dropped.)
 */
void connection_hold (Connection *connection);

/** Ends a hold, and offers what waits to received() again, soon; for who took less than all and can
 * go on now. */
void connection_resume (Connection *connection);

/**
 * connection_start_tls:
 *
 * Starts TLS as the server, once what is queued has been sent: in clear up to here, within TLS
 * whatever is written from here on. secured() follows, or closed(). The deadline holds, also for
 * the handshake. For TLS from the first byte, call it right after connection_new().
 *
 * Bytes that came in clear are never taken into TLS: where some wait when it starts, the connection
 * ends. Who starts TLS at a command looks first whether the peer sent more than that, and answers
 * it: connection_has_input(), and inside received(), what it takes itself (RFC 3207, section 6).
 */
void connection_start_tls (Connection *connection, TlsContext *context);

/** The same as the client: @host_name is asked for (SNI, unless it is an address); where
 * @must_verify, a certificate that is not good for it ends the connection. */
void connection_start_tls_client (Connection *connection,
                                  TlsContext *context,
                                  const char *host_name,
                                  gboolean must_verify);

/** Whether bytes wait that received() was offered and did not take. (Within received(), those that
 * it is being offered do not count.) */
gboolean connection_has_input (Connection *connection);

/** Returns: (transfer none) (nullable): "TLSv1.3 TLS_AES_256_GCM_SHA384", %NULL in clear; valid
 * until the connection is closed */
const char *connection_tls (Connection *connection);

/** As the client: whether the peer's certificate is good for the host name. */
gboolean connection_is_verified (Connection *connection);

/** Sets the deadline @seconds from now, in place of the former one; 0 for none. */
void connection_set_deadline (Connection *connection, guint seconds);

/** Sends what is queued, then closes; nothing more is received. closed() follows, when
 * the peer has closed its side too; a peer that does not read is cut off after 5 s, one that has
 * read all and stays after 2 s more, and one that goes on sending after 1 MiB. Where TLS has been started and is not there yet, what was
 * written since then can't be sent, and is dropped. */
void connection_finish (Connection *connection);

/** The same for a peer that has asked for the end, and so says nothing more: where nothing of it
 * waits, and all of ours can go at once, the connection closes with that. */
void connection_part (Connection *connection);

/** Closes at once. closed() follows, from the loop, never from inside this call. */
void connection_abort (Connection *connection);
