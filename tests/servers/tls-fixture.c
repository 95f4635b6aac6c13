/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/servers/tls-fixture.h"

#include <glib/gstdio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <signal.h>

#define DAY_SECONDS (24 * 60 * 60)

static void
add_extension (X509 *certificate, int nid, const char *value)
{
  X509_EXTENSION *extension = X509V3_EXT_conf_nid (NULL, NULL, nid, value);

  g_assert_nonnull (extension);
  X509_add_ext (certificate, extension, -1);
  X509_EXTENSION_free (extension);
}

static X509 *
make_certificate (const TlsFixtureCertificate *wanted, EVP_PKEY *key)
{
  X509 *certificate = X509_new ();
  X509_NAME *name = X509_get_subject_name (certificate);
  const char *common_name = wanted->common_name != NULL ? wanted->common_name : "test";
  int last_day = wanted->last_day != 0 ? wanted->last_day : 30;

  X509_set_version (certificate, 2);
  ASN1_INTEGER_set (X509_get_serialNumber (certificate), 1);
  X509_gmtime_adj (X509_getm_notBefore (certificate), wanted->first_day * DAY_SECONDS);
  X509_gmtime_adj (X509_getm_notAfter (certificate), last_day * DAY_SECONDS + 3600);
  X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_UTF8, (const guint8 *) common_name, -1, -1, 0);
  X509_set_issuer_name (certificate, name);
  X509_set_pubkey (certificate, key);
  add_extension (certificate, NID_basic_constraints, "critical,CA:TRUE");
  if (wanted->names != NULL)
    add_extension (certificate, NID_subject_alt_name, wanted->names);
  g_assert_cmpint (X509_sign (certificate, key, EVP_sha256 ()), >, 0);
  return certificate;
}

static EVP_PKEY *
make_key (const TlsFixtureCertificate *wanted)
{
  return wanted->is_rsa ? EVP_RSA_gen (2048) : EVP_EC_gen ("P-256");
}

static void
write_pair (
    const char *folder, const char *name, X509 *certificate, EVP_PKEY *key, const char *pass)
{
  g_autofree char *certificate_path = g_strdup_printf ("%s/%s.pem", folder, name);
  g_autofree char *key_path = g_strdup_printf ("%s/%s.key", folder, name);
  const EVP_CIPHER *cipher = pass != NULL ? EVP_aes_128_cbc () : NULL;
  FILE *file = fopen (certificate_path, "w");

  g_assert_cmpint (PEM_write_X509 (file, certificate), ==, 1);
  fclose (file);
  file = fopen (key_path, "w");
  g_assert_no_errno (g_chmod (key_path, 0600));
  g_assert_cmpint (PEM_write_PrivateKey (file, key, cipher, NULL, 0, NULL, (void *) pass), ==, 1);
  fclose (file);
}

void
tls_fixture_write (const char *folder, const char *name, const TlsFixtureCertificate *wanted)
{
  EVP_PKEY *key = make_key (wanted);
  X509 *certificate = make_certificate (wanted, key);

  write_pair (folder, name, certificate, key, wanted->passphrase);
  X509_free (certificate);
  EVP_PKEY_free (key);
}

/* --- The certificate of this process --- */

static X509 *house_certificate;
static EVP_PKEY *house_key;

/* Returns: (transfer full): a folder with house.pem and house.key */
static char *
open_house (void)
{
  static const TlsFixtureCertificate house
      = { .names = "DNS:mail.example.org,IP:127.0.0.1", .common_name = "house" };
  g_autoptr (GError) error = NULL;

  if (house_key == NULL)
    {
      house_key = make_key (&house);
      house_certificate = make_certificate (&house, house_key);
      /* OpenSSL's own kind of socket raises it. */
      signal (SIGPIPE, SIG_IGN);
    }

  char *folder = g_dir_make_tmp ("postern-tls-XXXXXX", &error);
  g_assert_no_error (error);
  write_pair (folder, "house", house_certificate, house_key, NULL);
  return folder;
}

static void
leave_house (char *folder)
{
  g_autofree char *certificate = g_strdup_printf ("%s/house.pem", folder);
  g_autofree char *key = g_strdup_printf ("%s/house.key", folder);

  g_remove (certificate);
  g_remove (key);
  g_rmdir (folder);
  g_free (folder);
}

TlsContext *
tls_fixture_context (TlsVersion minimum)
{
  g_autoptr (GError) error = NULL;
  char *folder = open_house ();
  g_autofree char *row = g_strdup_printf ("%s/house.pem %s/house.key", folder, folder);
  char *rows[] = { row, NULL };
  SecuritySettings security = { .certificates = rows, .minimum_tls = minimum, .ciphers = "" };
  TlsContext *context = tls_context_new_server (&security, &error);

  g_assert_no_error (error);
  leave_house (folder);
  return context;
}

TlsContext *
tls_fixture_client_context (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = open_house ();
  g_autofree char *path = g_strdup_printf ("%s/house.pem", folder);
  TlsContext *context = tls_context_new_client (path, &error);

  g_assert_no_error (error);
  leave_house (folder);
  return context;
}

/* --- The other end --- */

static SSL *
make_end (const SSL_METHOD *method, int fd)
{
  SSL_CTX *ctx = SSL_CTX_new (method);

  SSL_CTX_set_security_level (ctx, 0);
  SSL_CTX_set_min_proto_version (ctx, TLS1_VERSION);
  if (house_key != NULL)
    g_assert_cmpint (SSL_CTX_use_cert_and_key (ctx, house_certificate, house_key, NULL, TRUE), ==,
                     1);
  SSL *ssl = SSL_new (ctx);
  SSL_CTX_free (ctx);
  SSL_set_fd (ssl, fd);
  return ssl;
}

SSL *
tls_fixture_client (int fd)
{
  SSL *ssl = make_end (TLS_client_method (), fd);

  SSL_set_connect_state (ssl);
  return ssl;
}

SSL *
tls_fixture_server (int fd)
{
  SSL *ssl = make_end (TLS_server_method (), fd);

  SSL_set_accept_state (ssl);
  return ssl;
}

/* --- Both ends --- */

static char *
describe (SSL *client)
{
  char common_name[64];
  X509 *shown = SSL_get0_peer_certificate (client);

  X509_NAME_get_text_by_NID (X509_get_subject_name (shown), NID_commonName, common_name,
                             sizeof common_name);
  return g_strdup_printf ("%s %s", common_name, SSL_get_version (client));
}

char *
tls_fixture_try (TlsContext *context, const char *name, int maximum, const char *ciphers)
{
  BIO *client_bio, *server_bio;
  SSL *client = tls_fixture_client (-1);
  SSL *server = tls_context_new_ssl (context);
  char *description = NULL;

  BIO_new_bio_pair (&client_bio, 0, &server_bio, 0);
  SSL_set_bio (client, client_bio, client_bio);
  SSL_set_bio (server, server_bio, server_bio);
  SSL_set_accept_state (server);
  SSL_set_max_proto_version (client, maximum);
  if (name != NULL)
    SSL_set_tlsext_host_name (client, name);
  if (ciphers != NULL)
    g_assert_cmpint (SSL_set_cipher_list (client, ciphers), ==, 1);

  /* Each try goes as far as the other end's words allow. */
  for (guint i = 0; i < 10 && description == NULL; i++)
    {
      int client_done = SSL_do_handshake (client);
      int server_done = SSL_do_handshake (server);
      if (client_done == 1 && server_done == 1)
        description = describe (client);
    }

  SSL_free (client);
  SSL_free (server);
  return description;
}
