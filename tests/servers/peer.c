/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
count (Peer *peer, guint *counter)
{
  g_mutex_lock (&peer->lock);
  (*counter)++;
  g_cond_broadcast (&peer->changed);
  g_mutex_unlock (&peer->lock);
}

void
peer_wait_for (Peer *peer, guint *counter)
{
  g_mutex_lock (&peer->lock);
  while (*counter == 0)
    g_cond_wait (&peer->changed, &peer->lock);
  g_mutex_unlock (&peer->lock);
}

static void
flood (Peer *peer)
{
  static const char piece[10000] = { [0 ... 9999] = 'x' };

  while (peer->left > 0 && !connection_is_congested (peer->connection))
    {
      gsize length = MIN (peer->left, sizeof piece);
      connection_write (peer->connection, piece, length);
      peer->left -= length;
    }
  if (peer->left == 0)
    connection_finish (peer->connection);
}

static void
work_out (gpointer data)
{
  /* What a password's hash would be. */
}

static void
answer (gpointer data)
{
  Peer *peer = data;

  peer->is_waiting = FALSE;
  if (peer->connection == NULL)
    return;
  connection_write (peer->connection, "+OK\r\n", 5);
  connection_resume (peer->connection);
}

static gsize
answer_later (Peer *peer, const char *bytes, gsize length)
{
  const char *end = memchr (bytes, '\n', length);
  if (end == NULL || peer->is_waiting)
    return 0;

  peer->is_waiting = TRUE;
  connection_hold (peer->connection);
  worker_block (peer->worker, work_out, answer, peer);
  return end + 1 - bytes;
}

static gsize
start_tls (Peer *peer, const char *bytes, gsize length)
{
  const char *end = memchr (bytes, '\n', length);
  if (end == NULL)
    return 0;

  g_assert_false (connection_has_input (peer->connection));
  g_assert_null (connection_tls (peer->connection));
  peer->act = DO_ECHO;
  connection_write (peer->connection, "+OK\r\n", 5);
  connection_start_tls (peer->connection, peer->context);
  connection_write (peer->connection, "within\r\n", 8);
  connection_flush (peer->connection);
  return end + 1 - bytes;
}

static gsize
on_received (gpointer data, const char *bytes, gsize length)
{
  Peer *peer = data;
  const char *end;

  peer->most_offered = MAX (peer->most_offered, length);
  switch (peer->act)
    {
    case DO_ECHO:
      connection_write (peer->connection, bytes, length);
      return length;
    case DO_ECHO_LINES:
      end = memrchr (bytes, '\n', length);
      if (end == NULL)
        return 0;
      connection_write (peer->connection, bytes, end + 1 - bytes);
      return end + 1 - bytes;
    case DO_ANSWER_LATER:
      return answer_later (peer, bytes, length);
    case DO_NOTHING:
      count (peer, &peer->expired);
      return 0;
    case DO_COUNT:
      peer->taken += length;
      return length;
    case DO_FINISH:
      connection_write (peer->connection, "bye\r\n", 5);
      connection_finish (peer->connection);
      connection_finish (peer->connection);
      connection_write (peer->connection, "ignored\r\n", 9);
      connection_resume (peer->connection);
      return 0;
    case DO_PART:
      end = memchr (bytes, '\n', length);
      connection_write (peer->connection, "bye\r\n", 5);
      connection_part (peer->connection);
      return end == NULL ? 0 : end + 1 - bytes;
    case DO_ABORT:
      connection_write (peer->connection, "lost\r\n", 6);
      connection_abort (peer->connection);
      connection_abort (peer->connection);
      connection_finish (peer->connection);
      connection_write (peer->connection, "ignored\r\n", 9);
      connection_flush (peer->connection);
      return 0;
    case DO_FLOOD:
      flood (peer);
      return length;
    case DO_START_TLS:
      return start_tls (peer, bytes, length);
    case DO_OPEN_TLS:
      break;
    }
  g_assert_not_reached ();
}

static void
on_connected (gpointer data)
{
  Peer *peer = data;
  if (peer->act == DO_OPEN_TLS)
    {
      peer->act = DO_ECHO;
      connection_start_tls_client (peer->connection, peer->client_context, peer->host_name,
                                   peer->must_verify);
    }
  connection_write (peer->connection, "hello\r\n", 7);
  count (peer, &peer->connected);
}

static void
on_drained (gpointer data)
{
  Peer *peer = data;
  count (peer, &peer->drained);
  flood (peer);
}

static void
on_expired (gpointer data)
{
  Peer *peer = data;
  connection_write (peer->connection, "too late\r\n", 10);
  connection_finish (peer->connection);
  count (peer, &peer->expired);
}

static void
on_closed (gpointer data, const char *reason)
{
  Peer *peer = data;
  peer->connection = NULL;
  peer->reason = g_strdup (reason);
  count (peer, &peer->closed);
}

static void
on_secured (gpointer data)
{
  Peer *peer = data;
  peer->tls = g_strdup (connection_tls (peer->connection));
  peer->is_verified = connection_is_verified (peer->connection);
  count (peer, &peer->secured);
}

const ConnectionEvents PEER_EVENTS
    = { on_connected, on_received, on_drained, on_expired, on_closed, on_secured };

void
peer_set_up (Peer *peer, gconstpointer act)
{
  g_autoptr (GError) error = NULL;

  peer->worker = worker_new ("test", &error);
  g_assert_no_error (error);
  peer->act = GPOINTER_TO_INT (act) & ~WITH_TLS;
  peer->has_tls = (GPOINTER_TO_INT (act) & WITH_TLS) != 0;
  peer->context = tls_fixture_context (TLS_VERSION_1_2);
  peer->left = FLOOD_BYTES;
  peer->fd = -1;
  g_mutex_init (&peer->lock);
  g_cond_init (&peer->changed);
}

void
peer_tear_down (Peer *peer, gconstpointer act)
{
  if (peer->fd >= 0)
    close (peer->fd);
  SSL_free (peer->ssl);
  peer_wait_for (peer, &peer->closed);
  worker_free (peer->worker);
  tls_context_unref (peer->context);
  tls_context_unref (peer->client_context);
  g_free (peer->reason);
  g_free (peer->tls);
  g_cond_clear (&peer->changed);
  g_mutex_clear (&peer->lock);
}

/* --- The peer: blocking, in the test's thread --- */

int
peer_listen (guint16 *port)
{
  struct sockaddr_in address
      = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_no_errno (bind (fd, (struct sockaddr *) &address, length));
  g_assert_no_errno (listen (fd, 10));
  g_assert_no_errno (getsockname (fd, (struct sockaddr *) &address, &length));
  *port = ntohs (address.sin_port);
  return fd;
}

void
peer_make_connection (gpointer data)
{
  Peer *peer = data;
  peer->connection = connection_new (peer->worker, peer->fd, &PEER_EVENTS, peer);
  if (peer->has_tls)
    connection_start_tls (peer->connection, peer->context);
}

int
peer_connect_to (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
                                 .sin_port = htons (port) };
  int client = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_no_errno (connect (client, (struct sockaddr *) &address, sizeof address));
  return client;
}

void
peer_connect (Peer *peer)
{
  guint16 port;
  int listener = peer_listen (&port);
  int client = peer_connect_to (port);

  peer->fd = accept4 (listener, NULL, NULL, SOCK_NONBLOCK);
  g_assert_cmpint (peer->fd, >=, 0);
  close (listener);
  worker_call (peer->worker, peer_make_connection, peer);
  peer->fd = client;
  if (peer->has_tls)
    peer_secure (peer);
}

void
peer_secure (Peer *peer)
{
  peer->ssl = tls_fixture_client (peer->fd);
  g_assert_cmpint (SSL_do_handshake (peer->ssl), ==, 1);
}

gssize
peer_send (Peer *peer, const char *bytes, gsize length)
{
  if (peer->ssl != NULL)
    return SSL_write (peer->ssl, bytes, (int) length);

  return send (peer->fd, bytes, length, MSG_NOSIGNAL);
}

gssize
peer_receive (Peer *peer, char *bytes, gsize length)
{
  if (peer->ssl == NULL)
    return recv (peer->fd, bytes, length, 0);

  int result = SSL_read (peer->ssl, bytes, (int) length);
  if (result > 0)
    return result;
  return SSL_get_error (peer->ssl, result) == SSL_ERROR_ZERO_RETURN ? 0 : -1;
}

void
peer_say (Peer *peer, const char *text)
{
  g_assert_cmpint (peer_send (peer, text, strlen (text)), ==, strlen (text));
}

void
peer_end_input (Peer *peer)
{
  if (peer->ssl != NULL)
    SSL_shutdown (peer->ssl);
  g_assert_no_errno (shutdown (peer->fd, SHUT_WR));
}

void
peer_expect (Peer *peer, const char *text)
{
  g_autoptr (GString) got = g_string_new (NULL);
  char bytes[1000];

  while (got->len < strlen (text))
    {
      gssize length = peer_receive (peer, bytes, MIN (sizeof bytes, strlen (text) - got->len));
      g_assert_cmpint (length, >, 0);
      g_string_append_len (got, bytes, length);
    }
  g_assert_cmpstr (got->str, ==, text);
}

void
peer_expect_end (Peer *peer)
{
  char byte;
  g_assert_cmpint (peer_receive (peer, &byte, 1), ==, 0);
}

void
peer_close (Peer *peer)
{
  peer_end_input (peer);
  close (peer->fd);
  peer->fd = -1;
}
