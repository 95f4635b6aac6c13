/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/own-host.h"

#include "core/settings/binding.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

static gboolean
is_name (const char *own, const char *host)
{
  gsize length = strlen (host);
  if (length > 0 && host[length - 1] == '.')
    length--;
  return strlen (own) == length && g_ascii_strncasecmp (own, host, length) == 0;
}

gboolean
own_host_has_name (const Settings *settings, const char *host)
{
  if (is_name (settings->general.host_name, host))
    return TRUE;
  for (char **row = settings->smtp.bindings; *row != NULL; row++)
    {
      g_auto (Binding) binding = { 0 };
      if (binding_parse (*row, &binding) && is_name (binding.host_name, host))
        return TRUE;
    }
  return FALSE;
}

static gboolean
to_ip_address (const struct sockaddr *from, IpAddress *address)
{
  static const guint8 ipv4_prefix[12] = { [10] = 0xff, [11] = 0xff };
  if (from == NULL)
    return FALSE;
  if (from->sa_family == AF_INET)
    {
      memcpy (address->bytes, ipv4_prefix, sizeof ipv4_prefix);
      memcpy (address->bytes + 12, &((const struct sockaddr_in *) from)->sin_addr, 4);
      return TRUE;
    }
  if (from->sa_family == AF_INET6)
    memcpy (address->bytes, &((const struct sockaddr_in6 *) from)->sin6_addr, 16);
  return from->sa_family == AF_INET6;
}

/* Whether an interface of this machine has that address. */
static gboolean
is_assigned (const IpAddress *address)
{
  if (ip_address_is_loopback (address))
    return TRUE;
  struct ifaddrs *interfaces;
  if (getifaddrs (&interfaces) != 0)
    return FALSE;
  gboolean found = FALSE;
  for (struct ifaddrs *at = interfaces; at != NULL && !found; at = at->ifa_next)
    {
      IpAddress assigned;
      found = to_ip_address (at->ifa_addr, &assigned) && ip_address_equal (&assigned, address);
    }
  freeifaddrs (interfaces);
  return found;
}

static gboolean
list_has_address (const EndpointList *listeners, const IpAddress *address, guint16 port)
{
  for (gsize i = 0; i < listeners->length; i++)
    {
      const Endpoint *listener = &listeners->rows[i];
      if (listener->port != port)
        continue;
      if (listener->any_address ? is_assigned (address)
                                : ip_address_equal (&listener->address, address))
        return TRUE;
    }
  return FALSE;
}

gboolean
own_host_has_address (const Settings *settings, const IpAddress *address, guint16 port)
{
  const SmtpSettings *smtp = &settings->smtp;
  return list_has_address (&smtp->listeners, address, port)
         || list_has_address (&smtp->submission_listeners, address, port)
         || list_has_address (&smtp->submission_tls_listeners, address, port);
}
