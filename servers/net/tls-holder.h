/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/tls-context.h"

/**
 * SECTION: tls-holder
 *
 * Where the server's TLS context in force stands: written by the main thread, read by every worker.
 *
 * Renewed certificates are taken without a restart: the main loop looks at their files every few
 * seconds. While files are being replaced, or can't be taken, the former context stays in force;
 * why is said once in the log.
 */
typedef struct _TlsHolder TlsHolder;

/** Without a certificate at first. */
TlsHolder *tls_holder_new (void);
void tls_holder_free (TlsHolder *holder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsHolder, tls_holder_free)

/**
 * tls_holder_prepare:
 *
 * Makes a context of the certificates, the versions and the ciphers of @security, reading all files
 * anew, for tls_holder_publish(). The former context is in force until then, and stays so when that
 * is never called. Errors: see tls_context_new_server(). From the main thread.
 */
gboolean tls_holder_prepare (TlsHolder *holder,
                             const SecuritySettings *security,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Puts what was prepared last in force. What an administrator should know of it besides goes into
 * the log. From the main thread. */
void tls_holder_publish (TlsHolder *holder);

/** Both in one. */
gboolean tls_holder_apply (TlsHolder *holder,
                           const SecuritySettings *security,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full) (nullable): the context in force; %NULL: there is no certificate, and
 * TLS can't be offered. From any thread. */
TlsContext *tls_holder_get (TlsHolder *holder);

/** Adds a sentence for each thing that an administrator should see to: files that can't be read
 * again, certificates that end soon. From the main thread. */
void tls_holder_troubles (TlsHolder *holder, GStrvBuilder *troubles);

/** How often the main loop calls tls_holder_look(). */
#define TLS_HOLDER_LOOK_SECONDS 5

/** Looks whether the files have been replaced, and takes them when they are the same as at the last
 * look: certificate and key are often written one after the other. From the main thread. */
void tls_holder_look (TlsHolder *holder);
