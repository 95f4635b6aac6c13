/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"

/**
 * SECTION: tls-context
 *
 * What TLS needs before a peer comes: certificates, versions, ciphers. Immutable,
 * reference-counted, used by many threads at once.
 *
 * A server shows the certificate for the host name that the client asks for (SNI, RFC 6066,
 * section 3), else the first. A certificate is good for its names (RFC 6125): those of its subject
 * alternative name, where "*" stands for the whole first label; its common name where it has none.
 * Certificates with the same names and keys of different kinds (RSA, ECDSA) serve together.
 *
 * There is no renegotiation and no compression. Versions below 1.2 need weaker signatures than
 * OpenSSL allows by itself; where the settings ask for them, they work.
 */
typedef struct _TlsContext TlsContext;

/**
 * tls_context_new_server:
 *
 * Reads every certificate of @security, of which there must be one, and holds it against its key.
 * Fails with an error that names the file, or the setting, and says what is wrong with it.
 */
TlsContext *tls_context_new_server (const SecuritySettings *security,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** For connections to other hosts. @ca_file: the authorities that are trusted; "" for the system's.
 * One context serves connections that must be verified and those that need not. */
TlsContext *tls_context_new_client (const char *ca_file, GError **error) G_GNUC_WARN_UNUSED_RESULT;

TlsContext *tls_context_ref (TlsContext *context);
void tls_context_unref (TlsContext *context);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsContext, tls_context_unref)

/** Returns: (transfer full): what one connection needs; for tls-stream */
struct ssl_st *tls_context_new_ssl (TlsContext *context);

/** In how many days the first of the server's certificates ends, rounded down; negative when one
 * has ended. */
int tls_context_days_left (TlsContext *context);

/**
 * tls_context_warnings:
 *
 * What an administrator should know though TLS works: a certificate that has ended, ends within two
 * weeks or has not begun; a key that others may read.
 *
 * Returns: (transfer full): a sentence each, NULL-terminated
 */
char **tls_context_warnings (TlsContext *context);
