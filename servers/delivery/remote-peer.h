/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/smtp-client.h"
#include "servers/net/connection.h"
#include "servers/policy/policy.h"

/** One host at one address, and how it is spoken to. Who fills one in owns what it points to; a copy
 * of remote_peer_copy() owns it itself. */
typedef struct
{
  const char *host; /* its name, for people and for its certificate */
  IpAddress address;
  guint16 port;
  DeliveryTls tls;
  gboolean gives_up_tls; /* DELIVERY_TLS_MAY was tried, and did not work: in clear this time */
  Policy *policy;        /* the settings that hold for this */
  const HostCredential *credential; /* (nullable) to log on with; the policy's */
  const Binding *binding; /* (nullable) from which address, and by which name; the policy's */
} RemotePeer;

/** The port at which a host speaks TLS from the first byte (RFC 8314). */
#define REMOTE_PEER_TLS_PORT 465

/**
 * remote_peer_tighten:
 *
 * Where the host is to be logged on to, its secret decides, too, how strictly TLS is used: see
 * policy_secret_tls(). To an address of the loopback network a secret may go as it likes.
 */
void remote_peer_tighten (RemotePeer *peer);

/** Returns: (transfer full) */
RemotePeer *remote_peer_copy (const RemotePeer *peer);
void remote_peer_free (RemotePeer *peer);

/** What the protocol has to know of it; good as long as the peer. */
SmtpClientHost remote_peer_to_smtp_host (const RemotePeer *peer);

/** What the connection has to know of it; good as long as the policy. */
ConnectionTarget remote_peer_to_target (const RemotePeer *peer);

/** Whether TLS begins with the first byte. */
gboolean remote_peer_is_secure_at_once (const RemotePeer *peer);

/** Returns: (transfer full): "mx.example.org[192.0.2.1]:25", for people */
char *remote_peer_describe (const RemotePeer *peer);

/** Returns: (transfer full): a text that is the same for two peers if a connection to the one can
 * serve the other */
char *remote_peer_key (const RemotePeer *peer);

/** Returns: (transfer full): the reply that stands for a connection that could not be made; @what
 * went wrong */
char *remote_peer_describe_failure (const RemotePeer *peer, const char *what);
