/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/connection-input.h"

#include "servers/net/connection-private.h"
#include "servers/net/connection-tls.h"

#include <errno.h>
#include <string.h>

/* So much may come after the end of what is wanted. */
#define DROPPED_MAX (1024 * 1024)

gboolean
connection_input_is_wanted (Connection *connection)
{
  return connection->state >= CONNECTION_OPEN && connection->state < CONNECTION_OVER
         && !connection->input_ended && connection->input.length < CONNECTION_INPUT_MAX
         && !connection_tls_is_starting (connection);
}

/* Returns how many bytes were taken. */
static gsize
offer (Connection *connection, const char *bytes, gsize length)
{
  connection->offer_due = FALSE;
  connection->is_offering = TRUE;
  gsize taken = connection->events->received (connection->user, bytes, length);
  connection->is_offering = FALSE;
  g_assert (taken <= length);

  return taken;
}

static void
offer_input (Connection *connection)
{
  gsize taken
      = offer (connection, byte_buffer_bytes (&connection->input), connection->input.length);
  byte_buffer_take (&connection->input, taken);
}

/* Once we have said goodbye, what comes is only read so that our words are not taken back. Who goes on
 * and on has not heard them anyway. */
static void
drop (Connection *connection, gsize length)
{
  connection->dropped += length;
  if (connection->dropped > DROPPED_MAX)
    connection_end (connection, NULL);
}

/* What comes is offered where it lies, so that an idle connection, or one that takes all at once,
 * owns no input buffer. */
static void
take_in (Connection *connection, const char *bytes, gsize length)
{
  if (connection->state != CONNECTION_OPEN)
    {
      drop (connection, length);
      return;
    }

  if (connection->input.length > 0)
    {
      byte_buffer_append (&connection->input, bytes, length);
      offer_input (connection);
      return;
    }

  gsize taken = offer (connection, bytes, length);
  byte_buffer_append (&connection->input, bytes + taken, length - taken);
}

void
connection_input_read (Connection *connection)
{
  char bytes[CONNECTION_INPUT_MAX];
  gssize got
      = transport_read (&connection->transport, bytes, sizeof bytes - connection->input.length);

  if (got > 0)
    {
      take_in (connection, bytes, got);
      explicit_bzero (bytes, got);
    }
  else if (got == 0)
    connection->input_ended = TRUE;
  else if (got != -EAGAIN)
    connection_end (connection, transport_problem (&connection->transport, got));
}

/* Input that lies here already, behind received() or within TLS. */
void
connection_input_offer_again (Connection *connection)
{
  if (connection->offer_due && connection->state == CONNECTION_OPEN
      && !connection_tls_is_starting (connection))
    {
      connection->offer_due = FALSE;
      if (connection->input.length > 0)
        offer_input (connection);
    }

  /* Others have their turn in between. */
  if (connection_input_is_wanted (connection) && transport_has_pending (&connection->transport))
    {
      connection_input_read (connection);
      connection_schedule (connection);
    }
}

/* The peer has ended its input: the end comes when everything it sent has its answer. What is still
 * not taken then is half a line. */
void
connection_input_follow_end (Connection *connection)
{
  if (connection->is_held || connection->offer_due || connection->output.length > 0)
    return;

  transport_end_last_output (&connection->transport);
  connection_end (connection, "connection closed by the peer");
}

/* --- What others call --- */

gboolean
connection_has_input (Connection *connection)
{
  return !connection->is_offering && connection->input.length > 0;
}

void
connection_hold (Connection *connection)
{
  connection->is_held = TRUE;
}

void
connection_resume (Connection *connection)
{
  if (connection->state > CONNECTION_OPEN)
    return;

  connection->is_held = FALSE;
  connection->offer_due = TRUE;
  connection_schedule (connection);
}
