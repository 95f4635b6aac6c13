/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/tls-stream.h"

#include "servers/net/tls-error.h"

#include <errno.h>
#include <gio/gio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/socket.h>

/* A record holds no more (RFC 8446, section 5.1). */
#define RECORD_MAX 16384

/* What may come without a byte of data in it. A handshake is smaller, also that of a server that tells
 * all whom it trusts; and behind it few records hold no data: tickets, changes of the key. Those might
 * come without an end (RFC 8446, section 4.6.3), and OpenSSL would follow them all within one call. */
#define FRUITLESS_BYTES_FROM_CLIENT_MAX (3 * RECORD_MAX)
#define FRUITLESS_BYTES_FROM_SERVER_MAX (16 * RECORD_MAX)
#define FRUITLESS_RECORDS_MAX 32

struct _TlsStream
{
  TlsContext *context;     /* (owned) */
  SSL *ssl;                /* (owned) */
  int fd;                  /* (unowned) */
  int wire_errno;          /* of the socket's last failure */
  gboolean wire_ended;     /* the socket came to its end */
  gsize fruitless_bytes;   /* that came since the last one of data */
  guint fruitless_records; /* the same; behind the handshake */

  gboolean is_server;
  gboolean is_ready; /* the handshake is done */
  gboolean ended;    /* the peer has announced the end */
  gboolean reading_needs_output;
  gboolean writing_needs_input;
  char *problem; /* (owned) (nullable) */
  char *words;   /* (owned) (nullable) */
};

/* --- The socket, as OpenSSL sees it. Its own kind would raise SIGPIPE, and forget errno. --- */

static int
wire_result (BIO *bio, gssize result, int retry_flag)
{
  TlsStream *stream = BIO_get_data (bio);

  BIO_clear_retry_flags (bio);
  if (result >= 0)
    return (int) result;

  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
    BIO_set_flags (bio, retry_flag | BIO_FLAGS_SHOULD_RETRY);
  else
    stream->wire_errno = errno;
  return -1;
}

static gboolean
is_fruitless (const TlsStream *stream)
{
  gsize most
      = stream->is_server ? FRUITLESS_BYTES_FROM_CLIENT_MAX : FRUITLESS_BYTES_FROM_SERVER_MAX;

  return stream->fruitless_bytes > most || stream->fruitless_records > FRUITLESS_RECORDS_MAX;
}

static void
bear_fruit (TlsStream *stream)
{
  stream->fruitless_bytes = 0;
  stream->fruitless_records = 0;
}

/* OpenSSL calls this for whatever it sees. */
static void
on_message (int is_written,
            int version,
            int content_type,
            const void *bytes,
            size_t length,
            SSL *ssl,
            void *user)
{
  TlsStream *stream = user;

  if (!is_written && content_type == SSL3_RT_HEADER && stream->is_ready)
    stream->fruitless_records++;
}

static int
wire_read (BIO *bio, char *bytes, int length)
{
  TlsStream *stream = BIO_get_data (bio);
  gssize got;

  if (is_fruitless (stream))
    {
      BIO_clear_retry_flags (bio);
      return -1;
    }
  got = recv (stream->fd, bytes, length, 0);
  stream->wire_ended = got == 0;
  stream->fruitless_bytes += MAX (got, 0);
  return wire_result (bio, got, BIO_FLAGS_READ);
}

static int
wire_write (BIO *bio, const char *bytes, int length)
{
  TlsStream *stream = BIO_get_data (bio);

  return wire_result (bio, send (stream->fd, bytes, length, MSG_NOSIGNAL), BIO_FLAGS_WRITE);
}

static long
wire_control (BIO *bio, int command, long number, void *pointer)
{
  TlsStream *stream = BIO_get_data (bio);

  switch (command)
    {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_EOF:
      return stream->wire_ended;
    default:
      return 0;
    }
}

static gpointer
make_wire_method (gpointer unused)
{
  BIO_METHOD *method = BIO_meth_new (BIO_get_new_index () | BIO_TYPE_SOURCE_SINK, "socket");

  BIO_meth_set_read (method, wire_read);
  BIO_meth_set_write (method, wire_write);
  BIO_meth_set_ctrl (method, wire_control);
  return method;
}

static BIO *
wire_new (TlsStream *stream)
{
  static GOnce once = G_ONCE_INIT;
  BIO *bio = BIO_new (g_once (&once, make_wire_method, NULL));

  BIO_set_data (bio, stream);
  BIO_set_init (bio, 1);
  return bio;
}

/* --- Problems --- */

/* What failed a handshake, in words; "%s" is the other side: the client, the server. */
static const struct
{
  int reason;
  const char *words;
} HANDSHAKE_PROBLEMS[] = {
  { SSL_R_HTTP_REQUEST, "the %s speaks HTTP" },
  { SSL_R_HTTPS_PROXY_REQUEST, "the %s speaks HTTP" },
  { SSL_R_WRONG_VERSION_NUMBER, "the %s does not speak TLS" },
  { SSL_R_NO_SHARED_CIPHER, "the %s has no cipher in common" },
  { SSL_R_NO_SUITABLE_KEY_SHARE, "the %s has no way of key exchange in common" },
  { SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, "the %s knows none of our kinds of signature" },
  { SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, "the %s says that it has nothing in common" },
  { SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, "the %s says that it has no version in common" },
  { SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY, "the %s says that our ciphers are too weak" },
  { SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, "the %s does not take our certificate" },
  { SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, "the %s says that our certificate is out of date" },
  { SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, "the %s does not trust our certificate" },
  { SSL_R_TLSV1_ALERT_UNKNOWN_CA, "the %s does not know who issued our certificate" },
};

static const char *
version_name (int version)
{
  switch (version)
    {
    case SSL3_VERSION:
      return "SSLv3";
    case TLS1_VERSION:
      return "TLSv1.0";
    case TLS1_1_VERSION:
      return "TLSv1.1";
    default:
      return "TLSv1.2";
    }
}

/* Returns: (transfer full): why the handshake failed */
static char *
handshake_problem (TlsStream *stream, const TlsError *cause)
{
  const char *other = stream->is_server ? "client" : "server";

  if (cause->reason == SSL_R_UNSUPPORTED_PROTOCOL && stream->is_server)
    return g_strdup_printf ("TLS: the client has no version in common: it offers %s",
                            version_name (SSL_client_version (stream->ssl)));
  if (cause->reason == SSL_R_UNSUPPORTED_PROTOCOL)
    return g_strdup ("TLS: the server has no version in common");
  if (cause->reason == SSL_R_CERTIFICATE_VERIFY_FAILED)
    return g_strdup_printf ("TLS: the server's certificate is not good: %s",
                            X509_verify_cert_error_string (SSL_get_verify_result (stream->ssl)));

  for (guint i = 0; i < G_N_ELEMENTS (HANDSHAKE_PROBLEMS); i++)
    if (HANDSHAKE_PROBLEMS[i].reason == cause->reason)
      {
        g_autoptr (GString) text = g_string_new ("TLS: ");
        g_string_append (text, HANDSHAKE_PROBLEMS[i].words);
        g_string_replace (text, "%s", other, 1);
        return g_strdup (text->str);
      }
  return g_strdup_printf ("TLS: %s", cause->words);
}

static int
fail (TlsStream *stream)
{
  TlsError cause = tls_error_take ();
  gboolean is_tls = cause.is_set && cause.library == ERR_LIB_SSL
                    && cause.reason != SSL_R_UNEXPECTED_EOF_WHILE_READING;

  if (is_tls && !stream->is_ready)
    stream->problem = handshake_problem (stream, &cause);
  else if (is_tls)
    stream->problem = g_strdup_printf ("TLS: %s", cause.words);
  else if (stream->wire_errno != 0)
    stream->problem = g_strdup (g_strerror (stream->wire_errno));
  else if (is_fruitless (stream))
    stream->problem = g_strdup ("TLS: the peer goes on and on without a byte of data");
  else if (!stream->is_ready)
    stream->problem = g_strdup ("TLS: connection closed by the peer within the handshake");
  else
    stream->problem = g_strdup ("TLS: connection cut off by the peer, without an end");
  return -EPROTO;
}

/* What @result of an OpenSSL call means; 0: the end was announced. @other_way: whether it has to
 * wait for the other direction than its own. */
static int
judge (TlsStream *stream, int result, int own_way, gboolean *other_way)
{
  int verdict = SSL_get_error (stream->ssl, result);

  if (verdict == SSL_ERROR_WANT_READ || verdict == SSL_ERROR_WANT_WRITE)
    {
      *other_way = verdict != own_way;
      return -EAGAIN;
    }
  if (verdict == SSL_ERROR_ZERO_RETURN)
    return 0;
  return fail (stream);
}

/* --- What others call --- */

static TlsStream *
stream_new (TlsContext *context, int fd)
{
  TlsStream *stream = g_new0 (TlsStream, 1);

  stream->context = tls_context_ref (context);
  stream->fd = fd;
  stream->ssl = tls_context_new_ssl (context);
  SSL_set_msg_callback (stream->ssl, on_message);
  SSL_set_msg_callback_arg (stream->ssl, stream);
  BIO *wire = wire_new (stream);
  SSL_set_bio (stream->ssl, wire, wire);
  return stream;
}

TlsStream *
tls_stream_new_server (TlsContext *context, int fd)
{
  TlsStream *stream = stream_new (context, fd);

  stream->is_server = TRUE;
  SSL_set_accept_state (stream->ssl);
  return stream;
}

TlsStream *
tls_stream_new_client (TlsContext *context, int fd, const char *host_name, gboolean must_verify)
{
  TlsStream *stream = stream_new (context, fd);
  SSL *ssl = stream->ssl;

  SSL_set_connect_state (ssl);
  SSL_set_verify (ssl, must_verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
  SSL_set_min_proto_version (ssl, must_verify ? TLS1_2_VERSION : TLS1_VERSION);
  if (!must_verify)
    SSL_set_security_level (ssl, 0);

  if (g_hostname_is_ip_address (host_name))
    X509_VERIFY_PARAM_set1_ip_asc (SSL_get0_param (ssl), host_name);
  else
    {
      SSL_set_tlsext_host_name (ssl, host_name);
      SSL_set_hostflags (ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
      SSL_set1_host (ssl, host_name);
    }
  return stream;
}

void
tls_stream_free (TlsStream *stream)
{
  if (stream == NULL)
    return;

  SSL_free (stream->ssl);
  tls_context_unref (stream->context);
  g_free (stream->problem);
  g_free (stream->words);
  g_free (stream);
}

int
tls_stream_handshake (TlsStream *stream)
{
  if (stream->problem != NULL)
    return -EPROTO;

  ERR_clear_error ();
  int result = SSL_do_handshake (stream->ssl);
  if (result != 1)
    {
      int meaning = judge (stream, result, SSL_ERROR_WANT_READ, &stream->reading_needs_output);
      return meaning == 0 ? fail (stream) : meaning;
    }

  stream->is_ready = TRUE;
  bear_fruit (stream);
  stream->reading_needs_output = FALSE;
  stream->words
      = g_strdup_printf ("%s %s", SSL_get_version (stream->ssl), SSL_get_cipher_name (stream->ssl));
  return 0;
}

gssize
tls_stream_read (TlsStream *stream, char *bytes, gsize length)
{
  gsize total = 0;
  gsize got;

  if (stream->problem != NULL)
    return -EPROTO;
  if (stream->ended)
    return 0;

  /* After a short record nothing more may be there; the loop will tell, at less cost than a try. */
  do
    {
      ERR_clear_error ();
      int result = SSL_read_ex (stream->ssl, bytes + total, length - total, &got);
      if (result != 1)
        {
          int meaning = judge (stream, result, SSL_ERROR_WANT_READ, &stream->reading_needs_output);
          stream->ended = meaning == 0;
          return total > 0 ? (gssize) total : meaning;
        }
      total += got;
      bear_fruit (stream);
    }
  while (total < length && (got == RECORD_MAX || SSL_pending (stream->ssl) > 0));

  stream->reading_needs_output = FALSE;
  return total;
}

gboolean
tls_stream_has_pending (TlsStream *stream)
{
  return stream->problem != NULL || stream->ended || SSL_pending (stream->ssl) > 0;
}

gssize
tls_stream_write (TlsStream *stream, const char *bytes, gsize length)
{
  gsize sent;

  if (stream->problem != NULL)
    return -EPROTO;

  ERR_clear_error ();
  int result = SSL_write_ex (stream->ssl, bytes, MIN (length, RECORD_MAX), &sent);
  if (result == 1)
    {
      stream->writing_needs_input = FALSE;
      return sent;
    }

  int meaning = judge (stream, result, SSL_ERROR_WANT_WRITE, &stream->writing_needs_input);
  return meaning == 0 ? fail (stream) : meaning;
}

int
tls_stream_end_output (TlsStream *stream)
{
  if (!stream->is_ready || stream->problem != NULL)
    return 0;

  ERR_clear_error ();
  int result = SSL_shutdown (stream->ssl);
  gboolean is_full = result < 0 && SSL_get_error (stream->ssl, result) == SSL_ERROR_WANT_WRITE;
  ERR_clear_error ();

  stream->writing_needs_input = FALSE;
  return is_full ? -EAGAIN : 0;
}

gboolean
tls_stream_reading_needs_output (TlsStream *stream)
{
  return stream->reading_needs_output;
}

gboolean
tls_stream_writing_needs_input (TlsStream *stream)
{
  return stream->writing_needs_input;
}

const char *
tls_stream_problem (TlsStream *stream)
{
  return stream->problem;
}

const char *
tls_stream_words (TlsStream *stream)
{
  return stream->words;
}

gboolean
tls_stream_is_verified (TlsStream *stream)
{
  return stream->is_ready && SSL_get0_peer_certificate (stream->ssl) != NULL
         && SSL_get_verify_result (stream->ssl) == X509_V_OK;
}
