/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/tls-certificate.h"

#include "core/settings/regular-file.h"
#include "servers/net/tls-error.h"

#include <gio/gio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/stat.h>

/* A chain of certificates is a few KiB. */
#define FILE_MAX (1024 * 1024)

#define DAY_SECONDS (24 * 60 * 60)

struct _TlsCertificate
{
  CertificateFiles files;  /* (owned) */
  X509 *leaf;              /* (owned) */
  STACK_OF (X509) * chain; /* (owned): of its issuers, as they stand in the file */
  EVP_PKEY *key;           /* (owned) */
  gboolean key_is_open;    /* others than owner and group may read its file */
};

/* The bytes of a file, for OpenSSL. */
typedef struct
{
  char *bytes; /* (owned) */
  gsize length;
  BIO *bio; /* (owned) */
} PemFile;

static void
pem_file_clear (PemFile *file)
{
  BIO_free (file->bio);
  if (file->bytes != NULL)
    explicit_bzero (file->bytes, file->length);
  g_free (file->bytes);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PemFile, pem_file_clear)

static gboolean
pem_file_open (PemFile *file, const char *path, GError **error)
{
  file->bytes = regular_file_read (path, FILE_MAX, &file->length, error);
  if (file->bytes == NULL)
    return FALSE;

  ERR_clear_error ();
  file->bio = BIO_new_mem_buf (file->bytes, (int) file->length);
  return TRUE;
}

static void
set_error (GError **error, const char *path, const char *problem)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: %s", path, problem);
}

/* No file holds the passphrase, and at a server's start nobody is there to type it in. */
static int
refuse_passphrase (char *bytes, int length, int is_for_writing, void *was_asked)
{
  *(gboolean *) was_asked = TRUE;
  return -1;
}

static gboolean
read_certificates (TlsCertificate *certificate, GError **error)
{
  const char *path = certificate->files.certificate;
  g_auto (PemFile) file = { 0 };
  X509 *next;

  if (!pem_file_open (&file, path, error))
    return FALSE;

  certificate->leaf = PEM_read_bio_X509_AUX (file.bio, NULL, NULL, NULL);
  if (certificate->leaf == NULL)
    {
      TlsError cause = tls_error_take ();
      set_error (error, path,
                 cause.reason == PEM_R_NO_START_LINE
                     ? "there is no certificate in it; it must be in PEM form"
                     : cause.words);
      return FALSE;
    }

  certificate->chain = sk_X509_new_null ();
  while ((next = PEM_read_bio_X509 (file.bio, NULL, NULL, NULL)) != NULL)
    sk_X509_push (certificate->chain, next);

  TlsError end = tls_error_take ();
  if (end.reason == PEM_R_NO_START_LINE)
    return TRUE;
  set_error (error, path, end.words);
  return FALSE;
}

static gboolean
read_key (TlsCertificate *certificate, GError **error)
{
  const char *path = certificate->files.key;
  g_auto (PemFile) file = { 0 };
  gboolean has_passphrase = FALSE;
  struct stat status;

  if (!pem_file_open (&file, path, error))
    return FALSE;

  certificate->key_is_open = stat (path, &status) == 0 && (status.st_mode & S_IROTH) != 0;
  certificate->key = PEM_read_bio_PrivateKey (file.bio, NULL, refuse_passphrase, &has_passphrase);
  if (certificate->key != NULL)
    return TRUE;

  TlsError cause = tls_error_take ();
  const char *problem = cause.words;
  if (has_passphrase)
    problem
        = "the key has a passphrase, which nobody can type in when a server starts; take it off "
          "with: openssl pkey -in OLD -out NEW";
  else if (strstr (file.bytes, "PRIVATE KEY-----") == NULL)
    problem = "there is no private key in it; it must be in PEM form";
  set_error (error, path, problem);
  return FALSE;
}

static gboolean
fits_key (TlsCertificate *certificate, GError **error)
{
  ERR_clear_error ();
  if (X509_check_private_key (certificate->leaf, certificate->key) == 1)
    return TRUE;

  tls_error_take ();
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "%s: the key does not belong to the first certificate in %s, which must be the "
               "server's own, its issuers' after it",
               certificate->files.key, certificate->files.certificate);
  return FALSE;
}

TlsCertificate *
tls_certificate_read (const CertificateFiles *files, GError **error)
{
  g_autoptr (TlsCertificate) certificate = g_new0 (TlsCertificate, 1);

  certificate->files.certificate = g_strdup (files->certificate);
  certificate->files.key = g_strdup (files->key);
  if (!read_certificates (certificate, error) || !read_key (certificate, error)
      || !fits_key (certificate, error))
    return NULL;

  return g_steal_pointer (&certificate);
}

void
tls_certificate_free (TlsCertificate *certificate)
{
  if (certificate == NULL)
    return;

  X509_free (certificate->leaf);
  sk_X509_pop_free (certificate->chain, X509_free);
  EVP_PKEY_free (certificate->key);
  certificate_files_clear (&certificate->files);
  g_free (certificate);
}

gboolean
tls_certificate_is_for (const TlsCertificate *certificate, const char *host_name)
{
  return X509_check_host (certificate->leaf, host_name, strlen (host_name),
                          X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, NULL)
         == 1;
}

/* Returns: (nullable): the names as they stand in the certificate, unless it is by its common name
 * alone */
static const ASN1_OCTET_STRING *
alternative_names (const TlsCertificate *certificate)
{
  int place = X509_get_ext_by_NID (certificate->leaf, NID_subject_alt_name, -1);

  return place < 0 ? NULL : X509_EXTENSION_get_data (X509_get_ext (certificate->leaf, place));
}

gboolean
tls_certificate_has_same_names (const TlsCertificate *a, const TlsCertificate *b)
{
  const ASN1_OCTET_STRING *names_a = alternative_names (a);
  const ASN1_OCTET_STRING *names_b = alternative_names (b);

  if (names_a != NULL && names_b != NULL)
    return ASN1_OCTET_STRING_cmp (names_a, names_b) == 0;

  return names_a == names_b
         && X509_NAME_cmp (X509_get_subject_name (a->leaf), X509_get_subject_name (b->leaf)) == 0;
}

int
tls_certificate_kind (const TlsCertificate *certificate)
{
  return EVP_PKEY_get_base_id (certificate->key);
}

gboolean
tls_certificate_use (const TlsCertificate *certificate, SSL_CTX *ctx, GError **error)
{
  ERR_clear_error ();
  if (SSL_CTX_use_cert_and_key (ctx, certificate->leaf, certificate->key, certificate->chain, FALSE)
      == 1)
    return TRUE;

  tls_error_set (error, certificate->files.certificate);
  return FALSE;
}

/* Seconds from @now to the certificate's @moment. A moment that can't be read, no client takes for
 * a good one either: it is long past. */
static gint64
seconds_to (const ASN1_TIME *moment, gint64 now)
{
  int days = -DAY_SECONDS;
  int seconds = 0;
  ASN1_TIME *from = ASN1_TIME_set (NULL, now);

  ASN1_TIME_diff (&days, &seconds, from, moment);
  ASN1_TIME_free (from);
  return days * (gint64) DAY_SECONDS + seconds;
}

int
tls_certificate_days_left (const TlsCertificate *certificate, gint64 now)
{
  gint64 seconds = seconds_to (X509_get0_notAfter (certificate->leaf), now);

  return (int) (seconds >= 0 ? seconds / DAY_SECONDS : -1 - (-1 - seconds) / DAY_SECONDS);
}

static void G_GNUC_PRINTF (2, 3) warn (GPtrArray *warnings, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_ptr_array_add (warnings, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

void
tls_certificate_warn (const TlsCertificate *certificate, gint64 now, GPtrArray *warnings)
{
  const char *path = certificate->files.certificate;
  int days = tls_certificate_days_left (certificate, now);

  if (days < 0)
    warn (warnings, "%s: the certificate is out of date: clients refuse it; renew it", path);
  else if (days < TLS_CERTIFICATE_WARN_DAYS)
    warn (warnings, "%s: the certificate ends in less than %d days; renew it", path, days + 1);
  if (seconds_to (X509_get0_notBefore (certificate->leaf), now) > 0)
    warn (warnings, "%s: the certificate is not valid yet: clients refuse it", path);
  if (certificate->key_is_open)
    warn (warnings,
          "%s: every user of this system can read the key; take that right away with: chmod o-r",
          certificate->files.key);
}
