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
  peer->connection = connection_open (
      peer->worker, &(ConnectionTarget){ .address = loopback, .port = peer->port }, &PEER_EVENTS,
      peer);
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

/* --- TLS --- */

/* Connects to a server at our end that can speak @maximum at most (0: all). Returns whether it got
 * through its handshake. */
static gboolean
open_tls (Peer *peer, const char *host_name, int maximum)
{
  int listener = peer_listen (&peer->port);

  peer->host_name = host_name;
  if (peer->client_context == NULL)
    peer->client_context = tls_fixture_client_context ();
  worker_call (peer->worker, open_connection, peer);
  peer->fd = accept (listener, NULL, NULL);
  close (listener);
  peer->ssl = tls_fixture_server (peer->fd);
  SSL_set_max_proto_version (peer->ssl, maximum);
  return SSL_do_handshake (peer->ssl) == 1;
}

static void
test_verified (Peer *peer, gconstpointer act)
{
  peer->must_verify = TRUE;
  g_assert_true (open_tls (peer, "mail.example.org", 0));
  peer_expect (peer, "hello\r\n");
  g_assert_cmpstr (SSL_get_servername (peer->ssl, TLSEXT_NAMETYPE_host_name), ==,
                   "mail.example.org");
  peer_wait_for (peer, &peer->secured);
  g_assert_true (peer->is_verified);
  g_assert_true (g_str_has_prefix (peer->tls, "TLSv1.3 "));
  peer_say (peer, "x");
  peer_expect (peer, "x");
  peer_close (peer);
}

/* An address is not asked for, but held against the certificate. */
static void
test_verified_address (Peer *peer, gconstpointer act)
{
  peer->must_verify = TRUE;
  g_assert_true (open_tls (peer, "127.0.0.1", 0));
  peer_expect (peer, "hello\r\n");
  g_assert_null (SSL_get_servername (peer->ssl, TLSEXT_NAMETYPE_host_name));
  peer_wait_for (peer, &peer->secured);
  g_assert_true (peer->is_verified);
}

static void
test_other_name (Peer *peer, gconstpointer act)
{
  peer->must_verify = TRUE;
  /* Where the handshake fails is a matter of the version. */
  open_tls (peer, "mail.example.com", 0);
  peer_wait_for (peer, &peer->closed);
  g_assert_cmpstr (peer->reason, ==,
                   "TLS: the server's certificate is not good: hostname mismatch");
  g_assert_cmpuint (peer->secured, ==, 0);
}

static void
test_unknown_issuer (Peer *peer, gconstpointer act)
{
  peer->must_verify = TRUE;
  peer->client_context = tls_context_new_client ("", NULL);
  open_tls (peer, "mail.example.org", 0);
  peer_wait_for (peer, &peer->closed);
  g_assert_true (g_str_has_prefix (peer->reason, "TLS: the server's certificate is not good: "));
}

/* Where nobody asks for a proof, encryption is better than none; but it is known. */
static void
test_not_verified (Peer *peer, gconstpointer act)
{
  g_assert_true (open_tls (peer, "mail.example.com", 0));
  peer_expect (peer, "hello\r\n");
  peer_wait_for (peer, &peer->secured);
  g_assert_false (peer->is_verified);
}

static void
test_old_server (Peer *peer, gconstpointer act)
{
  g_assert_true (open_tls (peer, "mail.example.org", TLS1_VERSION));
  peer_expect (peer, "hello\r\n");
  peer_wait_for (peer, &peer->secured);
  g_assert_true (g_str_has_prefix (peer->tls, "TLSv1 "));
}

static void
test_too_old_server (Peer *peer, gconstpointer act)
{
  peer->must_verify = TRUE;
  g_assert_false (open_tls (peer, "mail.example.org", TLS1_1_VERSION));
  peer_wait_for (peer, &peer->closed);
  g_assert_cmpstr (peer->reason, ==, "TLS: the server says that it has no version in common");
}

/* A server that offers TLS, and goes on in clear. */
static void
test_no_tls (Peer *peer, gconstpointer act)
{
  int listener = peer_listen (&peer->port);

  peer->host_name = "mail.example.org";
  peer->client_context = tls_fixture_client_context ();
  worker_call (peer->worker, open_connection, peer);
  peer->fd = accept (listener, NULL, NULL);
  close (listener);
  peer_say (peer, "554 TLS is not there today\r\n");
  peer_wait_for (peer, &peer->closed);
  g_assert_cmpstr (peer->reason, ==, "TLS: the server does not speak TLS");
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
  ADD ("tls/verified", DO_OPEN_TLS, test_verified);
  ADD ("tls/verified-address", DO_OPEN_TLS, test_verified_address);
  ADD ("tls/other-name", DO_OPEN_TLS, test_other_name);
  ADD ("tls/unknown-issuer", DO_OPEN_TLS, test_unknown_issuer);
  ADD ("tls/not-verified", DO_OPEN_TLS, test_not_verified);
  ADD ("tls/old-server", DO_OPEN_TLS, test_old_server);
  ADD ("tls/too-old-server", DO_OPEN_TLS, test_too_old_server);
  ADD ("tls/no-tls", DO_OPEN_TLS, test_no_tls);
  return g_test_run ();
}
