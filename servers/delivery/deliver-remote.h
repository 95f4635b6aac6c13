/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/attempt.h"
#include "servers/dns/dns.h"

/**
 * SECTION: deliver-remote
 *
 * Takes a message to the host, or to the mail exchangers of the domain, that its route names: host
 * after host in the order of preference, address after address (RFC 5321, section 5.1), until each
 * recipient has a result. Everything happens in the worker's thread.
 */
typedef struct _DeliverRemote DeliverRemote;

/** Every recipient of the attempt has its result; only when it was cancelled, some may be untried.
 * The call that frees the delivery. */
typedef void (*DeliverRemoteDone) (gpointer user_data);

/** What all deliveries share. */
typedef struct
{
  Worker *worker;
  Dns *dns;
  guint16 port; /* of mail exchangers: ROUTE_SMTP_PORT; another one in tests */
} DeliverRemoteMeans;

/**
 * deliver_remote_start:
 * @means: outlives the delivery
 * @attempt: on the route of a host or of exchangers; lives until @done, which may come before the
 * return
 * @delivery: gets the delivery, good until @done is called; %NULL afterwards
 */
void deliver_remote_start (const DeliverRemoteMeans *means,
                           Attempt *attempt,
                           DeliverRemote **delivery,
                           DeliverRemoteDone done,
                           gpointer user_data);

/** Ends soon, and leaves untried what was not decided; @done follows, at the latest when the DNS is
 * freed and 10 s have passed. */
void deliver_remote_cancel (DeliverRemote *delivery);
