/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/hop-list.h"

#include "servers/delivery/own-host.h"

/* Exchangers beyond these are not looked at. */
#define HOSTS_MAX 16

/* One host has no more addresses than these, so that the next one has its turn. */
#define HOST_ADDRESSES_MAX 5

struct _HopList
{
  Dns *dns;         /* (unowned) */
  Policy *policy;   /* (owned) */
  RouteKind kind;   /* of the route, as the next two */
  char *target;     /* (owned) the router or the domain */
  guint16 port;     /* of all hops */
  GPtrArray *hosts; /* (owned) (element-type Host) in the order of their preference */
  guint pending;    /* questions that are out, and one for the time of asking */
  HopListFound found;
  gpointer user_data;
  gboolean is_cancelled;
  gboolean is_over;
};

typedef struct
{
  HopList *list; /* (unowned) */
  char *name;    /* (owned) */
  guint preference;
  GArray *addresses; /* (owned) (nullable) (element-type IpAddress) */
  char *trouble;     /* (owned) (nullable) why it is not known whether it has any */
} Host;

static void
host_free (Host *host)
{
  g_free (host->name);
  g_free (host->trouble);
  g_clear_pointer (&host->addresses, g_array_unref);
  g_free (host);
}

static void
hop_free (Hop *hop)
{
  g_free (hop->host);
  g_free (hop);
}

static void
list_free (HopList *list)
{
  g_ptr_array_unref (list->hosts);
  policy_unref (list->policy);
  g_free (list->target);
  g_free (list);
}

static void answer (HopList *list, GPtrArray *hops, AttemptOutcome outcome, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

static void
answer (HopList *list, GPtrArray *hops, AttemptOutcome outcome, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  list->is_over = TRUE;
  if (!list->is_cancelled)
    list->found (list->user_data, hops, outcome, reason);
}

/* --- What was found --- */

static gboolean
is_own (const HopList *list, const Host *host)
{
  const Settings *settings = list->policy->settings;
  if (list->kind == ROUTE_EXCHANGERS && own_host_has_name (settings, host->name))
    return TRUE;
  for (guint i = 0; host->addresses != NULL && i < host->addresses->len; i++)
    if (own_host_has_address (settings, &g_array_index (host->addresses, IpAddress, i), list->port))
      return TRUE;
  return FALSE;
}

/* RFC 5321, section 5.1: this server, and those that are as good or worse. Returns whether it was
 * among them. */
static gboolean
leave_out_own (HopList *list)
{
  guint limit = G_MAXUINT;
  gboolean found = FALSE;
  for (guint i = 0; i < list->hosts->len; i++)
    {
      const Host *host = g_ptr_array_index (list->hosts, i);
      if (!is_own (list, host))
        continue;
      found = TRUE;
      limit = MIN (limit, host->preference);
    }
  for (guint i = list->hosts->len; found && i > 0; i--)
    if (((Host *) g_ptr_array_index (list->hosts, i - 1))->preference >= limit)
      g_ptr_array_remove_index (list->hosts, i - 1);
  return found;
}

static GPtrArray *
make_hops (const HopList *list)
{
  GPtrArray *hops = g_ptr_array_new_with_free_func ((GDestroyNotify) hop_free);
  for (guint i = 0; i < list->hosts->len; i++)
    {
      const Host *host = g_ptr_array_index (list->hosts, i);
      guint count = host->addresses != NULL ? MIN (host->addresses->len, HOST_ADDRESSES_MAX) : 0;
      for (guint k = 0; k < count && hops->len < HOP_LIST_MAX; k++)
        {
          Hop *hop = g_new (Hop, 1);
          *hop = (Hop){ g_strdup (host->name), g_array_index (host->addresses, IpAddress, k) };
          g_ptr_array_add (hops, hop);
        }
    }
  return hops;
}

/* Returns: (nullable): why it can't be told whether there is a host */
static const Host *
find_trouble (const HopList *list)
{
  for (guint i = 0; i < list->hosts->len; i++)
    {
      const Host *host = g_ptr_array_index (list->hosts, i);
      if (host->trouble != NULL)
        return host;
    }
  return NULL;
}

static void
conclude (HopList *list)
{
  gboolean has_own = leave_out_own (list);
  g_autoptr (GPtrArray) hops = make_hops (list);
  const Host *host = find_trouble (list);
  if (hops->len > 0)
    answer (list, hops, ATTEMPT_UNTRIED, "%s", "");
  else if (host != NULL)
    answer (list, NULL, ATTEMPT_DEFERRED, "451 4.4.3 no address of %s: %s", host->name,
            host->trouble);
  else if (has_own && list->kind == ROUTE_ROUTER)
    answer (
        list, NULL, ATTEMPT_DEFERRED,
        "451 4.3.5 the next host, %s, is this server itself: mend smtp.mail-router or the route",
        list->target);
  else if (has_own)
    answer (list, NULL, ATTEMPT_FAILED,
            "554 5.4.6 mail for %s loops back to this server, which does not know it as a local "
            "domain",
            list->target);
  else if (list->kind == ROUTE_ROUTER)
    answer (list, NULL, ATTEMPT_DEFERRED, "451 4.4.3 no address is known for %s", list->target);
  else
    answer (list, NULL, ATTEMPT_FAILED, "550 5.4.4 no host that takes mail for %s has an address",
            list->target);
}

/* --- Questions --- */

/* A question is answered, or all are asked. */
static void
release (HopList *list)
{
  if (--list->pending > 0)
    return;
  if (!list->is_cancelled && !list->is_over)
    conclude (list);
  list_free (list);
}

static void
on_addresses (gpointer user_data, DnsStatus status, GArray *addresses, const char *reason)
{
  Host *host = user_data;
  if (status == DNS_FOUND)
    host->addresses = g_array_ref (addresses);
  else if (status == DNS_TROUBLE)
    host->trouble = g_strdup (reason);
  release (host->list);
}

static void
add_host (HopList *list, const char *name, guint preference)
{
  IpAddress address;
  Host *host = g_new0 (Host, 1);
  host->list = list;
  host->name = g_strdup (name);
  host->preference = preference;
  g_ptr_array_add (list->hosts, host);
  if (!ip_address_parse (name, &address))
    return;
  host->addresses = g_array_new (FALSE, FALSE, sizeof (IpAddress));
  g_array_append_val (host->addresses, address);
}

static void
ask_addresses (HopList *list)
{
  for (guint i = 0; i < list->hosts->len; i++)
    {
      Host *host = g_ptr_array_index (list->hosts, i);
      if (host->addresses != NULL)
        continue;
      list->pending++;
      dns_find_addresses (list->dns, host->name, on_addresses, host);
    }
}

static void
on_exchangers (gpointer user_data, DnsStatus status, GPtrArray *exchangers, const char *reason)
{
  HopList *list = user_data;
  const char *domain = list->target;
  switch (status)
    {
    case DNS_FOUND:
      for (guint i = 0; i < MIN (exchangers->len, HOSTS_MAX); i++)
        {
          const DnsExchanger *exchanger = g_ptr_array_index (exchangers, i);
          add_host (list, exchanger->host, exchanger->preference);
        }
      if (!list->is_cancelled)
        ask_addresses (list);
      break;
    case DNS_NULL_MX:
      answer (list, NULL, ATTEMPT_FAILED, "556 5.1.10 the domain %s takes no mail", domain);
      break;
    case DNS_NOT_FOUND:
      answer (list, NULL, ATTEMPT_FAILED, "550 5.1.2 there is no domain %s", domain);
      break;
    case DNS_TROUBLE:
    default:
      answer (list, NULL, ATTEMPT_DEFERRED,
              "451 4.4.3 the DNS does not tell who takes mail for %s: %s", domain, reason);
      break;
    }
  release (list);
}

HopList *
hop_list_find (Dns *dns, const HopListQuestion *question, HopListFound found, gpointer user_data)
{
  const Route *route = question->route;
  HopList *list = g_new0 (HopList, 1);
  list->dns = dns;
  list->policy = policy_ref (question->policy);
  list->kind = route->kind;
  list->target = g_strdup (route->host);
  list->port = route->kind == ROUTE_EXCHANGERS ? question->port : route->port;
  list->hosts = g_ptr_array_new_with_free_func ((GDestroyNotify) host_free);
  list->found = found;
  list->user_data = user_data;
  list->pending = 2; /* the question for the hosts, and the call itself */
  if (route->kind == ROUTE_EXCHANGERS)
    dns_find_exchangers (dns, route->host, on_exchangers, list);
  else
    {
      add_host (list, route->host, 0);
      ask_addresses (list);
      release (list);
    }
  gboolean is_done = list->pending == 1;
  release (list);
  return is_done ? NULL : list;
}

void
hop_list_cancel (HopList *list)
{
  list->is_cancelled = TRUE;
}
