/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/byte-buffer.h"
#include "servers/net/connection.h"
#include "servers/net/deadline.h"
#include "servers/net/transport.h"

/**
 * SECTION: connection-private
 *
 * What connection, connection-input and connection-tls share; for nobody else.
 */

/* In their order: a connection never goes back. */
typedef enum
{
  CONNECTION_CONNECTING,
  CONNECTION_OPEN,
  CONNECTION_FINISHING, /* sends what is queued; input is thrown away from here on */
  CONNECTION_LINGERING, /* all is sent, and the peer told so; its end is waited for, since closing
                           now could take our last words back */
  CONNECTION_OVER       /* closed() is due */
} ConnectionState;

typedef enum
{
  CONNECTION_IN_CLEAR,
  CONNECTION_TLS_DUE,   /* starts when what was written in clear has been sent */
  CONNECTION_HANDSHAKE, /* nothing is sent or received meanwhile */
  CONNECTION_SECURED
} ConnectionSecurity;

struct _Connection
{
  Worker *worker;
  const ConnectionEvents *events;
  gpointer user;

  Transport transport;
  Watch watch;
  Deadline deadline; /* the user's; from CONNECTION_FINISHING on our own */

  ByteBuffer input;  /* what was not taken */
  ByteBuffer output; /* what was not sent */

  ConnectionState state;
  ConnectionSecurity security;
  TlsStream *tls_due; /* (owned) (nullable) in CONNECTION_TLS_DUE */
  gsize clear_output; /* in CONNECTION_TLS_DUE: so much of the output goes in clear */

  guint dropped; /* so many bytes came after our goodbye */

  gboolean is_scheduled; /* turn() will run at the end of this turn, or once more: it runs now */
  gboolean is_turning;
  gboolean is_parting; /* the peer wants the end as much as we do */
  gboolean offer_due;
  gboolean is_offering; /* received() runs */
  gboolean is_held;
  gboolean input_ended;
  gboolean output_blocked; /* the kernel takes no more at the moment */
  gboolean was_congested;
  char *reason; /* (owned) (nullable) for closed() */
};

/** Lets the connection go on at the end of this turn of the loop. */
void connection_schedule (Connection *connection);

/** Ends it; closed() follows. @reason: (nullable) */
void connection_end (Connection *connection, const char *reason);
