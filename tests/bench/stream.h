/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/bench/loop.h"

#include <netinet/in.h>

/**
 * SECTION: stream
 *
 * A TCP connection in a loop. It stands first in the struct of a session, so that a session costs
 * no memory of its own at each connection. All zero is a stream that is closed.
 */
typedef struct _Stream Stream;

typedef struct
{
  /** All that came and was not taken. Returns how much is taken now, or STREAM_END to close it. */
  gsize (*received) (Stream *stream, char *bytes, gsize length);

  /** It is closed. @problem: an errno, 0: by the peer's end or by STREAM_END. The last call; the
   * stream may be freed, or connect again. */
  void (*over) (Stream *stream, int problem);
} StreamEvents;

#define STREAM_END G_MAXSIZE

struct _Stream
{
  LoopSource source; /* its descriptor; the first member */
  Loop *loop;
  const StreamEvents *events;
  char *input; /* (owned) the bytes that were not taken are at input + start */
  gsize capacity;
  gsize start;
  gsize length;
  GByteArray *output; /* (owned) (nullable) what the kernel did not take */
  gboolean is_held;
  gboolean is_silenced; /* held, and the loop has been told so */
};

/** An address and port, of IPv4 or IPv6. */
typedef struct
{
  union
  {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
  };
  socklen_t length;
} StreamAddress;

/** @host: in numbers. */
gboolean stream_address_parse (StreamAddress *address, const char *host, guint port);

/** Where connections come from: one address after the other, so that no port of one has to be used
 * again soon. */
typedef struct
{
  StreamAddress address; /* the one whose turn it was */
  guint n;               /* addresses in all; 0: the system chooses */
  guint turn;
} StreamSources;

/** @text: an address in numbers, or a network of IPv4 such as 127.0.1.0/24, at most /8 */
gboolean stream_sources_parse (StreamSources *sources, const char *text);

/** Returns: (transfer none) (nullable): the next one, for stream_connect() */
const StreamAddress *stream_sources_next (StreamSources *sources);

/** Listens with SO_REUSEPORT, so that each thread has a socket of its own. Returns: (transfer full):
 * -1 with errno */
int stream_address_listen (const StreamAddress *address);

/** Connects, from @source if that is not %NULL. Returns: 0, or an errno, when it can't even try. */
int
stream_connect (Stream *stream, Loop *loop, const StreamAddress *to, const StreamAddress *source);

/** @fd: (transfer full): a connected socket */
void stream_accept (Stream *stream, Loop *loop, int fd);

/** Sends @bytes, in one write where the kernel takes them. That it failed is told at the next
 * reading. */
void stream_write (Stream *stream, const char *bytes, gsize length);

/** Until stream_release(), the bytes that were offered stay where they are, and nothing is read. */
void stream_hold (Stream *stream);

/** Takes @taken bytes, and offers the rest. Not from received(). */
void stream_release (Stream *stream, gsize taken);

/** Frees what the closed stream keeps from one connection to the next. */
void stream_clear (Stream *stream);
