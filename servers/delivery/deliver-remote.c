/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/deliver-remote.h"

#include "servers/delivery/hop-list.h"
#include "servers/policy/policy-binding.h"

struct _DeliverRemote
{
  const DeliverRemoteMeans *means; /* (unowned) */
  Attempt *attempt;                /* (unowned) */
  char *destination;               /* (owned) */
  DeliverRemote **handle;          /* (unowned) to be cleared at the end */
  DeliverRemoteDone done;
  gpointer user_data;

  HopList *list;      /* while it is being made */
  GPtrArray *hops;    /* (owned) (nullable) (element-type Hop) */
  guint next_hop;     /* to be connected to */
  char *trouble;      /* (owned) (nullable) why the last one did not do */
  gboolean was_there; /* a host was, and it might have taken another message */

  RemoteSession *session; /* (unowned) while one is under way */
  gboolean has_rested;    /* it is one of the pool's */
  gboolean gives_up_tls;  /* on the hop before the next one */
  gboolean is_cancelled;
};

static void
finish (DeliverRemote *delivery)
{
  DeliverRemoteDone done = delivery->done;
  gpointer user_data = delivery->user_data;
  *delivery->handle = NULL;
  g_clear_pointer (&delivery->hops, g_ptr_array_unref);
  g_free (delivery->destination);
  g_free (delivery->trouble);
  g_free (delivery);
  done (user_data);
}

/* No host is left. Nothing but a failure of the way itself, so there is no place to name. */
static void
finish_without_host (DeliverRemote *delivery, AttemptOutcome outcome, const char *reason)
{
  delivery->attempt->is_unreachable = outcome == ATTEMPT_DEFERRED && !delivery->was_there;
  attempt_settle_rest (delivery->attempt, outcome, NULL, reason);
  finish (delivery);
}

/* --- Sessions --- */

static RemotePeer
to_peer (const DeliverRemote *delivery, const Hop *hop)
{
  const Route *route = delivery->attempt->route;
  Policy *policy = delivery->attempt->policy;
  gboolean by_dns = route->kind == ROUTE_EXCHANGERS;
  RemotePeer peer
      = { .host = hop->host,
          .address = hop->address,
          .port = by_dns ? delivery->means->port : route->port,
          .tls = by_dns ? policy_delivery_tls (policy, route->host, hop->host) : route->tls,
          .policy = policy,
          .binding
          = policy_binding_for (policy, delivery->attempt->envelope->sender, &hop->address) };
  if (route->kind == ROUTE_ROUTER)
    peer.credential = policy_credential (policy, route->host, route->port);
  remote_peer_tighten (&peer);
  return peer;
}

static void try_next_hop (DeliverRemote *delivery);

/* Whoever comes next may have the session, unless it has carried enough. */
static void
put_back (DeliverRemote *delivery, RemoteSession *session)
{
  const Settings *settings = delivery->attempt->policy->settings;
  if (delivery->is_cancelled
      || remote_session_count (session) >= settings->smtp.delivery.messages_per_connection)
    remote_session_quit (session);
  else
    session_pool_keep (delivery->means->pool, delivery->destination, session);
}

static void
on_session_done (gpointer user_data, const RemoteSessionEnd *end)
{
  DeliverRemote *delivery = user_data;
  RemoteSession *session = g_steal_pointer (&delivery->session);
  delivery->was_there |= !end->is_host_trouble;
  if (end->is_resting)
    put_back (delivery, session);
  if (*end->trouble != '\0')
    {
      g_free (delivery->trouble);
      delivery->trouble = g_strdup (end->trouble);
    }
  if (end->is_tls_broken && !delivery->has_rested)
    {
      delivery->gives_up_tls = TRUE;
      delivery->next_hop--;
    }
  if (delivery->is_cancelled || attempt_count (delivery->attempt, ATTEMPT_UNTRIED) == 0)
    finish (delivery);
  else
    try_next_hop (delivery);
}

static void
hand_over (DeliverRemote *delivery, RemoteSession *session)
{
  delivery->session = session;
  remote_session_send (session, delivery->attempt, on_session_done, delivery);
}

static void
try_next_hop (DeliverRemote *delivery)
{
  const DeliverRemoteMeans *means = delivery->means;
  if (delivery->next_hop >= delivery->hops->len)
    {
      finish_without_host (delivery, ATTEMPT_DEFERRED,
                           delivery->trouble != NULL ? delivery->trouble
                                                     : "451 4.4.1 no host answered");
      return;
    }
  RemotePeer peer = to_peer (delivery, g_ptr_array_index (delivery->hops, delivery->next_hop));
  delivery->next_hop++;
  peer.gives_up_tls = delivery->gives_up_tls;
  delivery->gives_up_tls = FALSE;
  delivery->has_rested = FALSE;
  session_pool_trim (means->pool, delivery->destination,
                     destinations_room (means->destinations, delivery->destination));
  hand_over (delivery, remote_session_open (&means->sessions, &peer));
}

/* Returns: (nullable): a session that rests, with any of the hosts */
static RemoteSession *
find_resting (DeliverRemote *delivery)
{
  SessionPool *pool = delivery->means->pool;
  RemoteSession *session = NULL;
  if (session_pool_count (pool, delivery->destination) == 0)
    return NULL;
  for (guint i = 0; i < delivery->hops->len && session == NULL; i++)
    {
      RemotePeer peer = to_peer (delivery, g_ptr_array_index (delivery->hops, i));
      g_autofree char *key = remote_peer_key (&peer);
      session = session_pool_take (pool, key);
    }
  return session;
}

static void
on_hops (gpointer user_data, GPtrArray *hops, AttemptOutcome outcome, const char *reason)
{
  DeliverRemote *delivery = user_data;
  delivery->list = NULL;
  if (hops == NULL)
    {
      finish_without_host (delivery, outcome, reason);
      return;
    }
  delivery->hops = g_ptr_array_ref (hops);
  RemoteSession *session = find_resting (delivery);
  delivery->has_rested = session != NULL;
  if (session != NULL)
    hand_over (delivery, session);
  else
    try_next_hop (delivery);
}

void
deliver_remote_start (const DeliverRemoteMeans *means,
                      Attempt *attempt,
                      DeliverRemote **handle,
                      DeliverRemoteDone done,
                      gpointer user_data)
{
  DeliverRemote *delivery = g_new0 (DeliverRemote, 1);
  HopListQuestion question
      = { .route = attempt->route, .policy = attempt->policy, .port = means->port };
  delivery->means = means;
  delivery->attempt = attempt;
  delivery->destination = route_to_string (attempt->route);
  delivery->handle = handle;
  delivery->done = done;
  delivery->user_data = user_data;
  *handle = delivery;
  HopList *list = hop_list_find (means->dns, &question, on_hops, delivery);
  if (list != NULL) /* else there was an answer, and the delivery may be over */
    delivery->list = list;
}

void
deliver_remote_cancel (DeliverRemote *delivery)
{
  delivery->is_cancelled = TRUE;
  if (delivery->session != NULL)
    {
      remote_session_cancel (delivery->session);
      return;
    }
  hop_list_cancel (delivery->list);
  finish (delivery);
}
