/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What TLS adds to a connection; test-connection has what holds in clear, too. */

#include "peer.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
expect_reason (Peer *peer, const char *reason)
{
  peer_wait_for (peer, &peer->closed);
  g_assert_cmpstr (peer->reason, ==, reason);
}

/* What is written from connection_start_tls() on goes within TLS. */
static void
test_start (Peer *peer, gconstpointer act)
{
  peer_connect (peer);
  peer_say (peer, "STARTTLS\r\n");
  peer_expect (peer, "+OK\r\n");
  peer_secure (peer);
  peer_expect (peer, "within\r\n");
  peer_wait_for (peer, &peer->secured);
  g_assert_cmpstr (peer->tls, ==, "TLSv1.3 TLS_AES_256_GCM_SHA384");
  peer_say (peer, "hello");
  peer_expect (peer, "hello");
  peer_close (peer);
  expect_reason (peer, "connection closed by the peer");
  g_assert_cmpuint (peer->secured, ==, 1);
}

/* What came in clear behind the command is not taken into TLS (RFC 3207, section 6). */
static void
test_injection (Peer *peer, gconstpointer act)
{
  peer_connect (peer);
  peer_say (peer, "STARTTLS\r\nRCPT TO:<all@example.org>\r\n");
  peer_expect (peer, "+OK\r\n");
  expect_reason (peer, "TLS: the peer went on in clear after it was to start");
  g_assert_cmpuint (peer->secured, ==, 0);
  g_assert_cmpuint (peer->most_offered, >, 0);
}

/* The same when it comes later, and lies in the kernel. */
static void
test_clear_text (Peer *peer, gconstpointer act)
{
  peer_connect (peer);
  peer_say (peer, "STARTTLS\r\n");
  peer_expect (peer, "+OK\r\n");
  peer_say (peer, "RCPT TO:<all@example.org>\r\n");
  expect_reason (peer, "TLS: the client does not speak TLS");
  g_assert_cmpuint (peer->secured, ==, 0);
}

static void
test_http (Peer *peer, gconstpointer act)
{
  peer_connect (peer);
  peer_say (peer, "STARTTLS\r\n");
  peer_expect (peer, "+OK\r\n");
  peer_say (peer, "GET / HTTP/1.1\r\n\r\n");
  expect_reason (peer, "TLS: the client speaks HTTP");
}

static void
begin_tls (Peer *peer)
{
  peer_connect (peer);
  peer_say (peer, "STARTTLS\r\n");
  peer_expect (peer, "+OK\r\n");
  peer->ssl = tls_fixture_client (peer->fd);
}

static void
test_old_version (Peer *peer, gconstpointer act)
{
  begin_tls (peer);
  SSL_set_max_proto_version (peer->ssl, TLS1_1_VERSION);
  g_assert_cmpint (SSL_do_handshake (peer->ssl), <=, 0);
  expect_reason (peer, "TLS: the client has no version in common: it offers TLSv1.1");
}

static void
test_no_cipher (Peer *peer, gconstpointer act)
{
  begin_tls (peer);
  SSL_set_max_proto_version (peer->ssl, TLS1_2_VERSION);
  g_assert_cmpint (SSL_set_cipher_list (peer->ssl, "AES128-SHA"), ==, 1);
  g_assert_cmpint (SSL_do_handshake (peer->ssl), <=, 0);
  expect_reason (peer, "TLS: the client has no cipher in common");
}

/* A client that looks at certificates, and does not like ours. */
static void
test_no_trust (Peer *peer, gconstpointer act)
{
  begin_tls (peer);
  SSL_set_verify (peer->ssl, SSL_VERIFY_PEER, NULL);
  g_assert_cmpint (SSL_do_handshake (peer->ssl), <=, 0);
  expect_reason (peer, "TLS: the client does not know who issued our certificate");
}

static void
test_closed_in_handshake (Peer *peer, gconstpointer act)
{
  begin_tls (peer);
  close (peer->fd);
  peer->fd = -1;
  expect_reason (peer, "TLS: connection closed by the peer within the handshake");
}

static void
set_deadline (gpointer data)
{
  Peer *peer = data;
  connection_set_deadline (peer->connection, 1);
}

/* The deadline holds, and no word in clear gets between the peer and TLS. */
static void
test_silent_in_handshake (Peer *peer, gconstpointer act)
{
  begin_tls (peer);
  worker_call (peer->worker, set_deadline, peer);
  SSL_free (peer->ssl);
  peer->ssl = NULL;
  peer_expect_end (peer);
  peer_close (peer);
  expect_reason (peer, NULL);
  g_assert_cmpuint (peer->expired, ==, 1);
}

/* Without an announced end, what came may not be all. */
static void
test_cut_off (Peer *peer, gconstpointer act)
{
  peer_connect (peer);
  peer_say (peer, "hello");
  peer_expect (peer, "hello");
  g_assert_no_errno (shutdown (peer->fd, SHUT_WR));
  expect_reason (peer, "TLS: connection cut off by the peer, without an end");
}

/* An announced end, and the socket stays open: what was said is answered, and the end comes. */
static void
test_end_announced (Peer *peer, gconstpointer act)
{
  peer_connect (peer);
  peer_say (peer, "1\r\n2\r\n3\r\n");
  SSL_shutdown (peer->ssl);
  peer_expect (peer, "+OK\r\n+OK\r\n+OK\r\n");
  peer_expect_end (peer);
  expect_reason (peer, "connection closed by the peer");
}

static void
test_new_keys (Peer *peer, gconstpointer act)
{
  peer_connect (peer);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpint (SSL_key_update (peer->ssl, SSL_KEY_UPDATE_REQUESTED), ==, 1);
      peer_say (peer, "hello");
      peer_expect (peer, "hello");
    }
}

/* Each costs us more than the client, and TLS 1.3 knows no refusal. */
static void
test_new_keys_for_ever (Peer *peer, gconstpointer act)
{
  peer_connect (peer);
  peer_say (peer, "hello");
  peer_expect (peer, "hello");
  while (SSL_key_update (peer->ssl, SSL_KEY_UPDATE_NOT_REQUESTED) == 1
         && SSL_do_handshake (peer->ssl) == 1)
    ;
  expect_reason (peer, "TLS: the peer goes on and on without a byte of data");
}

/* It would let a client make us work without end (RFC 9325, section 3.5). */
static void
test_no_renegotiation (Peer *peer, gconstpointer act)
{
  begin_tls (peer);
  SSL_set_max_proto_version (peer->ssl, TLS1_2_VERSION);
  g_assert_cmpint (SSL_do_handshake (peer->ssl), ==, 1);
  peer_expect (peer, "within\r\n");
  g_assert_cmpint (SSL_renegotiate (peer->ssl), ==, 1);
  g_assert_cmpint (SSL_do_handshake (peer->ssl), <=, 0);
  peer_wait_for (peer, &peer->closed);
}

static void
test_resumption (Peer *peer, gconstpointer act)
{
  peer_connect (peer);
  peer_say (peer, "hello");
  peer_expect (peer, "hello");
  SSL_SESSION *session = SSL_get1_session (peer->ssl);
  g_assert_true (SSL_SESSION_is_resumable (session));
  peer_close (peer);
  peer_wait_for (peer, &peer->closed);
  SSL_free (peer->ssl);
  peer->ssl = NULL;
  peer->closed = 0;
  g_clear_pointer (&peer->reason, g_free);
  g_clear_pointer (&peer->tls, g_free);

  peer->has_tls = FALSE;
  peer->act = DO_START_TLS;
  begin_tls (peer);
  SSL_set_session (peer->ssl, session);
  SSL_SESSION_free (session);
  g_assert_cmpint (SSL_do_handshake (peer->ssl), ==, 1);
  g_assert_true (SSL_session_reused (peer->ssl));
}

/* A handshake that comes a byte at a time. */
static void
test_slow_handshake (Peer *peer, gconstpointer act)
{
  char bytes[8192];
  int length;

  begin_tls (peer);
  BIO *in = BIO_new (BIO_s_mem ());
  BIO *out = BIO_new (BIO_s_mem ());
  SSL_set_bio (peer->ssl, in, out);
  while (SSL_do_handshake (peer->ssl) != 1)
    {
      while ((length = BIO_read (out, bytes, 1)) > 0)
        g_assert_cmpint (send (peer->fd, bytes, 1, MSG_NOSIGNAL), ==, 1);
      length = (int) recv (peer->fd, bytes, sizeof bytes, 0);
      g_assert_cmpint (length, >, 0);
      BIO_write (in, bytes, length);
    }
  while ((length = BIO_read (out, bytes, 1)) > 0)
    g_assert_cmpint (send (peer->fd, bytes, 1, MSG_NOSIGNAL), ==, 1);
  peer_wait_for (peer, &peer->secured);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, act, function)                                                                   \
  g_test_add ("/connection-tls/" name, Peer, GINT_TO_POINTER (act), peer_set_up, function,         \
              peer_tear_down)
  ADD ("start", DO_START_TLS, test_start);
  ADD ("injection", DO_START_TLS, test_injection);
  ADD ("clear-text", DO_START_TLS, test_clear_text);
  ADD ("http", DO_START_TLS, test_http);
  ADD ("old-version", DO_START_TLS, test_old_version);
  ADD ("no-cipher", DO_START_TLS, test_no_cipher);
  ADD ("no-trust", DO_START_TLS, test_no_trust);
  ADD ("closed-in-handshake", DO_START_TLS, test_closed_in_handshake);
  ADD ("silent-in-handshake", DO_START_TLS, test_silent_in_handshake);
  ADD ("cut-off", DO_ECHO | WITH_TLS, test_cut_off);
  ADD ("end-announced", DO_ANSWER_LATER | WITH_TLS, test_end_announced);
  ADD ("new-keys", DO_ECHO | WITH_TLS, test_new_keys);
  ADD ("new-keys-for-ever", DO_ECHO | WITH_TLS, test_new_keys_for_ever);
  ADD ("no-renegotiation", DO_START_TLS, test_no_renegotiation);
  ADD ("resumption", DO_ECHO | WITH_TLS, test_resumption);
  ADD ("slow-handshake", DO_START_TLS, test_slow_handshake);
  return g_test_run ();
}
