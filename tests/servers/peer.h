/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/connection.h"
#include "tests/servers/tls-fixture.h"

/**
 * SECTION: peer
 *
 * Both ends of a connection under test: the user of the Connection, in a worker's thread, and the
 * other end, a blocking socket in the test's thread, plain or with OpenSSL on it.
 */

/* What the user of the connection does when bytes come. */
typedef enum
{
  DO_ECHO,         /* takes all and sends it back */
  DO_ECHO_LINES,   /* the same for whole lines; what has no end stays */
  DO_ANSWER_LATER, /* takes a line; the answer comes from the thread pool */
  DO_NOTHING,      /* takes nothing */
  DO_COUNT,        /* takes all and counts it in Peer.taken */
  DO_FINISH,       /* says goodbye */
  DO_PART,         /* takes a line, says goodbye and parts */
  DO_ABORT,        /* leaves at once, after a word that is lost */
  DO_FLOOD,        /* sends FLOOD_BYTES, a piece at a time while it is not congested */
  DO_START_TLS,    /* takes a line, says "+OK" and starts TLS; then as DO_ECHO */
  DO_OPEN_TLS,     /* starts TLS as the client, and says hello; then as DO_ECHO */
} Act;

/* Beside an #Act: TLS from the first byte. */
#define WITH_TLS 0x100

#define FLOOD_BYTES (8 * 1024 * 1024)

typedef struct
{
  Worker *worker;
  Connection *connection; /* (unowned) (nullable) until it is closed */
  Act act;
  gboolean has_tls;           /* from the first byte */
  TlsContext *context;        /* (owned) for TLS, as the server */
  TlsContext *client_context; /* (owned) (nullable) the same, as the client */
  const char *host_name;      /* as the client */
  gboolean must_verify;       /* as the client */
  gboolean is_verified;       /* at the end of the handshake */
  int fd;
  SSL *ssl; /* (owned) (nullable) on fd: then what is said and expected goes through it */
  guint16 port;
  gsize left;          /* of the flood */
  gboolean is_waiting; /* for an answer from the thread pool */

  GMutex lock;
  GCond changed;
  guint connected, secured, drained, expired, closed;
  gsize most_offered;
  gsize taken;
  char *reason;
  char *tls; /* what connection_tls() said at the end of the handshake */
} Peer;

extern const ConnectionEvents PEER_EVENTS;

/** For g_test_add(): @act is an #Act in a pointer, maybe WITH_TLS. The end waits for closed(). */
void peer_set_up (Peer *peer, gconstpointer act);
void peer_tear_down (Peer *peer, gconstpointer act);

/** Waits until @counter, one of @peer's, is not 0. */
void peer_wait_for (Peer *peer, guint *counter);

/** Returns a socket that listens on 127.0.0.1. */
int peer_listen (guint16 *port);

/** Returns a socket that is connected to 127.0.0.1. */
int peer_connect_to (guint16 port);

/** Connects to a connection of the worker's; peer->fd is our end. */
void peer_connect (Peer *peer);

/** Makes a connection of peer->fd, which belongs to it then. In the worker's thread; data is the #Peer. */
void peer_make_connection (gpointer data);

/** Begins TLS at our end, and does the handshake. */
void peer_secure (Peer *peer);

/** As send() and recv(), blocking. */
gssize peer_send (Peer *peer, const char *bytes, gsize length);
gssize peer_receive (Peer *peer, char *bytes, gsize length);

void peer_say (Peer *peer, const char *text);
void peer_end_input (Peer *peer);

/** Reads @text, and no byte more. */
void peer_expect (Peer *peer, const char *text);

/** An end as it should be: within TLS, an announced one. */
void peer_expect_end (Peer *peer);

/** Ends our side and closes the socket. */
void peer_close (Peer *peer);
