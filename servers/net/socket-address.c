/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/socket-address.h"

#include <netinet/in.h>
#include <string.h>

static const guint8 ipv4_head[12] = { [10] = 0xff, [11] = 0xff };

socklen_t
socket_address_from_ip (const IpAddress *address, guint16 port, struct sockaddr_storage *kernel)
{
  memset (kernel, 0, sizeof *kernel);

  if (ip_address_is_ipv4 (address))
    {
      struct sockaddr_in *ipv4 = (struct sockaddr_in *) kernel;
      ipv4->sin_family = AF_INET;
      ipv4->sin_port = htons (port);
      memcpy (&ipv4->sin_addr, address->bytes + sizeof ipv4_head, sizeof ipv4->sin_addr);
      return sizeof *ipv4;
    }

  struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *) kernel;
  ipv6->sin6_family = AF_INET6;
  ipv6->sin6_port = htons (port);
  memcpy (&ipv6->sin6_addr, address->bytes, sizeof ipv6->sin6_addr);
  return sizeof *ipv6;
}

gboolean
socket_address_to_ip (const struct sockaddr_storage *kernel, IpAddress *address, guint16 *port)
{
  if (kernel->ss_family == AF_INET)
    {
      const struct sockaddr_in *ipv4 = (const struct sockaddr_in *) kernel;
      memcpy (address->bytes, ipv4_head, sizeof ipv4_head);
      memcpy (address->bytes + sizeof ipv4_head, &ipv4->sin_addr, sizeof ipv4->sin_addr);
      *port = ntohs (ipv4->sin_port);
      return TRUE;
    }

  if (kernel->ss_family == AF_INET6)
    {
      const struct sockaddr_in6 *ipv6 = (const struct sockaddr_in6 *) kernel;
      memcpy (address->bytes, &ipv6->sin6_addr, sizeof address->bytes);
      *port = ntohs (ipv6->sin6_port);
      return TRUE;
    }

  return FALSE;
}
