/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Connections that go out. */

#include "peer.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

static void
open_connection (gpointer data)
{
  Peer *peer = data;
  IpAddress loopback;

  g_assert_true (ip_address_parse ("127.0.0.1", &loopback));
  peer->connection = connection_open (peer->worker, &loopback, peer->port, &PEER_EVENTS, peer);
}

static void
test_open (Peer *peer, gconstpointer act)
{
  int listener = peer_listen (&peer->port);

  worker_call (peer->worker, open_connection, peer);
  peer->fd = accept (listener, NULL, NULL);
  close (listener);
  peer_expect (peer, "hello\r\n");
  peer_say (peer, "x");
  peer_expect (peer, "x");
  g_assert_cmpuint (peer->connected, ==, 1);
}

static void
test_refused (Peer *peer, gconstpointer act)
{
  close (peer_listen (&peer->port));
  worker_call (peer->worker, open_connection, peer);
  peer_wait_for (peer, &peer->closed);
  g_assert_cmpstr (peer->reason, ==, g_strerror (ECONNREFUSED));
  g_assert_cmpuint (peer->connected, ==, 0);
}

static void
open_and_abort (gpointer data)
{
  Peer *peer = data;
  open_connection (data);
  connection_write (peer->connection, "never sent", 10);
  connection_finish (peer->connection);
}

static void
test_given_up (Peer *peer, gconstpointer act)
{
  int listener = peer_listen (&peer->port);

  worker_call (peer->worker, open_and_abort, peer);
  peer_wait_for (peer, &peer->closed);
  g_assert_null (peer->reason);
  g_assert_cmpuint (peer->connected, ==, 0);
  close (listener);
}

/* A descriptor that is no TCP connection: an end with a reason, nothing worse. */
static void
test_no_socket (Peer *peer, gconstpointer act)
{
  int pipes[2];

  g_assert_no_errno (pipe (pipes));
  peer->fd = pipes[0];
  worker_call (peer->worker, peer_make_connection, peer);
  peer->fd = -1;
  peer_wait_for (peer, &peer->closed);
  g_assert_nonnull (peer->reason);
  close (pipes[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, act, function)                                                                   \
  g_test_add ("/connection-open/" name, Peer, GINT_TO_POINTER (act), peer_set_up, function,        \
              peer_tear_down)
  ADD ("open", DO_ECHO, test_open);
  ADD ("refused", DO_ECHO, test_refused);
  ADD ("given-up", DO_ECHO, test_given_up);
  ADD ("no-socket", DO_ECHO, test_no_socket);
  return g_test_run ();
}
