/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/tls-context.h"

#include <gio/gio.h>

/**
 * SECTION: trust
 *
 * Whose word about other hosts we take: the authorities of smtp.delivery.ca-file, ready for TLS.
 * Read by the main thread when the settings are applied, asked by any.
 *
 * A file that is replaced is taken without a restart: the main loop looks at it every few seconds.
 * While it can't be taken, the former authorities stay in use; why is said once in the log.
 */
typedef struct _Trust Trust;

Trust *trust_new (void);
void trust_free (Trust *trust);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Trust, trust_free)

/** Reads @ca_file, "" for the system's authorities. Blocks. A file that can't be read is said in
 * the log; until it can, no certificate is good. From the main thread. */
void trust_apply (Trust *trust, const char *ca_file);

/**
 * trust_get:
 * @problem: (transfer full) (nullable): gets why no certificate is good now; %NULL when some may be
 *
 * Returns: (transfer full) (nullable): what TLS is started with; %NULL when there can be none
 */
TlsContext *trust_get (Trust *trust, char **problem);

/** Adds a sentence where the file can't be read. From the main thread. */
void trust_troubles (Trust *trust, GStrvBuilder *troubles);

/** How often the main loop calls trust_look(). */
#define TRUST_LOOK_SECONDS 5

/** Looks whether the file has been replaced, and takes it when it is the same as at the last look:
 * a large one is not written at once. From the main thread. */
void trust_look (Trust *trust);
