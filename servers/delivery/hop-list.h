/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/attempt.h"
#include "servers/dns/dns.h"

/**
 * SECTION: hop-list
 *
 * Which hosts, at which addresses, a message on a route can be handed to, in the order in which
 * they are to be tried (RFC 5321, section 5.1): the router, or the mail exchangers of the domain,
 * equal ones in a random order. Where this server is among them, it and all that are not better are
 * left out, so that no mail goes in a circle. All addresses are asked for at once. One thread.
 */
typedef struct _HopList HopList;

typedef struct
{
  char *host; /* (owned) */
  IpAddress address;
} Hop;

/** No more hops than this are tried in one attempt: a domain with many dead hosts must not hold a
 * message for hours. */
#define HOP_LIST_MAX 15

/**
 * @hops: (element-type Hop): in their order, at least one; %NULL for none
 * @outcome: of the attempt, when there are none: ATTEMPT_DEFERRED or ATTEMPT_FAILED
 * @reason: the reply that stands for it
 *
 * May come before hop_list_find() returns; the list is gone then.
 */
typedef void (*HopListFound) (gpointer user_data,
                              GPtrArray *hops,
                              AttemptOutcome outcome,
                              const char *reason);

typedef struct
{
  const Route *route; /* a router's, a literal's or that of exchangers */
  Policy *policy;
  guint16 port; /* of exchangers */
} HopListQuestion;

/** @question: needed for the call only. Returns: (nullable): the list, for hop_list_cancel(); %NULL
 * when @found was called */
HopList *
hop_list_find (Dns *dns, const HopListQuestion *question, HopListFound found, gpointer user_data);

/** @found does not come any more. */
void hop_list_cancel (HopList *list);
