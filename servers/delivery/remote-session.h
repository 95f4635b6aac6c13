/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/attempt.h"
#include "servers/delivery/host-secrets.h"
#include "servers/delivery/remote-peer.h"
#include "servers/delivery/trust.h"

/**
 * SECTION: remote-session
 *
 * A conversation with one host, over a connection of its own, with a deadline for each step: it
 * carries messages one after the other, and rests in between. Everything happens in the worker's
 * thread.
 */
typedef struct _RemoteSession RemoteSession;

/** What all sessions share. */
typedef struct
{
  Worker *worker;
  Trust *trust;
  HostSecrets *secrets;
  DeliveryCounters *counters;
} RemoteSessionMeans;

/** How a message fared. */
typedef struct
{
  const char *trouble; /* why recipients are left untried, who may go to another host; "" when none
                          are */
  gboolean is_host_trouble; /* which any message would have met: nothing was there, or it did not
                               serve us at all */
  gboolean is_tls_broken;   /* TLS could not be started where it need not be: clear may do */
  gboolean is_resting; /* the session can carry the next message; else it is not to be used any more
                        */
} RemoteSessionEnd;

typedef void (*RemoteSessionDone) (gpointer user_data, const RemoteSessionEnd *end);

/** Begins to connect. A message is to be sent before the return to the loop. @peer: needed for the
 * call only. */
RemoteSession *remote_session_open (const RemoteSessionMeans *means, const RemotePeer *peer);

/** Sends the message to the untried recipients of @attempt, which lives until @done. Recipients
 * for whom something was decided have their result in it then. */
void remote_session_send (RemoteSession *session,
                          Attempt *attempt,
                          RemoteSessionDone done,
                          gpointer user_data);

/** The session has ended while it rested. It is not to be used any more. */
typedef void (*RemoteSessionGone) (gpointer user_data, RemoteSession *session);

/** Waits for its next message, at most @seconds. */
void remote_session_rest (RemoteSession *session,
                          guint seconds,
                          RemoteSessionGone gone,
                          gpointer user_data);

/** Ends a session that rests; @gone does not come. */
void remote_session_quit (RemoteSession *session);

/** Ends the conversation now; where the message was sent and its answer is due, after that, or in
 * 10 s. @done follows. */
void remote_session_cancel (RemoteSession *session);

/** Returns: (transfer none): remote_peer_key() of its peer */
const char *remote_session_key (const RemoteSession *session);

/** How many messages it has carried. */
guint remote_session_count (const RemoteSession *session);
