/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/ip-network.h"

/**
 * SECTION: client-tally
 *
 * How many sessions each client has open, and how often it came and sent of late. Clients are told
 * apart by their address, those of IPv6 by their link (ip_address_link());
 * localhost (ip_address_is_localhost()) is never limited. From any thread.
 *
 * A limit per minute is an allowance that is used up and grows again: with 60, a client may come 60
 * times at once, and then once a second.
 *
 * Of clients without a session that were not seen for a minute, nothing is kept; and of clients
 * without a session at most CLIENT_TALLY_IDLE_MAX, the last ones seen.
 */
typedef struct _ClientTally ClientTally;

#define CLIENT_TALLY_IDLE_MAX 100000

/** Of one client; 0: no limit. */
typedef struct
{
  guint sessions; /* open at the same time */
  guint connections_per_minute;
  guint messages_per_minute;
} ClientLimits;

typedef enum
{
  CLIENT_TALLY_FINE,
  CLIENT_TALLY_TOO_MANY_SESSIONS,
  CLIENT_TALLY_TOO_MANY_CONNECTIONS,
  CLIENT_TALLY_TOO_MANY_MESSAGES
} ClientTallyResult;

ClientTally *client_tally_new (void);
void client_tally_free (ClientTally *tally);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClientTally, client_tally_free)

/** A client has come. Whatever is returned, client_tally_leave() follows at its end. One that is
 * turned away does not use up its allowance of connections. */
ClientTallyResult client_tally_enter (ClientTally *tally,
                                      const IpAddress *client,
                                      const ClientLimits *limits) G_GNUC_WARN_UNUSED_RESULT;

void client_tally_leave (ClientTally *tally, const IpAddress *client);

/** A client that is in wants to send one more message. */
ClientTallyResult client_tally_message (ClientTally *tally,
                                        const IpAddress *client,
                                        const ClientLimits *limits) G_GNUC_WARN_UNUSED_RESULT;

/** A session may get nowhere for so long before it is to make room where there is none; one of a client
 * with more sessions than CLIENT_TALLY_CROWD has no time at all. */
#define CLIENT_TALLY_GRACE_SECONDS 1
#define CLIENT_TALLY_CROWD 10

/**
 * client_tally_gives_way:
 *
 * All sessions that there may be are open, and @newcomer has come; a session of @sitting has got
 * nowhere for @waited_seconds. Returns whether that one is to end: it has had its time, or its client
 * has a crowd of them, and more than the newcomer. So neither a few clients with many sessions nor
 * many with one keep others out. Localhost stays.
 */
gboolean client_tally_gives_way (ClientTally *tally,
                                 const IpAddress *sitting,
                                 guint waited_seconds,
                                 const IpAddress *newcomer) G_GNUC_WARN_UNUSED_RESULT;

/** How many clients are remembered. */
guint client_tally_size (ClientTally *tally);

/** The time, in microseconds, that never goes back; for tests. */
typedef gint64 (*ClientTallyClock) (void);
void client_tally_set_clock (ClientTally *tally, ClientTallyClock clock);
