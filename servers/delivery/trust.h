/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/tls-context.h"

/**
 * SECTION: trust
 *
 * Whose word about other hosts we take: the authorities of smtp.delivery.ca-file, ready for TLS.
 * Read by the main thread when the settings are applied, asked by any.
 */
typedef struct _Trust Trust;

Trust *trust_new (void);
void trust_free (Trust *trust);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Trust, trust_free)

/** Reads @ca_file, "" for the system's authorities. Blocks. A file that can't be read is said in
 * the log; until it can, no certificate is good. */
void trust_apply (Trust *trust, const char *ca_file);

/**
 * trust_get:
 * @problem: (transfer full) (nullable): gets why no certificate is good now; %NULL when some may be
 *
 * Returns: (transfer full) (nullable): what TLS is started with; %NULL when there can be none
 */
TlsContext *trust_get (Trust *trust, char **problem);
