/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/connection.h"

/**
 * SECTION: connection-tls
 *
 * How a connection gets from clear bytes into TLS; what others call stands in connection.h. For
 * connection and feeder alone.
 */

/** Goes on as far as it can, where TLS is being started. From turn(). */
void connection_tls_go_on (Connection *connection);

/** How much of the output may go now: all, what is still in clear, or nothing. */
gsize connection_tls_sendable (Connection *connection);

/** So many bytes of the output have been sent. */
void connection_tls_sent (Connection *connection, gsize length);

/** The connection ends before TLS is there: drops what was for TLS alone. */
void connection_tls_give_up (Connection *connection);

/** Whether TLS is being started: then nothing is received. */
gboolean connection_tls_is_starting (Connection *connection);
