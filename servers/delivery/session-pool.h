/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/remote-session.h"

/**
 * SECTION: session-pool
 *
 * Conversations with other hosts that rest, for SESSION_POOL_REST_S at most, until the next message
 * for the same host comes. One thread.
 */
typedef struct _SessionPool SessionPool;

#define SESSION_POOL_REST_S 5

SessionPool *session_pool_new (void);

/** No session rests any more: see session_pool_close(). */
void session_pool_free (SessionPool *pool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SessionPool, session_pool_free)

/** Lets @session rest. @destination: as #Destinations names it */
void session_pool_keep (SessionPool *pool, const char *destination, RemoteSession *session);

/** How many rest that were kept for @destination. */
guint session_pool_count (SessionPool *pool, const char *destination);

/** Returns: (nullable): the session with that remote_session_key() that has rested for the shortest
 * time; it is the caller's now */
RemoteSession *session_pool_take (SessionPool *pool, const char *key);

/** Ends the sessions that have rested for the longest time, until @count are left for @destination.
 */
void session_pool_trim (SessionPool *pool, const char *destination, guint count);

/** Ends all sessions. */
void session_pool_close (SessionPool *pool);
