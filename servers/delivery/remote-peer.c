/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/remote-peer.h"

#include "servers/policy/policy-delivery.h"

void
remote_peer_tighten (RemotePeer *peer)
{
  if (peer->credential != NULL && !ip_address_is_loopback (&peer->address))
    peer->tls = policy_secret_tls (peer->policy, peer->host, peer->tls);
}

RemotePeer *
remote_peer_copy (const RemotePeer *peer)
{
  RemotePeer *copy = g_memdup2 (peer, sizeof *peer);
  copy->host = g_strdup (peer->host);
  copy->policy = policy_ref (peer->policy);
  return copy;
}

void
remote_peer_free (RemotePeer *peer)
{
  g_free ((char *) peer->host);
  policy_unref (peer->policy);
  g_free (peer);
}

/* By which name we go there. */
static const char *
host_name_of (const RemotePeer *peer)
{
  return peer->binding != NULL ? peer->binding->host_name
                               : peer->policy->settings->general.host_name;
}

SmtpClientHost
remote_peer_to_smtp_host (const RemotePeer *peer)
{
  return (SmtpClientHost){ .host_name = host_name_of (peer),
                           .is_secure = remote_peer_is_secure_at_once (peer),
                           .uses_tls = peer->tls != DELIVERY_TLS_NONE && !peer->gives_up_tls,
                           .needs_tls = peer->tls >= DELIVERY_TLS_MUST,
                           .credential = peer->credential,
                           .is_own_machine = ip_address_is_loopback (&peer->address) };
}

ConnectionTarget
remote_peer_to_target (const RemotePeer *peer)
{
  return (ConnectionTarget){ .address = peer->address,
                             .port = peer->port,
                             .local = peer->binding != NULL ? &peer->binding->address : NULL };
}

gboolean
remote_peer_is_secure_at_once (const RemotePeer *peer)
{
  return peer->port == REMOTE_PEER_TLS_PORT && peer->tls != DELIVERY_TLS_NONE;
}

char *
remote_peer_describe (const RemotePeer *peer)
{
  char address[IP_NETWORK_TEXT_MAX];
  ip_address_to_string (&peer->address, address);
  gboolean is_named = g_ascii_strcasecmp (peer->host, address) != 0;
  return g_strdup_printf ("%s[%s]:%u", is_named ? peer->host : "", address, peer->port);
}

char *
remote_peer_key (const RemotePeer *peer)
{
  g_autofree char *place = remote_peer_describe (peer);
  g_autofree char *credential
      = peer->credential != NULL ? host_credential_to_text (peer->credential) : g_strdup ("");
  char local[IP_NETWORK_TEXT_MAX] = "";
  if (peer->binding != NULL)
    ip_address_to_string (&peer->binding->address, local);
  return g_strdup_printf ("%s\n%d\n%s\n%s\n%s\n%s", place, peer->tls, credential,
                          host_name_of (peer), local,
                          peer->policy->settings->smtp.delivery.ca_file);
}

char *
remote_peer_describe_failure (const RemotePeer *peer, const char *what)
{
  char local[IP_NETWORK_TEXT_MAX];
  if (peer->binding == NULL)
    return g_strdup_printf ("451 4.4.1 cannot connect: %s", what);
  return g_strdup_printf ("451 4.4.1 cannot connect from %s, as smtp.bindings says: %s",
                          ip_address_to_string (&peer->binding->address, local), what);
}
