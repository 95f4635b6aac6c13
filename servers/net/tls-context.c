/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/tls-context.h"

#include "servers/net/tls-certificate.h"
#include "servers/net/tls-error.h"

#include <gio/gio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

/* Up to TLS 1.2: with forward secrecy. Whoever allows TLS 1.0 has devices that may not know it. */
#define SAFE_CIPHERS                                                                               \
  "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:ECDHE+AES:DHE+AES:!aNULL:!DSS:!PSK:!SRP"
#define OLD_CIPHERS SAFE_CIPHERS ":RSA+AESGCM:RSA+AES"

#define MODE                                                                                       \
  (SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER)

/* A certificate, and the OpenSSL context that shows it; twins share theirs. */
typedef struct
{
  TlsCertificate *certificate; /* (owned) */
  SSL_CTX *ctx;                /* (owned) */
} Face;

struct _TlsContext
{
  gatomicrefcount references;
  SSL_CTX *ctx;     /* (owned): that of the first face; of a client, the only one */
  GPtrArray *faces; /* (owned) (element-type Face): of a server, in the order of the settings */
};

static void
face_free (gpointer data)
{
  Face *face = data;

  tls_certificate_free (face->certificate);
  SSL_CTX_free (face->ctx);
  g_free (face);
}

static TlsContext *
context_new (void)
{
  TlsContext *context = g_new0 (TlsContext, 1);

  g_atomic_ref_count_init (&context->references);
  context->faces = g_ptr_array_new_with_free_func (face_free);
  return context;
}

TlsContext *
tls_context_ref (TlsContext *context)
{
  g_atomic_ref_count_inc (&context->references);
  return context;
}

void
tls_context_unref (TlsContext *context)
{
  if (context == NULL || !g_atomic_ref_count_dec (&context->references))
    return;

  SSL_CTX_free (context->ctx);
  g_ptr_array_unref (context->faces);
  g_free (context);
}

static SSL_CTX *
ctx_new (const SSL_METHOD *method, GError **error)
{
  ERR_clear_error ();
  SSL_CTX *ctx = SSL_CTX_new (method);

  if (ctx == NULL)
    {
      tls_error_set (error, "TLS");
      return NULL;
    }
  SSL_CTX_set_mode (ctx, MODE);
  SSL_CTX_set_options (ctx,
                       SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CLEANSE_PLAINTEXT);
  SSL_CTX_set_session_cache_mode (ctx, SSL_SESS_CACHE_OFF);
  return ctx;
}

/* --- A server's --- */

static gboolean
set_ciphers (SSL_CTX *ctx, const SecuritySettings *security, GError **error)
{
  static const int versions[] = { [TLS_VERSION_1_0] = TLS1_VERSION,
                                  [TLS_VERSION_1_1] = TLS1_1_VERSION,
                                  [TLS_VERSION_1_2] = TLS1_2_VERSION,
                                  [TLS_VERSION_1_3] = TLS1_3_VERSION };
  gboolean is_old = security->minimum_tls < TLS_VERSION_1_2;

  /* They sign with MD5 and SHA-1, which higher levels refuse. */
  if (is_old)
    SSL_CTX_set_security_level (ctx, 0);
  SSL_CTX_set_min_proto_version (ctx, versions[security->minimum_tls]);
  SSL_CTX_set_max_proto_version (ctx, 0);
  SSL_CTX_set_dh_auto (ctx, 1);

  const char *ciphers = security->ciphers[0] != '\0' ? security->ciphers
                        : is_old                     ? OLD_CIPHERS
                                                     : SAFE_CIPHERS;
  if (SSL_CTX_set_cipher_list (ctx, ciphers) == 1)
    return TRUE;

  tls_error_take ();
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               "security.ciphers: OpenSSL knows no cipher by \"%s\"; see: openssl ciphers -v",
               ciphers);
  return FALSE;
}

/* Returns: (nullable): the first certificate that is for @name */
static Face *
find_face (TlsContext *context, const char *name)
{
  for (guint i = 0; i < context->faces->len; i++)
    {
      Face *face = g_ptr_array_index (context->faces, i);
      if (tls_certificate_is_for (face->certificate, name))
        return face;
    }

  return NULL;
}

static int
on_server_name (SSL *ssl, int *alert, void *data)
{
  const char *name = SSL_get_servername (ssl, TLSEXT_NAMETYPE_host_name);
  if (name == NULL)
    return SSL_TLSEXT_ERR_NOACK;

  Face *face = find_face (data, name);
  if (face == NULL)
    return SSL_TLSEXT_ERR_NOACK;

  SSL_set_SSL_CTX (ssl, face->ctx);
  return SSL_TLSEXT_ERR_OK;
}

static SSL_CTX *
ctx_new_server (const SecuritySettings *security, GError **error)
{
  SSL_CTX *ctx = ctx_new (TLS_server_method (), error);

  if (ctx == NULL)
    return NULL;
  SSL_CTX_set_options (ctx, SSL_OP_CIPHER_SERVER_PREFERENCE);
  if (set_ciphers (ctx, security, error))
    return ctx;

  SSL_CTX_free (ctx);
  return NULL;
}

/* Whether @ctx shows a certificate of that kind already: it has room for one of each. */
static gboolean
has_kind (TlsContext *context, const SSL_CTX *ctx, int kind)
{
  for (guint i = 0; i < context->faces->len; i++)
    {
      Face *face = g_ptr_array_index (context->faces, i);
      if (face->ctx == ctx && tls_certificate_kind (face->certificate) == kind)
        return TRUE;
    }

  return FALSE;
}

/* Returns: (transfer full) (nullable): the OpenSSL context of a certificate for the same names with
 * a key of another kind */
static SSL_CTX *
twins_ctx (TlsContext *context, const TlsCertificate *certificate)
{
  int kind = tls_certificate_kind (certificate);

  for (guint i = 0; i < context->faces->len; i++)
    {
      Face *face = g_ptr_array_index (context->faces, i);
      if (tls_certificate_has_same_names (face->certificate, certificate)
          && !has_kind (context, face->ctx, kind))
        {
          SSL_CTX_up_ref (face->ctx);
          return face->ctx;
        }
    }

  return NULL;
}

static gboolean
add_face (TlsContext *context, const SecuritySettings *security, const char *row, GError **error)
{
  g_auto (CertificateFiles) files = { 0 };

  if (!certificate_files_parse (row, &files))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "security.certificates: \"%s\" does not name a file, or two", row);
      return FALSE;
    }

  g_autoptr (TlsCertificate) certificate = tls_certificate_read (&files, error);
  if (certificate == NULL)
    return FALSE;

  SSL_CTX *ctx = twins_ctx (context, certificate);
  if (ctx == NULL)
    ctx = ctx_new_server (security, error);
  if (ctx == NULL)
    return FALSE;

  Face *face = g_new0 (Face, 1);
  face->ctx = ctx;
  face->certificate = g_steal_pointer (&certificate);
  g_ptr_array_add (context->faces, face);
  return tls_certificate_use (face->certificate, ctx, error);
}

TlsContext *
tls_context_new_server (const SecuritySettings *security, GError **error)
{
  g_autoptr (TlsContext) context = context_new ();

  g_return_val_if_fail (security->certificates[0] != NULL, NULL);
  for (guint i = 0; security->certificates[i] != NULL; i++)
    if (!add_face (context, security, security->certificates[i], error))
      return NULL;

  context->ctx = ((Face *) g_ptr_array_index (context->faces, 0))->ctx;
  SSL_CTX_up_ref (context->ctx);
  SSL_CTX_set_tlsext_servername_callback (context->ctx, on_server_name);
  SSL_CTX_set_tlsext_servername_arg (context->ctx, context);
  return g_steal_pointer (&context);
}

int
tls_context_days_left (TlsContext *context)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  int days = G_MAXINT;

  for (guint i = 0; i < context->faces->len; i++)
    {
      Face *face = g_ptr_array_index (context->faces, i);
      days = MIN (days, tls_certificate_days_left (face->certificate, now));
    }

  return days;
}

char **
tls_context_warnings (TlsContext *context)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GPtrArray) warnings = g_ptr_array_new ();

  for (guint i = 0; i < context->faces->len; i++)
    {
      Face *face = g_ptr_array_index (context->faces, i);
      tls_certificate_warn (face->certificate, now, warnings);
    }

  g_ptr_array_add (warnings, NULL);
  return (char **) g_ptr_array_steal (warnings, NULL);
}

/* --- A client's --- */

TlsContext *
tls_context_new_client (const char *ca_file, GError **error)
{
  g_autoptr (TlsContext) context = context_new ();

  context->ctx = ctx_new (TLS_client_method (), error);
  if (context->ctx == NULL)
    return NULL;

  ERR_clear_error ();
  gboolean is_system = ca_file[0] == '\0';
  if ((is_system ? SSL_CTX_set_default_verify_paths (context->ctx)
                 : SSL_CTX_load_verify_file (context->ctx, ca_file))
      == 1)
    return g_steal_pointer (&context);

  tls_error_set (error, is_system ? "the system's certificate authorities" : ca_file);
  return NULL;
}

/* --- Both --- */

struct ssl_st *
tls_context_new_ssl (TlsContext *context)
{
  SSL *ssl = SSL_new (context->ctx);

  if (ssl == NULL)
    g_error ("TLS: %s", tls_error_take ().words);
  return ssl;
}
