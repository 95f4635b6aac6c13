/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/listening-socket.h"

#include "servers/net/inherited-socket.h"
#include "servers/net/socket-address.h"

#include <errno.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#define BACKLOG 4096

/* So many clients are taken before others of the worker have their turn. */
#define ACCEPTS_A_TURN 64

/* With no descriptor left, the next try is made so much later: by then a session may have ended. */
#define PAUSE_MS 200

struct _ListeningSocket
{
  Endpoint endpoint;
  int fd;
  Worker *worker; /* (unowned) (nullable) NULL until it is started */
  ListenerAccept accept;
  gpointer user;
  int door; /* atomic */
  Watch watch;
  Deadline pause;
  gboolean is_short; /* of descriptors or memory; said once in the log */
};

static void
set_error (GError **error, const Endpoint *endpoint, int problem)
{
  char text[ENDPOINT_TEXT_MAX];

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (problem), "cannot listen on %s: %s",
               endpoint_to_string (endpoint, text), g_strerror (problem));
}

static const IpAddress *
address_of (const Endpoint *endpoint, ListeningFamily family)
{
  static const IpAddress any_ipv4 = { { [10] = 0xff, [11] = 0xff } };
  static const IpAddress any_ipv6 = { { 0 } };

  switch (family)
    {
    case LISTENING_IPV4:
      return &any_ipv4;
    case LISTENING_IPV6:
      return &any_ipv6;
    default:
      return &endpoint->address;
    }
}

/* What is accepted inherits TCP_NODELAY: replies are written whole, and must not wait for more. */
static void
write_at_once (int fd)
{
  static const int on = 1;

  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* Returns a bound socket, or the negative errno. */
static int
bind_socket (const Endpoint *endpoint, ListeningFamily family, gboolean reuse_port)
{
  static const int on = 1;
  struct sockaddr_storage kernel;
  socklen_t length
      = socket_address_from_ip (address_of (endpoint, family), endpoint->port, &kernel);

  int fd = socket (kernel.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return -errno;

  write_at_once (fd);
  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (kernel.ss_family == AF_INET6)
    setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);

  if ((reuse_port && setsockopt (fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0)
      || bind (fd, (struct sockaddr *) &kernel, length) != 0)
    {
      int problem = errno;
      close (fd);
      return -problem;
    }

  return fd;
}

gboolean
listening_socket_has_ipv6 (void)
{
  static const Endpoint any_port = { .any_address = TRUE };

  int fd = bind_socket (&any_port, LISTENING_IPV6, FALSE);
  if (fd < 0)
    return FALSE;

  close (fd);
  return TRUE;
}

static gboolean
probe_family (const Endpoint *endpoint, ListeningFamily family, GError **error)
{
  if (inherited_socket_exists (address_of (endpoint, family), endpoint->port))
    return TRUE;

  int fd = bind_socket (endpoint, family, FALSE);
  if (fd < 0)
    {
      set_error (error, endpoint, -fd);
      return FALSE;
    }

  close (fd);
  return TRUE;
}

gboolean
listening_socket_probe (const Endpoint *endpoint, GError **error)
{
  if (!endpoint->any_address)
    return probe_family (endpoint, LISTENING_OF_ADDRESS, error);

  return inherited_socket_is_dual (endpoint->port)
         || ((!listening_socket_has_ipv6 () || probe_family (endpoint, LISTENING_IPV6, error))
             && probe_family (endpoint, LISTENING_IPV4, error));
}

ListeningSocket *
listening_socket_bind (const Endpoint *endpoint, ListeningFamily family, GError **error)
{
  int fd = inherited_socket_open (address_of (endpoint, family), endpoint->port);
  if (fd >= 0)
    write_at_once (fd);
  else
    fd = bind_socket (endpoint, family, TRUE);
  if (fd < 0)
    {
      set_error (error, endpoint, -fd);
      return NULL;
    }

  struct sockaddr_storage kernel;
  socklen_t length = sizeof kernel;
  IpAddress address;
  ListeningSocket *socket = g_new0 (ListeningSocket, 1);
  socket->endpoint = *endpoint;
  socket->fd = fd;
  if (getsockname (fd, (struct sockaddr *) &kernel, &length) != 0
      || !socket_address_to_ip (&kernel, &address, &socket->endpoint.port))
    g_error ("a bound socket has no address");

  return socket;
}

guint16
listening_socket_port (ListeningSocket *socket)
{
  return socket->endpoint.port;
}

gboolean
listening_socket_listen (ListeningSocket *socket, GError **error)
{
  if (listen (socket->fd, BACKLOG) == 0)
    return TRUE;

  set_error (error, &socket->endpoint, errno);
  return FALSE;
}

static void
on_pause_end (gpointer data)
{
  ListeningSocket *socket = data;
  poller_set (&socket->watch, WATCH_READ);
}

/* Clients stay in the kernel's queue meanwhile; to try again at once would spin. */
static void
take_pause (ListeningSocket *socket, int problem)
{
  char text[ENDPOINT_TEXT_MAX];

  if (!socket->is_short)
    g_warning ("listener: clients wait at %s: %s", endpoint_to_string (&socket->endpoint, text),
               g_strerror (problem));
  socket->is_short = TRUE;
  poller_set (&socket->watch, 0);
  deadline_set (&socket->pause, PAUSE_MS);
}

static void
on_readable (gpointer data, guint events)
{
  ListeningSocket *socket = data;

  for (int i = 0; i < ACCEPTS_A_TURN; i++)
    {
      int fd = accept4 (socket->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd >= 0)
        {
          socket->is_short = FALSE;
          socket->accept (socket->user, socket->worker, fd, g_atomic_int_get (&socket->door));
        }
      else if (errno == EAGAIN || errno == EWOULDBLOCK)
        {
          return;
        }
      else if (errno != EINTR && errno != ECONNABORTED && errno != EPROTO && errno != EPERM)
        {
          take_pause (socket, errno);
          return;
        }
    }
}

void
listening_socket_set_door (ListeningSocket *socket, guint door)
{
  g_atomic_int_set (&socket->door, door);
}

static void
start_here (gpointer data)
{
  ListeningSocket *socket = data;

  deadline_init (&socket->pause, worker_deadlines (socket->worker), on_pause_end, socket);
  poller_begin (&socket->watch, worker_poller (socket->worker), socket->fd, on_readable, socket);
  poller_set (&socket->watch, WATCH_READ);
}

void
listening_socket_start (ListeningSocket *socket,
                        Worker *worker,
                        ListenerAccept accept,
                        gpointer user)
{
  socket->worker = worker;
  socket->accept = accept;
  socket->user = user;
  worker_call (worker, start_here, socket);
}

static void
stop_here (gpointer data)
{
  ListeningSocket *socket = data;

  deadline_clear (&socket->pause);
  poller_end (&socket->watch);
}

void
listening_socket_free (ListeningSocket *socket)
{
  if (socket->worker != NULL)
    worker_call (socket->worker, stop_here, socket);
  close (socket->fd);
  g_free (socket);
}
