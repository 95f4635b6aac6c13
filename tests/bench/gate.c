/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/gate.h"

#include <sys/epoll.h>
#include <unistd.h>

/* So many come in before those who are in go on. */
#define AT_ONCE 16

static void
ready (LoopSource *source, guint32 events)
{
  Gate *gate = (Gate *) source;
  for (int i = 0; i < AT_ONCE; i++)
    {
      int fd = accept4 (source->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0)
        return;
      gate->came (fd, gate->user);
    }
}

gboolean
gate_open (Gate *gate, Loop *loop, const StreamAddress *address)
{
  gate->source = (LoopSource){ .fd = stream_address_listen (address), .ready = ready };
  if (gate->source.fd < 0)
    return FALSE;
  loop_add (loop, &gate->source, EPOLLIN);
  return TRUE;
}

void
gate_close (Gate *gate)
{
  close (gate->source.fd);
  gate->source.fd = -1;
}
