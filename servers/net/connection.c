/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/connection.h"

#include "servers/net/connection-input.h"
#include "servers/net/connection-private.h"
#include "servers/net/connection-tls.h"

#include <errno.h>

/* How long a peer may take to read our last words, and then to end its side. */
#define FINISH_MS 5000
#define LINGER_MS 2000

static void turn (gpointer data);

/* --- States --- */

void
connection_schedule (Connection *connection)
{
  if (connection->is_scheduled)
    return;

  connection->is_scheduled = TRUE;
  if (!connection->is_turning)
    worker_at_turn_end (connection->worker, turn, connection);
}

/* @reason: (nullable) */
void
connection_end (Connection *connection, const char *reason)
{
  if (connection->state == CONNECTION_OVER)
    return;

  /* Once the peer has all our words, how it goes is no matter. */
  connection->reason = connection->state == CONNECTION_LINGERING ? NULL : g_strdup (reason);
  connection->state = CONNECTION_OVER;
  connection_schedule (connection);
}

static void
close_now (Connection *connection)
{
  connection->events->closed (connection->user, connection->reason);

  deadline_clear (&connection->deadline);
  poller_end (&connection->watch);
  transport_close (&connection->transport);
  byte_buffer_clear (&connection->input);
  byte_buffer_clear (&connection->output);
  tls_stream_free (connection->tls_due);
  g_free (connection->reason);
  g_free (connection);
}

static void
on_deadline (gpointer data)
{
  Connection *connection = data;

  if (connection->state <= CONNECTION_OPEN)
    connection->events->expired (connection->user);
  else
    connection_end (connection, NULL);
}

/* --- Events of the socket --- */

static void
watch (Connection *connection)
{
  guint wanted = 0;

  if (connection->state == CONNECTION_CONNECTING)
    wanted = WATCH_WRITE;
  else if (connection->state < CONNECTION_OVER)
    {
      if (connection->security == CONNECTION_HANDSHAKE || connection_input_is_wanted (connection))
        wanted |= transport_reading_event (&connection->transport);
      if (connection->output_blocked)
        wanted |= transport_writing_event (&connection->transport);
    }
  poller_set (&connection->watch, wanted);
}

static void
finish_connecting (Connection *connection)
{
  const char *problem = transport_finish_connect (&connection->transport);

  if (problem != NULL)
    {
      connection_end (connection, problem);
      return;
    }

  connection->state = CONNECTION_OPEN;
  connection->events->connected (connection->user);
}

static void
on_ready (gpointer data, guint events)
{
  Connection *connection = data;

  if (connection->state == CONNECTION_CONNECTING)
    finish_connecting (connection);
  else if (connection->state < CONNECTION_OVER)
    {
      if (events & transport_writing_event (&connection->transport))
        connection->output_blocked = FALSE;
      if ((events & transport_reading_event (&connection->transport))
          && connection_input_is_wanted (connection))
        connection_input_read (connection);
    }

  connection_schedule (connection);
}

/* --- The end of a turn of the loop --- */

static void
send_output (Connection *connection)
{
  if (connection->state == CONNECTION_CONNECTING || connection->state == CONNECTION_OVER)
    return;

  gsize length;
  while ((length = connection_tls_sendable (connection)) > 0 && !connection->output_blocked)
    {
      gssize sent
          = transport_write (&connection->transport, byte_buffer_bytes (&connection->output),
                             length, connection->is_parting);
      if (sent >= 0)
        connection_tls_sent (connection, sent);
      else if (sent == -EAGAIN)
        connection->output_blocked = TRUE;
      else
        {
          connection_end (connection, transport_problem (&connection->transport, sent));
          return;
        }
    }
}

/* All is sent, and the peer is to know. */
static void
end_output (Connection *connection)
{
  if (connection->is_parting)
    {
      connection_end (connection, NULL);
      return;
    }
  if (transport_end_output (&connection->transport) == -EAGAIN)
    {
      connection->output_blocked = TRUE;
      return;
    }
  connection->state = CONNECTION_LINGERING;
  deadline_set (&connection->deadline, LINGER_MS);
}

static void
follow_finish (Connection *connection)
{
  /* To close now, with something of the peer's unread, could take our last words back. */
  if (connection->input.length > 0)
    connection->is_parting = FALSE;
  byte_buffer_clear (&connection->input);

  if (connection->state == CONNECTION_FINISHING && connection->output.length == 0)
    end_output (connection);
  if (connection->state == CONNECTION_LINGERING && connection->input_ended)
    connection_end (connection, NULL);
}

static void
go_on (Connection *connection)
{
  if (connection_tls_is_starting (connection))
    {
      send_output (connection);
      connection_tls_go_on (connection);
    }

  connection_input_offer_again (connection);
  send_output (connection);

  if (connection->was_congested && connection->state == CONNECTION_OPEN
      && connection->output.length <= CONNECTION_OUTPUT_MARK)
    {
      connection->was_congested = FALSE;
      if (connection->events->drained != NULL)
        connection->events->drained (connection->user);
    }

  if (connection->state == CONNECTION_OPEN && connection->input_ended)
    connection_input_follow_end (connection);
  if (connection->state >= CONNECTION_FINISHING)
    follow_finish (connection);
}

static void
turn (gpointer data)
{
  Connection *connection = data;

  connection->is_scheduled = FALSE;
  connection->is_turning = TRUE;
  if (connection->state != CONNECTION_OVER)
    go_on (connection);
  connection->is_turning = FALSE;
  if (connection->state == CONNECTION_OVER)
    {
      close_now (connection);
      return;
    }

  watch (connection);
  if (connection->is_scheduled)
    worker_at_turn_end (connection->worker, turn, connection);
}

/* --- What others call --- */

static Connection *
connection_alloc (Worker *worker,
                  ConnectionState state,
                  const ConnectionEvents *events,
                  gpointer user)
{
  Connection *connection = g_new0 (Connection, 1);
  connection->worker = worker;
  connection->state = state;
  connection->events = events;
  connection->user = user;

  deadline_init (&connection->deadline, worker_deadlines (worker), on_deadline, connection);

  return connection;
}

/* Hands the socket to the loop, unless there is a @problem with it. Events are seen from the end of
 * this turn on. */
static void
start (Connection *connection, const char *problem)
{
  if (problem != NULL)
    {
      connection_end (connection, problem);
      return;
    }

  poller_begin (&connection->watch, worker_poller (connection->worker), connection->transport.fd,
                on_ready, connection);
  connection_schedule (connection);
}

Connection *
connection_new (Worker *worker, int fd, const ConnectionEvents *events, gpointer user)
{
  Connection *connection = connection_alloc (worker, CONNECTION_OPEN, events, user);
  start (connection, transport_take (&connection->transport, fd));

  return connection;
}

Connection *
connection_open (Worker *worker,
                 const ConnectionTarget *target,
                 const ConnectionEvents *events,
                 gpointer user)
{
  Connection *connection = connection_alloc (worker, CONNECTION_CONNECTING, events, user);
  start (connection,
         transport_connect (&connection->transport, &target->address, target->port, target->local));

  return connection;
}

const IpAddress *
connection_peer_address (Connection *connection)
{
  return &connection->transport.peer_address;
}

guint16
connection_peer_port (Connection *connection)
{
  return connection->transport.peer_port;
}

const IpAddress *
connection_local_address (Connection *connection)
{
  return &connection->transport.local_address;
}

Worker *
connection_worker (Connection *connection)
{
  return connection->worker;
}

void
connection_write (Connection *connection, const char *bytes, gsize length)
{
  if (connection->state > CONNECTION_OPEN)
    return;

  byte_buffer_append (&connection->output, bytes, length);
  connection_schedule (connection);
}

void
connection_flush (Connection *connection)
{
  send_output (connection);
}

gboolean
connection_is_congested (Connection *connection)
{
  if (connection->output.length <= CONNECTION_OUTPUT_MARK)
    return FALSE;

  connection->was_congested = TRUE;
  return TRUE;
}

void
connection_set_deadline (Connection *connection, guint seconds)
{
  if (connection->state > CONNECTION_OPEN)
    return;

  deadline_set (&connection->deadline, seconds * (guint64) 1000);
}

void
connection_finish (Connection *connection)
{
  if (connection->state == CONNECTION_CONNECTING)
    connection_end (connection, NULL);
  if (connection->state != CONNECTION_OPEN)
    return;

  connection_tls_give_up (connection);
  connection->state = CONNECTION_FINISHING;
  deadline_set (&connection->deadline, FINISH_MS);
  connection_schedule (connection);
}

void
connection_part (Connection *connection)
{
  connection->is_parting = connection->security == CONNECTION_IN_CLEAR;
  connection_finish (connection);
}

void
connection_abort (Connection *connection)
{
  connection_end (connection, NULL);
}
