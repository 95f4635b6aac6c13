/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/certificate-files.h"

#include <openssl/ssl.h>

/**
 * SECTION: tls-certificate
 *
 * A server's certificate with those of its issuers and its key, read from files and held against
 * each other. Immutable.
 */
typedef struct _TlsCertificate TlsCertificate;

/** How long before its end a certificate is worth a warning: those that renew themselves do it
 * earlier. */
#define TLS_CERTIFICATE_WARN_DAYS 14

/** Reads both files. An error names the file, says what is wrong with it, and where that is not
 * plain, what to do. */
TlsCertificate *tls_certificate_read (const CertificateFiles *files,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tls_certificate_free (TlsCertificate *certificate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsCertificate, tls_certificate_free)

/** Whether it is good for @host_name (RFC 6125). */
gboolean tls_certificate_is_for (const TlsCertificate *certificate, const char *host_name);

/** Whether both are for the very same names. */
gboolean tls_certificate_has_same_names (const TlsCertificate *a, const TlsCertificate *b);

/** The kind of its key: EVP_PKEY_RSA, EVP_PKEY_EC... */
int tls_certificate_kind (const TlsCertificate *certificate);

/** Lets @ctx show it, beside those of other kinds that it has. Fails where OpenSSL finds it too
 * weak. */
gboolean tls_certificate_use (const TlsCertificate *certificate,
                              SSL_CTX *ctx,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Days from @now (seconds since 1970) to its end, rounded down; negative after it. */
int tls_certificate_days_left (const TlsCertificate *certificate, gint64 now);

/** Adds to @warnings (element-type utf8) what an administrator should know of it at @now. */
void tls_certificate_warn (const TlsCertificate *certificate, gint64 now, GPtrArray *warnings);
