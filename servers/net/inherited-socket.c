/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/inherited-socket.h"

#include "servers/net/socket-address.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>

typedef struct
{
  int fd;
  IpAddress address;
  guint16 port;
  gboolean is_dual; /* the address is ::, and IPv4 comes in, too */
  gboolean is_used; /* or it was said that it is not */
} Inherited;

static gboolean
takes_ipv4 (int fd)
{
  int is_v6_only = 1;
  socklen_t length = sizeof is_v6_only;

  return getsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &is_v6_only, &length) == 0 && !is_v6_only;
}

/* Returns FALSE for what is no TCP socket that listens. */
static gboolean
examine (int fd, Inherited *inherited)
{
  static const IpAddress any_ipv6 = { { 0 } };
  struct sockaddr_storage kernel = { 0 };
  socklen_t length = sizeof kernel;

  *inherited = (Inherited){ .fd = fd };
  if (sd_is_socket (fd, AF_UNSPEC, SOCK_STREAM, 1) <= 0
      || getsockname (fd, (struct sockaddr *) &kernel, &length) != 0
      || !socket_address_to_ip (&kernel, &inherited->address, &inherited->port))
    return FALSE;

  inherited->is_dual = kernel.ss_family == AF_INET6
                       && ip_address_equal (&inherited->address, &any_ipv6) && takes_ipv4 (fd);
  return TRUE;
}

/* Returns: (element-type Inherited): looked for at the first call. The environment stays as it is:
 * other threads may read it, and LISTEN_PID says that it is for nobody else. */
static GArray *
all_inherited (void)
{
  static GArray *all;
  if (all != NULL)
    return all;

  all = g_array_new (FALSE, FALSE, sizeof (Inherited));
  int count = sd_listen_fds (0);
  for (int i = 0; i < count; i++)
    {
      Inherited inherited;
      if (examine (SD_LISTEN_FDS_START + i, &inherited))
        g_array_append_val (all, inherited);
      else
        g_warning ("listener: descriptor %d of the service manager is no TCP socket that listens; "
                   "it is not used",
                   SD_LISTEN_FDS_START + i);
    }

  return all;
}

static Inherited *
find (const IpAddress *address, guint16 port)
{
  GArray *all = all_inherited ();

  for (guint i = 0; i < all->len; i++)
    {
      Inherited *inherited = &g_array_index (all, Inherited, i);
      if (inherited->port == port && ip_address_equal (&inherited->address, address))
        return inherited;
    }

  return NULL;
}

gboolean
inherited_socket_exists (const IpAddress *address, guint16 port)
{
  return find (address, port) != NULL;
}

int
inherited_socket_open (const IpAddress *address, guint16 port)
{
  Inherited *inherited = find (address, port);
  if (inherited == NULL)
    return -1;

  inherited->is_used = TRUE;
  fcntl (inherited->fd, F_SETFL, fcntl (inherited->fd, F_GETFL) | O_NONBLOCK);
  return fcntl (inherited->fd, F_DUPFD_CLOEXEC, SD_LISTEN_FDS_START);
}

gboolean
inherited_socket_is_dual (guint16 port)
{
  static const IpAddress any_ipv6 = { { 0 } };
  Inherited *inherited = find (&any_ipv6, port);

  return inherited != NULL && inherited->is_dual;
}

void
inherited_socket_report_unused (void)
{
  GArray *all = all_inherited ();

  for (guint i = 0; i < all->len; i++)
    {
      Inherited *inherited = &g_array_index (all, Inherited, i);
      char text[ENDPOINT_TEXT_MAX];
      Endpoint endpoint = { .address = inherited->address, .port = inherited->port };

      if (!inherited->is_used)
        g_warning ("listener: the service manager listens on %s, and the settings do not: clients "
                   "wait there in vain; change the settings, or the socket unit",
                   endpoint_to_string (&endpoint, text));
      inherited->is_used = TRUE;
    }
}
