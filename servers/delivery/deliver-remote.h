/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/attempt.h"
#include "servers/delivery/destinations.h"
#include "servers/delivery/session-pool.h"
#include "servers/dns/dns.h"

/**
 * SECTION: deliver-remote
 *
 * Takes a message to the host, or to the mail exchangers of the domain, that its route names: over
 * a session that rests where there is one, else host after host in the order of preference, address
 * after address (hop-list), until each recipient has a result. A session that rested and turns out
 * to be of no use any more costs nothing but another connection. Everything happens in the worker's
 * thread.
 */
typedef struct _DeliverRemote DeliverRemote;

/** Every recipient of the attempt has its result; only when it was cancelled, some may be untried.
 * The call that frees the delivery. */
typedef void (*DeliverRemoteDone) (gpointer user_data);

/** What all deliveries share. */
typedef struct
{
  Dns *dns;
  guint16 port; /* of mail exchangers: ROUTE_SMTP_PORT; another one in tests */
  RemoteSessionMeans sessions;
  SessionPool *pool;
  Destinations *destinations;
} DeliverRemoteMeans;

/**
 * deliver_remote_start:
 * @means: outlives the delivery
 * @attempt: on the route of a host or of exchangers, at whose destination it has its turn; lives
 * until @done, which may come before the return
 * @delivery: gets the delivery, good until @done is called; %NULL afterwards
 */
void deliver_remote_start (const DeliverRemoteMeans *means,
                           Attempt *attempt,
                           DeliverRemote **delivery,
                           DeliverRemoteDone done,
                           gpointer user_data);

/** Ends soon, and leaves untried what was not decided; @done follows, at the latest when 10 s have
 * passed. */
void deliver_remote_cancel (DeliverRemote *delivery);
