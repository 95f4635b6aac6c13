/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Listeners on sockets that were there before us. The sockets are made once, as a service manager
 * would have: from descriptor 3 on. */

#include "servers/net/inherited-socket.h"

#include "servers/net/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#define WORKERS 3
#define FIRST_FD 3

enum
{
  ONE_ADDRESS,
  UNUSED,
  NO_LISTENER,
  DUAL,
  N_SOCKETS
};

static guint16 ports[N_SOCKETS];
static int accepted;        /* atomic */
static int unused_warnings; /* atomic */

static GLogWriterOutput
count_warnings (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer unused)
{
  if (!(level & G_LOG_LEVEL_WARNING))
    return g_log_writer_default (level, fields, n_fields, unused);

  g_atomic_int_inc (&unused_warnings);
  return G_LOG_WRITER_HANDLED;
}

/* Puts a socket at descriptor FIRST_FD + @place. */
static void
put_socket (guint place, int family, gboolean listens)
{
  struct sockaddr_storage address = { .ss_family = (sa_family_t) family };
  struct sockaddr_in *ipv4 = (struct sockaddr_in *) &address;
  socklen_t length = family == AF_INET ? sizeof *ipv4 : sizeof (struct sockaddr_in6);
  int off = 0;
  int fd = socket (family, SOCK_STREAM, 0);

  if (family == AF_INET)
    ipv4->sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  else
    g_assert_no_errno (setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off));
  g_assert_no_errno (bind (fd, (struct sockaddr *) &address, length));
  if (listens)
    g_assert_no_errno (listen (fd, 5));
  g_assert_no_errno (getsockname (fd, (struct sockaddr *) &address, &length));
  ports[place] = ntohs (ipv4->sin_port); /* stands at the same place in both */

  if (fd != (int) (FIRST_FD + place))
    {
      g_assert_cmpint (dup2 (fd, (int) (FIRST_FD + place)), >=, 0);
      close (fd);
    }
}

static void
inherit (void)
{
  g_autofree char *pid = g_strdup_printf ("%d", (int) getpid ());
  g_autofree char *count = g_strdup_printf ("%d", N_SOCKETS);

  put_socket (ONE_ADDRESS, AF_INET, TRUE);
  put_socket (UNUSED, AF_INET, TRUE);
  put_socket (NO_LISTENER, AF_INET, FALSE);
  put_socket (DUAL, AF_INET6, TRUE);
  g_setenv ("LISTEN_PID", pid, TRUE);
  g_setenv ("LISTEN_FDS", count, TRUE);
}

static void
on_accept (gpointer user, Worker *worker, int fd, guint door)
{
  g_assert_cmpint (fcntl (fd, F_GETFL) & O_NONBLOCK, !=, 0);
  g_assert_cmpint (send (fd, "hello", 5, MSG_NOSIGNAL), ==, 5);
  close (fd);
  g_atomic_int_inc (&accepted);
}

/* Connects, and waits for the greeting. */
static void
visit (int family, guint16 port)
{
  struct sockaddr_in ipv4 = { .sin_family = AF_INET,
                              .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
                              .sin_port = htons (port) };
  struct sockaddr_in6 ipv6
      = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT, .sin6_port = htons (port) };
  char greeting[5];
  int fd = socket (family, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_no_errno (family == AF_INET ? connect (fd, (struct sockaddr *) &ipv4, sizeof ipv4)
                                       : connect (fd, (struct sockaddr *) &ipv6, sizeof ipv6));
  g_assert_cmpint (recv (fd, greeting, sizeof greeting, MSG_WAITALL), ==, sizeof greeting);
  close (fd);
}

static void
apply (ListenerGroup *group, Endpoint *rows, gsize length)
{
  g_autoptr (GError) error = NULL;
  EndpointList endpoints = { length, rows };
  ListenerDoor door = { 0, &endpoints };

  g_assert_true (listener_group_apply (group, &door, 1, &error));
  g_assert_no_error (error);
}

static void
test_listeners (void)
{
  Worker *workers[WORKERS];
  Endpoint rows[]
      = { { .port = ports[ONE_ADDRESS] }, { .any_address = TRUE, .port = ports[DUAL] } };

  g_assert_true (ip_address_parse ("127.0.0.1", &rows[0].address));
  for (guint i = 0; i < WORKERS; i++)
    workers[i] = worker_new ("test", NULL);
  ListenerGroup *group = listener_group_new (workers, WORKERS, on_accept, NULL);

  apply (group, rows, 2);
  /* One is no listener, and one nobody wants: each said once. */
  g_assert_cmpint (unused_warnings, ==, 2);
  for (guint i = 0; i < 20; i++)
    {
      visit (AF_INET, ports[ONE_ADDRESS]);
      visit (AF_INET, ports[DUAL]);
      visit (AF_INET6, ports[DUAL]);
    }
  g_assert_cmpint (g_atomic_int_get (&accepted), ==, 60);

  /* Given up and taken again: the clients that came meanwhile have waited. */
  apply (group, NULL, 0);
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
                                 .sin_port = htons (ports[ONE_ADDRESS]) };
  int early = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_no_errno (connect (early, (struct sockaddr *) &address, sizeof address));
  apply (group, rows, 1);
  char greeting[5];
  g_assert_cmpint (recv (early, greeting, sizeof greeting, MSG_WAITALL), ==, sizeof greeting);
  close (early);
  g_assert_cmpint (unused_warnings, ==, 2);

  listener_group_free (group);
  for (guint i = 0; i < WORKERS; i++)
    worker_free (workers[i]);
}

int
main (int argc, char **argv)
{
  inherit ();
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (count_warnings, NULL, NULL);
  g_test_add_func ("/inherited-socket/listeners", test_listeners);
  return g_test_run ();
}
