/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Connections that were accepted; test-connection-open.c has those that go out. */

#include "peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static void
test_echo (Peer *peer, gconstpointer act)
{
  peer_connect (peer);
  peer_say (peer, "hello");
  peer_expect (peer, "hello");
  peer_say (peer, "again");
  peer_expect (peer, "again");
  peer_close (peer);
  peer_wait_for (peer, &peer->closed);
  g_assert_cmpstr (peer->reason, ==, "connection closed by the peer");
}

/* What belongs to a worker is asked in its thread. */
static void
check_addresses (gpointer data)
{
  Peer *peer = data;
  IpAddress loopback;
  struct sockaddr_in address;
  socklen_t length = sizeof address;

  g_assert_true (ip_address_parse ("127.0.0.1", &loopback));
  g_assert_no_errno (getsockname (peer->fd, (struct sockaddr *) &address, &length));
  g_assert_true (ip_address_equal (connection_peer_address (peer->connection), &loopback));
  g_assert_true (ip_address_equal (connection_local_address (peer->connection), &loopback));
  g_assert_cmpuint (connection_peer_port (peer->connection), ==, ntohs (address.sin_port));
  g_assert_true (connection_worker (peer->connection) == peer->worker);
}

static void
test_addresses (Peer *peer, gconstpointer act)
{
  peer_connect (peer);
  worker_call (peer->worker, check_addresses, peer);
}

static void
test_byte_by_byte (Peer *peer, gconstpointer act)
{
  const char *text = "one\r\ntwo\r\n";

  peer_connect (peer);
  for (const char *byte = text; *byte != '\0'; byte++)
    g_assert_cmpint (peer_send (peer, byte, 1), ==, 1);
  peer_expect (peer, text);
}

/* printf '...' | nc: all is answered, then the end comes. */
static void
test_half_close (Peer *peer, gconstpointer act)
{
  peer_connect (peer);
  peer_say (peer, "one\r\ntwo\r\n");
  peer_end_input (peer);
  peer_expect (peer, "one\r\ntwo\r\n");
  peer_expect_end (peer);
}

/* Half a line at the end is nobody's. */
static void
test_half_line (Peer *peer, gconstpointer act)
{
  peer_connect (peer);
  peer_say (peer, "one\r\ntw");
  peer_end_input (peer);
  peer_expect (peer, "one\r\n");
  peer_expect_end (peer);
}

/* Each answer comes from elsewhere, also the last, and all are waited for. */
static void
test_half_close_later (Peer *peer, gconstpointer act)
{
  peer_connect (peer);
  peer_say (peer, "1\r\n2\r\n3\r\n");
  peer_end_input (peer);
  peer_expect (peer, "+OK\r\n+OK\r\n+OK\r\n");
  peer_expect_end (peer);
}

static void
test_pipelined_later (Peer *peer, gconstpointer act)
{
  peer_connect (peer);
  for (guint i = 0; i < 200; i++)
    peer_say (peer, "NOOP\r\n");
  for (guint i = 0; i < 200; i++)
    peer_expect (peer, "+OK\r\n");
}

static void
test_finish (Peer *peer, gconstpointer act)
{
  peer_connect (peer);
  peer_say (peer, "a lot that nobody reads\r\n");
  peer_expect (peer, "bye\r\n");
  peer_expect_end (peer);
  /* What is sent meanwhile is thrown away, and takes nothing back. */
  peer_say (peer, "more\r\n");
  close (peer->fd);
  peer->fd = -1;
  peer_wait_for (peer, &peer->closed);
  g_assert_null (peer->reason);
}

/* Who goes on and on after the end is not read for ever: the connection ends while it still sends. */
static void
test_finish_flooded (Peer *peer, gconstpointer act)
{
  static const char bytes[65536];

  peer_connect (peer);
  peer_say (peer, "a lot that nobody reads\r\n");
  peer_expect (peer, "bye\r\n");
  while (send (peer->fd, bytes, sizeof bytes, MSG_NOSIGNAL) > 0)
    {
    }
  peer_wait_for (peer, &peer->closed);
}

/* In clear, the end comes with the last words: when the peer sees it, nothing waits for the peer's
 * own. */
static void
test_part (Peer *peer, gconstpointer act)
{
  peer_connect (peer);
  peer_say (peer, "QUIT\r\n");
  peer_expect (peer, "bye\r\n");
  peer_expect_end (peer);
  g_mutex_lock (&peer->lock);
  g_assert_true (peer->has_tls || peer->closed == 1);
  g_mutex_unlock (&peer->lock);
  peer_close (peer);
  peer_wait_for (peer, &peer->closed);
  g_assert_null (peer->reason);
}

/* Where more was said behind it, the last words come all the same. */
static void
test_part_too_early (Peer *peer, gconstpointer act)
{
  peer_connect (peer);
  peer_say (peer, "QUIT\r\nmore\r\n");
  peer_expect (peer, "bye\r\n");
  peer_expect_end (peer);
  peer_say (peer, "and more\r\n");
  close (peer->fd);
  peer->fd = -1;
  peer_wait_for (peer, &peer->closed);
  g_assert_null (peer->reason);
}

static void
test_abort (Peer *peer, gconstpointer act)
{
  char byte;

  peer_connect (peer);
  peer_say (peer, "x");
  /* Within TLS, no end is announced: what came before is not whole. */
  g_assert_cmpint (peer_receive (peer, &byte, 1), <=, peer->has_tls ? -1 : 0);
  peer_wait_for (peer, &peer->closed);
  g_assert_null (peer->reason);
  g_assert_cmpuint (peer->closed, ==, 1);
}

static void
abort_now (gpointer data)
{
  Peer *peer = data;
  connection_abort (peer->connection);
  /* Never from inside the call. */
  g_assert_cmpuint (peer->closed, ==, 0);
}

static void
test_abort_from_outside (Peer *peer, gconstpointer act)
{
  peer_connect (peer);
  worker_call (peer->worker, abort_now, peer);
  peer_wait_for (peer, &peer->closed);
}

/* The peer may have at most CONNECTION_INPUT_MAX bytes here; the rest waits on its side. */
static void
test_backpressure (Peer *peer, gconstpointer act)
{
  static char bytes[65536];
  gsize sent = 0;
  gssize length;

  peer_connect (peer);
  fcntl (peer->fd, F_SETFL, O_NONBLOCK);
  while ((length = peer_send (peer, bytes, sizeof bytes)) > 0)
    {
      sent += length;
      peer_wait_for (peer, &peer->expired); /* DO_NOTHING counts offers there */
    }
  g_assert_cmpint (errno, ==, EAGAIN);
  worker_call (peer->worker, abort_now, peer);
  peer_wait_for (peer, &peer->closed);
  g_assert_cmpuint (peer->most_offered, <=, CONNECTION_INPUT_MAX);
  g_assert_cmpuint (sent, >, CONNECTION_INPUT_MAX);
}

static void
take_now (gpointer data)
{
  Peer *peer = data;
  peer->act = DO_COUNT;
  connection_resume (peer->connection);
}

/* What was not taken for long is there whole, wherever it has waited. */
static void
test_taken_later (Peer *peer, gconstpointer act)
{
  static char bytes[50000];
  gsize sent = 0;
  gssize length;

  peer_connect (peer);
  fcntl (peer->fd, F_SETFL, O_NONBLOCK);
  while ((length = peer_send (peer, bytes, sizeof bytes)) > 0)
    sent += length;
  worker_call (peer->worker, take_now, peer);
  fcntl (peer->fd, F_SETFL, 0);
  /* Within TLS, a record that was begun has to be sent to its end. */
  while (sent < 5 * 1024 * 1024)
    {
      length = peer_send (peer, bytes, sizeof bytes);
      g_assert_cmpint (length, >, 0);
      sent += length;
    }
  peer_end_input (peer);
  peer_expect_end (peer);
  peer_wait_for (peer, &peer->closed);
  g_assert_cmpuint (peer->taken, ==, sent);
}

static void
test_flood (Peer *peer, gconstpointer act)
{
  static char bytes[100000];
  gsize got = 0;
  gssize length;

  peer_connect (peer);
  peer_say (peer, "go\r\n");
  peer_wait_for (peer, &peer->drained);
  while ((length = peer_receive (peer, bytes, sizeof bytes)) > 0)
    got += length;
  g_assert_cmpuint (got, ==, FLOOD_BYTES);
  g_assert_cmpuint (peer->drained, >, 1);
}

static void
set_deadline (gpointer data)
{
  Peer *peer = data;
  connection_set_deadline (peer->connection, 60);
  connection_set_deadline (peer->connection, 1);
}

static void
test_deadline (Peer *peer, gconstpointer act)
{
  peer_connect (peer);
  worker_call (peer->worker, set_deadline, peer);
  peer_expect (peer, "too late\r\n");
  peer_expect_end (peer);
  g_assert_cmpuint (peer->expired, ==, 1);
}

/* A peer that resets while we write to it: a reason, and no signal. */
static void
test_reset (Peer *peer, gconstpointer act)
{
  struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

  peer_connect (peer);
  peer_say (peer, "go\r\n");
  peer_wait_for (peer, &peer->drained);
  g_assert_no_errno (setsockopt (peer->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once));
  close (peer->fd);
  peer->fd = -1;
  peer_wait_for (peer, &peer->closed);
  g_assert_nonnull (peer->reason);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* What a connection promises, it promises in clear and within TLS. */
#define ADD(name, act, function)                                                                   \
  g_test_add ("/connection/clear/" name, Peer, GINT_TO_POINTER (act), peer_set_up, function,       \
              peer_tear_down);                                                                     \
  g_test_add ("/connection/tls/" name, Peer, GINT_TO_POINTER (act | WITH_TLS), peer_set_up,        \
              function, peer_tear_down)
  ADD ("echo", DO_ECHO, test_echo);
  ADD ("addresses", DO_ECHO, test_addresses);
  ADD ("byte-by-byte", DO_ECHO_LINES, test_byte_by_byte);
  ADD ("half-close", DO_ECHO_LINES, test_half_close);
  ADD ("half-line", DO_ECHO_LINES, test_half_line);
  ADD ("half-close-later", DO_ANSWER_LATER, test_half_close_later);
  ADD ("pipelined-later", DO_ANSWER_LATER, test_pipelined_later);
  ADD ("finish", DO_FINISH, test_finish);
  ADD ("finish-flooded", DO_FINISH, test_finish_flooded);
  ADD ("part", DO_PART, test_part);
  ADD ("part-too-early", DO_PART, test_part_too_early);
  ADD ("abort", DO_ABORT, test_abort);
  ADD ("abort-from-outside", DO_ECHO, test_abort_from_outside);
  ADD ("backpressure", DO_NOTHING, test_backpressure);
  ADD ("taken-later", DO_NOTHING, test_taken_later);
  ADD ("flood", DO_FLOOD, test_flood);
  ADD ("deadline", DO_ECHO, test_deadline);
  ADD ("reset", DO_FLOOD, test_reset);
  return g_test_run ();
}
