/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/transport.h"

#include "servers/net/poller.h"
#include "servers/net/socket-address.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

static gssize
count_or_errno (gssize count)
{
  if (count >= 0)
    return count;

  return errno == EWOULDBLOCK || errno == EINTR ? -EAGAIN : -errno;
}

static const char *
get_local_address (Transport *transport)
{
  struct sockaddr_storage kernel;
  socklen_t length = sizeof kernel;
  guint16 port;

  if (getsockname (transport->fd, (struct sockaddr *) &kernel, &length) != 0
      || !socket_address_to_ip (&kernel, &transport->local_address, &port))
    return "not a TCP connection";

  return NULL;
}

const char *
transport_take (Transport *transport, int fd)
{
  struct sockaddr_storage kernel;
  socklen_t length = sizeof kernel;

  transport->fd = fd;
  if (getpeername (fd, (struct sockaddr *) &kernel, &length) != 0)
    return g_strerror (errno);
  if (!socket_address_to_ip (&kernel, &transport->peer_address, &transport->peer_port))
    return "not a TCP connection";

  return get_local_address (transport);
}

/* Returns: (nullable): why the connection can't come from there. The port is chosen only at the
 * connect, which knows both ends: so no port is used up that another peer could share. */
static const char *
bind_to (int fd, const IpAddress *local)
{
  static const int on = 1;
  struct sockaddr_storage kernel;
  socklen_t length = socket_address_from_ip (local, 0, &kernel);

  setsockopt (fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  return bind (fd, (struct sockaddr *) &kernel, length) != 0 ? g_strerror (errno) : NULL;
}

const char *
transport_connect (Transport *transport,
                   const IpAddress *address,
                   guint16 port,
                   const IpAddress *local)
{
  static const int on = 1;
  struct sockaddr_storage kernel;
  socklen_t length = socket_address_from_ip (address, port, &kernel);

  transport->peer_address = *address;
  transport->peer_port = port;
  transport->fd = socket (kernel.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (transport->fd < 0)
    return g_strerror (errno);

  const char *problem = local != NULL ? bind_to (transport->fd, local) : NULL;
  if (problem != NULL)
    return problem;

  /* Commands are gathered and written whole, and must not wait for more. */
  setsockopt (transport->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect (transport->fd, (struct sockaddr *) &kernel, length) != 0 && errno != EINPROGRESS)
    return g_strerror (errno);

  return NULL;
}

const char *
transport_finish_connect (Transport *transport)
{
  int problem = 0;
  socklen_t length = sizeof problem;

  if (getsockopt (transport->fd, SOL_SOCKET, SO_ERROR, &problem, &length) != 0)
    problem = errno;
  if (problem != 0)
    return g_strerror (problem);

  return get_local_address (transport);
}

void
transport_secure (Transport *transport, TlsStream *tls)
{
  transport->tls = tls;
}

void
transport_unsecure (Transport *transport)
{
  g_clear_pointer (&transport->tls, tls_stream_free);
}

int
transport_handshake (Transport *transport)
{
  return tls_stream_handshake (transport->tls);
}

gssize
transport_read (Transport *transport, char *bytes, gsize length)
{
  if (transport->tls != NULL)
    return tls_stream_read (transport->tls, bytes, length);

  return count_or_errno (recv (transport->fd, bytes, length, 0));
}

gssize
transport_write (Transport *transport, const char *bytes, gsize length, gboolean end_follows)
{
  if (transport->tls != NULL)
    return tls_stream_write (transport->tls, bytes, length);

  return count_or_errno (
      send (transport->fd, bytes, length, MSG_NOSIGNAL | (end_follows ? MSG_MORE : 0)));
}

int
transport_end_last_output (Transport *transport)
{
  return transport->tls != NULL ? tls_stream_end_output (transport->tls) : 0;
}

int
transport_end_output (Transport *transport)
{
  if (transport_end_last_output (transport) == -EAGAIN)
    return -EAGAIN;

  shutdown (transport->fd, SHUT_WR);
  return 0;
}

gboolean
transport_has_pending (Transport *transport)
{
  return transport->tls != NULL && tls_stream_has_pending (transport->tls);
}

guint
transport_reading_event (Transport *transport)
{
  gboolean needs_output
      = transport->tls != NULL && tls_stream_reading_needs_output (transport->tls);

  return needs_output ? WATCH_WRITE : WATCH_READ;
}

guint
transport_writing_event (Transport *transport)
{
  gboolean needs_input = transport->tls != NULL && tls_stream_writing_needs_input (transport->tls);

  return needs_input ? WATCH_READ : WATCH_WRITE;
}

const char *
transport_problem (Transport *transport, gssize result)
{
  const char *problem = transport->tls != NULL ? tls_stream_problem (transport->tls) : NULL;

  return problem != NULL ? problem : g_strerror ((int) -result);
}

void
transport_close (Transport *transport)
{
  transport_unsecure (transport);
  if (transport->fd >= 0)
    close (transport->fd);
  transport->fd = -1;
}
