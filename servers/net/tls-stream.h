/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/tls-context.h"

/**
 * SECTION: tls-stream
 *
 * TLS on one connected socket. Nothing here waits: what can't be done yet gives -EAGAIN, and is
 * tried again when the socket is ready; reading may need to write first, and the other way round. A
 * failure gives -EPROTO, once and for ever, and tls_stream_problem() says what it was.
 */
typedef struct _TlsStream TlsStream;

/** @fd: (unowned): lives longer, and is at the first byte of TLS */
TlsStream *tls_stream_new_server (TlsContext *context, int fd);

/**
 * tls_stream_new_client:
 * @host_name: is asked for (SNI), unless it is an address, and its certificate is held against it
 * @must_verify: whether one that is not good fails the handshake. Where it is FALSE, old versions
 *   and weak ciphers are taken, too, as they are better than clear text, and cheat nobody who
 *   asked for a proof.
 */
TlsStream *
tls_stream_new_client (TlsContext *context, int fd, const char *host_name, gboolean must_verify);

void tls_stream_free (TlsStream *stream);

/** Returns 0 when the handshake is done; nothing can be read or written before. */
int tls_stream_handshake (TlsStream *stream);

/** Returns how many bytes came; 0 at their end, which the peer has announced. */
gssize tls_stream_read (TlsStream *stream, char *bytes, gsize length);

/** Whether the next tls_stream_read() has something to tell, though the socket is silent. */
gboolean tls_stream_has_pending (TlsStream *stream);

/** Returns how many bytes went. After -EAGAIN the same bytes are to be tried again, from wherever
 * they lie now, and maybe more behind them. */
gssize tls_stream_write (TlsStream *stream, const char *bytes, gsize length);

/** Tells the peer that nothing more will be written. Returns 0, or -EAGAIN. */
int tls_stream_end_output (TlsStream *stream);

/** Whether the last tls_stream_read(), or tls_stream_handshake(), waits for room to write. */
gboolean tls_stream_reading_needs_output (TlsStream *stream);

/** Whether the last tls_stream_write() waits for something to read. */
gboolean tls_stream_writing_needs_input (TlsStream *stream);

/** Returns: (transfer none): words for the log, after -EPROTO: "TLS: the client speaks HTTP" */
const char *tls_stream_problem (TlsStream *stream);

/** Returns: (transfer none): "TLSv1.3 TLS_AES_256_GCM_SHA384", after the handshake */
const char *tls_stream_words (TlsStream *stream);

/** As the client: whether the peer's certificate is good for the host name. */
gboolean tls_stream_is_verified (TlsStream *stream);
