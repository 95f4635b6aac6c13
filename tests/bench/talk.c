/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/talk.h"

#include "tests/bench/reply.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define SAYING_MAX 1024

gboolean
talk_open (Talk *talk, const StreamAddress *to, const StreamAddress *source)
{
  int one = 1;
  const struct timeval patience = { .tv_sec = LOOP_PATIENCE_SECONDS };
  talk->tls = NULL;
  talk->length = 0;
  talk->fd = socket (to->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (talk->fd < 0)
    return FALSE;
  setsockopt (talk->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt (talk->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  setsockopt (talk->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if ((!source || bind (talk->fd, &source->any, source->length) == 0)
      && connect (talk->fd, &to->any, to->length) == 0)
    return TRUE;
  int problem = errno;
  close (talk->fd);
  errno = problem;
  return FALSE;
}

void
talk_say (Talk *talk, const char *format, ...)
{
  char text[SAYING_MAX];
  va_list arguments;
  va_start (arguments, format);
  int length = vsnprintf (text, sizeof text, format, arguments);
  va_end (arguments);
  g_assert (length < SAYING_MAX);
  gssize sent = talk->tls ? SSL_write (talk->tls, text, length)
                          : send (talk->fd, text, length, MSG_NOSIGNAL);
  if (sent != length)
    shutdown (talk->fd, SHUT_RDWR);
}

static gboolean
read_more (Talk *talk)
{
  gsize room = sizeof talk->input - talk->length;
  char *end = talk->input + talk->length;
  gssize n = room == 0   ? 0
             : talk->tls ? SSL_read (talk->tls, end, room)
                         : recv (talk->fd, end, room, 0);
  talk->length += MAX (n, 0);
  return n > 0;
}

static void
take (Talk *talk, gsize length)
{
  talk->length -= length;
  memmove (talk->input, talk->input + length, talk->length);
}

int
talk_hear (Talk *talk)
{
  gsize taken = 0;
  int code;
  while ((code = reply_next (talk->input, talk->length, &taken)) == 0)
    if (!read_more (talk))
      return -1;
  if (code > 0)
    take (talk, taken);
  return code;
}

gboolean
talk_hear_ok (Talk *talk)
{
  const char *end;
  while (!(end = memchr (talk->input, '\n', talk->length)))
    if (!read_more (talk))
      return FALSE;
  gboolean is_ok = talk->input[0] == '+';
  take (talk, end + 1 - talk->input);
  return is_ok;
}

gboolean
talk_secure (Talk *talk, SSL_CTX *context)
{
  talk->tls = SSL_new (context);
  SSL_set_fd (talk->tls, talk->fd);
  return SSL_connect (talk->tls) == 1;
}

int
talk_leave_open (Talk *talk)
{
  int fd = talk->fd;
  g_clear_pointer (&talk->tls, SSL_free);
  talk->fd = -1;
  return fd;
}

void
talk_close (Talk *talk)
{
  close (talk_leave_open (talk));
}
