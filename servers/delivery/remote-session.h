/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/attempt.h"
#include "servers/net/worker.h"

/**
 * SECTION: remote-session
 *
 * One conversation with one host, over a connection of its own, with a deadline for each step.
 * Everything happens in the worker's thread.
 */
typedef struct _RemoteSession RemoteSession;

typedef struct
{
  const char *host; /* its name, for people */
  IpAddress address;
  guint16 port;
} RemotePeer;

/**
 * The conversation is over. Recipients for whom it decided something have their result in the
 * attempt; those that are untried still may go to another host. @trouble: why there are such; ""
 * when there are none. The session is not to be used any more.
 */
typedef void (*RemoteSessionDone) (gpointer user_data, const char *trouble, gboolean reached);

/** Connects, and sends the message to the untried recipients of @attempt, which lives until @done.
 */
RemoteSession *remote_session_start (Worker *worker,
                                     const RemotePeer *peer,
                                     Attempt *attempt,
                                     RemoteSessionDone done,
                                     gpointer user_data);

/** Ends the conversation now; where the message was sent and its answer is due, after that, or in
 * 10 s. @done follows. */
void remote_session_cancel (RemoteSession *session);
