/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/tls-context.h"

#include <openssl/ssl.h>

/**
 * SECTION: tls-fixture
 *
 * For tests: certificates as files, and the other end of TLS, blocking, by OpenSSL itself.
 */
typedef struct
{
  const char *common_name; /* (nullable) "mail.example.org" */
  const char *names;       /* (nullable) "DNS:mail.example.org,DNS:*.example.net" */
  int first_day;           /* from now; valid from then */
  int last_day;            /* to then; 0: 30 */
  gboolean is_rsa;         /* else ECDSA */
  const char *passphrase;  /* (nullable) of the key */
} TlsFixtureCertificate;

/** Writes a certificate that nobody but itself has signed to FOLDER/NAME.pem, and its key to
 * FOLDER/NAME.key. */
void
tls_fixture_write (const char *folder, const char *name, const TlsFixtureCertificate *certificate);

/** Returns: (transfer full): a server's context: TLS from @minimum on, a certificate for
 * mail.example.org */
TlsContext *tls_fixture_context (TlsVersion minimum);

/** Returns: (transfer full): a client's, that trusts the certificate of tls_fixture_context() */
TlsContext *tls_fixture_client_context (void);

/**
 * tls_fixture_try:
 * @name: (nullable): what the client asks for (SNI)
 * @maximum: the client's newest version, such as TLS1_1_VERSION; 0 for all
 * @ciphers: (nullable): the client's, up to TLS 1.2
 *
 * Tries a handshake with a client that takes everything, without a socket.
 *
 * Returns: (transfer full) (nullable): the common name of the certificate that it was shown and the
 * version, "mail TLSv1.3"; %NULL where they have nothing in common
 */
char *tls_fixture_try (TlsContext *context, const char *name, int maximum, const char *ciphers);

/** Returns: (transfer full): a client's end on @fd that takes every certificate; the handshake is
 * to be done. */
SSL *tls_fixture_client (int fd);

/** Returns: (transfer full): a server's end on @fd with the same certificate. */
SSL *tls_fixture_server (int fd);
