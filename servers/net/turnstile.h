/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/ip-network.h"
#include "servers/net/worker.h"

/**
 * SECTION: turnstile
 *
 * Where work passes that strangers may ask for and that costs much: the check of a password. It is
 * done in a few threads that do nothing else, so that messages and mailboxes never wait for it. The
 * clients take turns, and none has more than half of the threads: however many passwords one of
 * them tries, another waits for no more than one check of each. Clients are told apart by their
 * links (ip_address_link()).
 */
typedef struct _Turnstile Turnstile;

/** @name: of the threads, as for worker_new(). @n_threads: 1 and up; 0 for as many as suit the
 * system */
Turnstile *turnstile_new (const char *name, guint n_threads);

/** Lets pass what waits, and ends the threads. While the workers live, and when nothing more comes.
 */
void turnstile_free (Turnstile *turnstile);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Turnstile, turnstile_free)

/** Something to be done for a client: @work, which may block, in one of the threads, then @done in
 * @worker's. */
typedef struct
{
  WorkerTask work;
  WorkerTask done; /* (nullable): @work sees itself to what comes after it */
  gpointer data;   /* not touched any more after @work where there is no @done */
} TurnstileJob;

/** Runs @job when it is the turn of the client @address. From any thread; never waits. */
void turnstile_pass (Turnstile *turnstile,
                     Worker *worker,
                     const IpAddress *address,
                     const TurnstileJob *job);
