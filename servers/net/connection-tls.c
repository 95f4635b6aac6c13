/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/connection-tls.h"

#include "servers/net/connection-private.h"

#include <errno.h>

gboolean
connection_tls_is_starting (Connection *connection)
{
  return connection->security == CONNECTION_TLS_DUE || connection->security == CONNECTION_HANDSHAKE;
}

gsize
connection_tls_sendable (Connection *connection)
{
  switch (connection->security)
    {
    case CONNECTION_TLS_DUE:
      return connection->clear_output;
    case CONNECTION_HANDSHAKE:
      return 0;
    default:
      return connection->output.length;
    }
}

void
connection_tls_sent (Connection *connection, gsize length)
{
  byte_buffer_take (&connection->output, length);
  if (connection->security == CONNECTION_TLS_DUE)
    connection->clear_output -= length;
}

void
connection_tls_give_up (Connection *connection)
{
  if (!connection_tls_is_starting (connection))
    return;

  byte_buffer_truncate (&connection->output, connection_tls_sendable (connection));
  g_clear_pointer (&connection->tls_due, tls_stream_free);
  transport_unsecure (&connection->transport);
  connection->security = CONNECTION_IN_CLEAR;
}

static void
shake_hands (Connection *connection)
{
  int result = transport_handshake (&connection->transport);

  if (result == -EAGAIN)
    return;
  if (result != 0)
    {
      connection_end (connection, transport_problem (&connection->transport, result));
      return;
    }

  connection->security = CONNECTION_SECURED;
  if (connection->events->secured != NULL)
    connection->events->secured (connection->user);
}

void
connection_tls_go_on (Connection *connection)
{
  if (connection->security == CONNECTION_TLS_DUE && connection->clear_output == 0)
    {
      /* Somebody between the peer and us may have put them there, for us to take within TLS. */
      if (connection->input.length > 0)
        {
          connection_end (connection, "TLS: the peer went on in clear after it was to start");
          return;
        }
      transport_secure (&connection->transport, g_steal_pointer (&connection->tls_due));
      connection->security = CONNECTION_HANDSHAKE;
    }

  if (connection->security == CONNECTION_HANDSHAKE)
    shake_hands (connection);
}

/* --- What others call --- */

static gboolean
can_start (Connection *connection)
{
  return connection->state == CONNECTION_OPEN && connection->security == CONNECTION_IN_CLEAR;
}

static void
start (Connection *connection, TlsStream *tls)
{
  connection->tls_due = tls;
  connection->clear_output = connection->output.length;
  connection->security = CONNECTION_TLS_DUE;
  connection_schedule (connection);
}

void
connection_start_tls (Connection *connection, TlsContext *context)
{
  if (can_start (connection))
    start (connection, tls_stream_new_server (context, connection->transport.fd));
}

void
connection_start_tls_client (Connection *connection,
                             TlsContext *context,
                             const char *host_name,
                             gboolean must_verify)
{
  if (can_start (connection))
    start (connection,
           tls_stream_new_client (context, connection->transport.fd, host_name, must_verify));
}

const char *
connection_tls (Connection *connection)
{
  return connection->security == CONNECTION_SECURED ? tls_stream_words (connection->transport.tls)
                                                    : NULL;
}

gboolean
connection_is_verified (Connection *connection)
{
  return connection->security == CONNECTION_SECURED
         && tls_stream_is_verified (connection->transport.tls);
}
