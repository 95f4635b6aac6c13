/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/host-credential.h"
#include "servers/delivery/delivery-counters.h"
#include "servers/net/worker.h"

/**
 * SECTION: host-secrets
 *
 * What other hosts are logged on to with: a password, read from its file each time, or an access
 * token (OAuth 2.0, RFC 6749, section 4.4), fetched from its server and kept until shortly before
 * its end. While a token is being fetched, all who want it wait for the same answer. One thread,
 * the worker's.
 */
typedef struct _HostSecrets HostSecrets;
typedef struct _HostSecretRequest HostSecretRequest;

/** @worker, @counters: outlive the secrets */
HostSecrets *host_secrets_new (Worker *worker, DeliveryCounters *counters);

/** Has fetches that are under way end soon. Any thread. */
void host_secrets_stop (HostSecrets *secrets);

/** Once the worker is gone. */
void host_secrets_free (HostSecrets *secrets);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HostSecrets, host_secrets_free)

/** The secret, or why there is none; good for the time of the call. */
typedef struct
{
  const char *secret;  /* (nullable) */
  const char *problem; /* in words; "" with a secret, which is never in it */
  guint64 serial;      /* of a token: each one that is fetched has its own; 0 for a password */
} HostSecretAnswer;

/** Comes from the loop, once. */
typedef void (*HostSecretDone) (gpointer user_data, const HostSecretAnswer *answer);

typedef struct
{
  const HostCredential *credential; /* needed for the call only */
  const char *ca_file; /* what the token's server is verified by; "" for the system's authorities */
  guint64 refused;     /* the serial of a token that the host has refused; 0 for none */
} HostSecretWish;

HostSecretRequest *host_secrets_ask (HostSecrets *secrets,
                                     const HostSecretWish *wish,
                                     HostSecretDone done,
                                     gpointer user_data);

/** The answer is wanted no more, and does not come. */
void host_secret_request_cancel (HostSecretRequest *request);
