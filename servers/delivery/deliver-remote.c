/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/deliver-remote.h"

#include "servers/delivery/own-host.h"
#include "servers/delivery/remote-session.h"

/* Addresses tried in one attempt: a domain with many dead hosts must not hold a message for hours.
 */
#define ADDRESSES_MAX 10

struct _DeliverRemote
{
  const DeliverRemoteMeans *means; /* (unowned) */
  Attempt *attempt;                /* (unowned) */
  DeliverRemote **handle;          /* (unowned) to be cleared at the end */
  DeliverRemoteDone done;
  gpointer user_data;

  GPtrArray *exchangers; /* (owned) (nullable) (element-type DnsExchanger) */
  guint next_exchanger;
  char *host;        /* (owned) whose addresses these are */
  GArray *addresses; /* (owned) (nullable) (element-type IpAddress) */
  guint next_address;
  guint tried;            /* addresses */
  char *trouble;          /* (owned) why the last one did not do */
  gboolean reached;       /* there was a connection to one of them */
  gboolean has_addresses; /* some host had one, or may have one when the DNS answers again */

  RemoteSession *session; /* (unowned) while one is under way */
  gboolean is_cancelled;
};

static void try_next_host (DeliverRemote *delivery);

static void
finish (DeliverRemote *delivery)
{
  DeliverRemoteDone done = delivery->done;
  gpointer user_data = delivery->user_data;
  *delivery->handle = NULL;
  g_clear_pointer (&delivery->exchangers, g_ptr_array_unref);
  g_clear_pointer (&delivery->addresses, g_array_unref);
  g_free (delivery->host);
  g_free (delivery->trouble);
  g_free (delivery);
  done (user_data);
}

static void finish_with (DeliverRemote *delivery, AttemptOutcome outcome, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* Gives all that are untried the same result: nothing but a failure of the way itself, so there is
 * no place to name. */
static void
finish_with (DeliverRemote *delivery, AttemptOutcome outcome, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  delivery->attempt->is_unreachable = outcome == ATTEMPT_DEFERRED && !delivery->reached;
  if (!delivery->is_cancelled)
    attempt_settle_rest (delivery->attempt, outcome, NULL, reason);
  finish (delivery);
}

static void
set_trouble (DeliverRemote *delivery, const char *trouble)
{
  char *copy = g_strdup (trouble);
  g_free (delivery->trouble);
  delivery->trouble = copy;
}

static gboolean
is_router (const DeliverRemote *delivery)
{
  return delivery->attempt->route->kind == ROUTE_HOST;
}

/* The host that was to be asked next is this one. RFC 5321, section 5.1: it and all behind it are
 * not to be asked. */
static void
finish_at_own_host (DeliverRemote *delivery)
{
  const char *target = delivery->attempt->route->host;
  if (is_router (delivery))
    finish_with (delivery, ATTEMPT_DEFERRED, "451 4.3.5 the next host, %s, is this server itself",
                 target);
  else if (delivery->trouble != NULL)
    finish_with (delivery, ATTEMPT_DEFERRED, "%s", delivery->trouble);
  else
    finish_with (delivery, ATTEMPT_FAILED, "554 5.4.6 mail for %s loops back to this server",
                 target);
}

static void
finish_without_host (DeliverRemote *delivery)
{
  const char *target = delivery->attempt->route->host;
  if (is_router (delivery) && !delivery->has_addresses)
    finish_with (delivery, ATTEMPT_DEFERRED, "451 4.4.3 no address is known for %s", target);
  else if (!delivery->has_addresses)
    finish_with (delivery, ATTEMPT_FAILED,
                 "550 5.4.4 no host that takes mail for %s has an address", target);
  else
    finish_with (delivery, ATTEMPT_DEFERRED, "%s",
                 delivery->trouble != NULL ? delivery->trouble : "451 4.4.1 no host answered");
}

static void try_next_address (DeliverRemote *delivery);

static void
on_session_done (gpointer user_data, const char *trouble, gboolean reached)
{
  DeliverRemote *delivery = user_data;
  delivery->session = NULL;
  delivery->reached |= reached;
  if (*trouble != '\0')
    set_trouble (delivery, trouble);
  if (delivery->is_cancelled || attempt_count (delivery->attempt, ATTEMPT_UNTRIED) == 0)
    finish (delivery);
  else
    try_next_address (delivery);
}

static void
try_next_address (DeliverRemote *delivery)
{
  if (delivery->next_address >= delivery->addresses->len || delivery->tried >= ADDRESSES_MAX)
    {
      try_next_host (delivery);
      return;
    }
  const DeliverRemoteMeans *means = delivery->means;
  Attempt *attempt = delivery->attempt;
  RemotePeer peer
      = { .host = delivery->host,
          .address = g_array_index (delivery->addresses, IpAddress, delivery->next_address),
          .port = is_router (delivery) ? attempt->route->port : means->port };
  delivery->next_address++;
  if (own_host_has_address (attempt->policy->settings, &peer.address, peer.port))
    {
      finish_at_own_host (delivery);
      return;
    }
  delivery->tried++;
  delivery->session
      = remote_session_start (means->worker, &peer, attempt, on_session_done, delivery);
}

static void
use_addresses (DeliverRemote *delivery, GArray *addresses)
{
  g_clear_pointer (&delivery->addresses, g_array_unref);
  delivery->addresses = g_array_ref (addresses);
  delivery->next_address = 0;
  delivery->has_addresses = TRUE;
  try_next_address (delivery);
}

static void
on_addresses (gpointer user_data, DnsStatus status, GArray *addresses, const char *reason)
{
  DeliverRemote *delivery = user_data;
  if (delivery->is_cancelled)
    {
      finish (delivery);
      return;
    }
  if (status == DNS_FOUND)
    {
      use_addresses (delivery, addresses);
      return;
    }
  if (status == DNS_TROUBLE)
    delivery->has_addresses = TRUE;
  g_autofree char *trouble
      = g_strdup_printf ("451 4.4.3 no address of %s: %s", delivery->host, reason);
  set_trouble (delivery, trouble);
  try_next_host (delivery);
}

static void
try_host (DeliverRemote *delivery, const char *host)
{
  g_autoptr (GArray) literal = g_array_new (FALSE, FALSE, sizeof (IpAddress));
  IpAddress address;
  g_free (delivery->host);
  delivery->host = g_strdup (host);
  if (!ip_address_parse (host, &address))
    {
      dns_find_addresses (delivery->means->dns, delivery->host, on_addresses, delivery);
      return;
    }
  g_array_append_val (literal, address);
  use_addresses (delivery, literal);
}

static void
try_next_host (DeliverRemote *delivery)
{
  GPtrArray *exchangers = delivery->exchangers;
  if (exchangers == NULL || delivery->next_exchanger >= exchangers->len
      || delivery->tried >= ADDRESSES_MAX)
    {
      finish_without_host (delivery);
      return;
    }
  const DnsExchanger *exchanger = g_ptr_array_index (exchangers, delivery->next_exchanger);
  delivery->next_exchanger++;
  if (own_host_has_name (delivery->attempt->policy->settings, exchanger->host))
    finish_at_own_host (delivery);
  else
    try_host (delivery, exchanger->host);
}

static void
on_exchangers (gpointer user_data, DnsStatus status, GPtrArray *exchangers, const char *reason)
{
  DeliverRemote *delivery = user_data;
  const char *domain = delivery->attempt->route->host;
  if (delivery->is_cancelled)
    {
      finish (delivery);
      return;
    }
  switch (status)
    {
    case DNS_FOUND:
      delivery->exchangers = g_ptr_array_ref (exchangers);
      try_next_host (delivery);
      return;
    case DNS_NULL_MX:
      finish_with (delivery, ATTEMPT_FAILED, "556 5.1.10 the domain %s takes no mail", domain);
      return;
    case DNS_NOT_FOUND:
      finish_with (delivery, ATTEMPT_FAILED, "550 5.1.2 there is no domain %s", domain);
      return;
    case DNS_TROUBLE:
    default:
      finish_with (delivery, ATTEMPT_DEFERRED,
                   "451 4.4.3 the DNS does not tell who takes mail for %s: %s", domain, reason);
      return;
    }
}

void
deliver_remote_start (const DeliverRemoteMeans *means,
                      Attempt *attempt,
                      DeliverRemote **handle,
                      DeliverRemoteDone done,
                      gpointer user_data)
{
  DeliverRemote *delivery = g_new0 (DeliverRemote, 1);
  delivery->means = means;
  delivery->attempt = attempt;
  delivery->handle = handle;
  delivery->done = done;
  delivery->user_data = user_data;
  *handle = delivery;
  if (is_router (delivery))
    try_host (delivery, attempt->route->host);
  else
    dns_find_exchangers (means->dns, attempt->route->host, on_exchangers, delivery);
}

void
deliver_remote_cancel (DeliverRemote *delivery)
{
  delivery->is_cancelled = TRUE;
  if (delivery->session != NULL)
    remote_session_cancel (delivery->session);
}
