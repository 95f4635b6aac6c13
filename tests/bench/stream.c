/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/stream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* Holds a message of the usual 10 KB; grows where more waits. */
#define INPUT_MIN 16384

#define LISTEN_BACKLOG 4096

gboolean
stream_address_parse (StreamAddress *address, const char *host, guint port)
{
  *address = (StreamAddress){ 0 };
  if (port <= G_MAXUINT16 && inet_pton (AF_INET, host, &address->v4.sin_addr) == 1)
    {
      address->v4.sin_family = AF_INET;
      address->v4.sin_port = htons (port);
      address->length = sizeof address->v4;
    }
  else if (port <= G_MAXUINT16 && inet_pton (AF_INET6, host, &address->v6.sin6_addr) == 1)
    {
      address->v6.sin6_family = AF_INET6;
      address->v6.sin6_port = htons (port);
      address->length = sizeof address->v6;
    }
  return address->length > 0;
}

gboolean
stream_sources_parse (StreamSources *sources, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", 2);
  guint64 prefix = 32;
  *sources = (StreamSources){ .n = 1 };
  if (!parts[0] || !stream_address_parse (&sources->address, parts[0], 0))
    return FALSE;
  if (!parts[1])
    return TRUE;
  if (sources->address.any.sa_family != AF_INET
      || !g_ascii_string_to_unsigned (parts[1], 10, 8, 32, &prefix, NULL))
    return FALSE;
  sources->n = 1u << (32 - prefix);
  return TRUE;
}

const StreamAddress *
stream_sources_next (StreamSources *sources)
{
  if (sources->n == 0)
    return NULL;
  if (sources->n > 1)
    {
      guint32 mask = sources->n - 1;
      guint32 first = ntohl (sources->address.v4.sin_addr.s_addr) & ~mask;
      sources->address.v4.sin_addr.s_addr = htonl (first | (sources->turn++ & mask));
    }
  return &sources->address;
}

int
stream_address_listen (const StreamAddress *address)
{
  int one = 1;
  int fd = socket (address->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return -1;
  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  setsockopt (fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
  if (bind (fd, &address->any, address->length) == 0 && listen (fd, LISTEN_BACKLOG) == 0)
    return fd;
  int problem = errno;
  close (fd);
  errno = problem;
  return -1;
}

static void
finish (Stream *stream, int problem)
{
  close (stream->source.fd);
  stream->source.fd = -1;
  stream->start = 0;
  stream->length = 0;
  stream->is_held = FALSE;
  stream->is_silenced = FALSE;
  g_clear_pointer (&stream->output, g_byte_array_unref);
  stream->events->over (stream, problem);
}

static void
take (Stream *stream, gsize length)
{
  stream->start += length;
  stream->length -= length;
  if (stream->length == 0)
    stream->start = 0;
}

static void
offer (Stream *stream)
{
  gsize taken = stream->events->received (stream, stream->input + stream->start, stream->length);
  if (taken == STREAM_END)
    finish (stream, 0);
  else
    take (stream, taken);
}

static void
make_room (Stream *stream)
{
  if (stream->start + stream->length < stream->capacity)
    return;
  if (stream->start > 0)
    memmove (stream->input, stream->input + stream->start, stream->length);
  stream->start = 0;
  if (stream->length < stream->capacity)
    return;
  stream->capacity = MAX (INPUT_MIN, 2 * stream->capacity);
  stream->input = g_realloc (stream->input, stream->capacity);
}

/* Tells the loop what is waited for. */
static void
watch (Stream *stream)
{
  loop_change (stream->loop, &stream->source,
               (stream->is_silenced ? 0 : EPOLLIN) | (stream->output ? EPOLLOUT : 0));
}

static void
flush (Stream *stream)
{
  gssize sent = send (stream->source.fd, stream->output->data, stream->output->len, MSG_NOSIGNAL);
  if (sent > 0)
    g_byte_array_remove_range (stream->output, 0, sent);
  if (stream->output->len > 0 && (sent >= 0 || errno == EAGAIN))
    return;
  g_clear_pointer (&stream->output, g_byte_array_unref);
  watch (stream);
}

static void
ready (LoopSource *source, guint32 events)
{
  Stream *stream = (Stream *) source;
  if ((events & EPOLLOUT) && stream->output)
    flush (stream);
  if (!(events & ~EPOLLOUT))
    return;
  if (stream->is_held)
    {
      stream->is_silenced = TRUE;
      watch (stream);
      return;
    }
  make_room (stream);
  gsize end = stream->start + stream->length;
  gssize n = recv (source->fd, stream->input + end, stream->capacity - end, 0);
  if (n <= 0)
    {
      if (n == 0 || (errno != EAGAIN && errno != EINTR))
        finish (stream, n == 0 ? 0 : errno);
      return;
    }
  stream->length += n;
  offer (stream);
}

static void
start (Stream *stream, Loop *loop, int fd)
{
  int one = 1;
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  stream->source = (LoopSource){ .fd = fd, .ready = ready };
  stream->loop = loop;
}

int
stream_connect (Stream *stream, Loop *loop, const StreamAddress *to, const StreamAddress *source)
{
  int one = 1;
  int fd = socket (to->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return errno;
  if (source)
    setsockopt (fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  if ((source && bind (fd, &source->any, source->length) < 0)
      || (connect (fd, &to->any, to->length) < 0 && errno != EINPROGRESS))
    {
      int problem = errno;
      close (fd);
      return problem;
    }
  start (stream, loop, fd);
  loop_add (loop, &stream->source, EPOLLIN);
  return 0;
}

void
stream_accept (Stream *stream, Loop *loop, int fd)
{
  start (stream, loop, fd);
  loop_add (loop, &stream->source, EPOLLIN);
}

void
stream_write (Stream *stream, const char *bytes, gsize length)
{
  gssize sent = 0;
  if (!stream->output)
    sent = send (stream->source.fd, bytes, length, MSG_NOSIGNAL);
  if (sent == (gssize) length || (sent < 0 && errno != EAGAIN))
    return;
  sent = MAX (sent, 0);
  if (!stream->output)
    {
      stream->output = g_byte_array_new ();
      watch (stream);
    }
  g_byte_array_append (stream->output, (const guint8 *) bytes + sent, length - sent);
}

void
stream_hold (Stream *stream)
{
  stream->is_held = TRUE;
}

void
stream_release (Stream *stream, gsize taken)
{
  stream->is_held = FALSE;
  take (stream, taken);
  if (stream->is_silenced)
    {
      stream->is_silenced = FALSE;
      watch (stream);
    }
  if (stream->length > 0)
    offer (stream);
}

void
stream_clear (Stream *stream)
{
  g_clear_pointer (&stream->input, g_free);
  stream->capacity = 0;
}
