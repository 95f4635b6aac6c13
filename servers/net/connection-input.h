/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/connection.h"

/**
 * SECTION: connection-input
 *
 * How what comes at a connection gets to received(); what others call stands in connection.h. For
 * connection alone.
 */

/** Whether input would be taken in. */
gboolean connection_input_is_wanted (Connection *connection);

/** Reads once, and offers what came. */
void connection_input_read (Connection *connection);

/** Offers what is here already, behind received() or within TLS. From turn(). */
void connection_input_offer_again (Connection *connection);

/** The peer has ended its input: ends the connection once everything has its answer. */
void connection_input_follow_end (Connection *connection);
