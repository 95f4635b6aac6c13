/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define WORKERS 2

typedef struct
{
  Worker *workers[WORKERS];
  ListenerGroup *group;
  GMutex lock;
  GCond changed;
  GArray *accepted; /* (element-type int) their descriptors */
  guint door;       /* of the last one */
} Fixture;

static void
on_accept (gpointer data, Worker *worker, int fd, guint door)
{
  Fixture *fixture = data;

  g_assert_true (worker_is_current (worker));
  g_mutex_lock (&fixture->lock);
  g_array_append_val (fixture->accepted, fd);
  fixture->door = door;
  g_cond_signal (&fixture->changed);
  g_mutex_unlock (&fixture->lock);
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < WORKERS; i++)
    {
      fixture->workers[i] = worker_new ("test", &error);
      g_assert_no_error (error);
    }
  g_mutex_init (&fixture->lock);
  g_cond_init (&fixture->changed);
  fixture->accepted = g_array_new (FALSE, FALSE, sizeof (int));
  fixture->group = listener_group_new (fixture->workers, WORKERS, on_accept, fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  listener_group_free (fixture->group);
  for (guint i = 0; i < WORKERS; i++)
    worker_free (fixture->workers[i]);
  for (guint i = 0; i < fixture->accepted->len; i++)
    close (g_array_index (fixture->accepted, int, i));
  g_array_unref (fixture->accepted);
  g_cond_clear (&fixture->changed);
  g_mutex_clear (&fixture->lock);
}

static int
wait_for_accepted (Fixture *fixture, guint number)
{
  g_mutex_lock (&fixture->lock);
  while (fixture->accepted->len < number)
    g_cond_wait (&fixture->changed, &fixture->lock);
  int fd = g_array_index (fixture->accepted, int, number - 1);
  g_mutex_unlock (&fixture->lock);
  return fd;
}

static Endpoint
at (const char *address, guint16 port)
{
  Endpoint endpoint = { .port = port };
  g_assert_true (ip_address_parse (address, &endpoint.address));
  return endpoint;
}

static gboolean
apply (Fixture *fixture, Endpoint *rows, gsize length, GError **error)
{
  EndpointList endpoints = { .length = length, .rows = rows };
  ListenerDoor door = { 0, &endpoints };
  return listener_group_apply (fixture->group, &door, 1, error);
}

static void
apply_well (Fixture *fixture, Endpoint *rows, gsize length)
{
  g_autoptr (GError) error = NULL;
  gboolean applied = apply (fixture, rows, length, &error);
  g_assert_no_error (error);
  g_assert_true (applied);
}

/* The port of the endpoint @index. */
static guint16
port_of (Fixture *fixture, guint index)
{
  g_auto (GStrv) texts = listener_group_endpoints (fixture->group, LISTENER_ALL_DOORS);
  Endpoint endpoint;

  g_assert_cmpuint (g_strv_length (texts), >, index);
  g_assert_true (endpoint_parse (texts[index], &endpoint));
  return endpoint.port;
}

/* Returns a connected socket, or the negative errno. */
static int
connect_to (const char *address, guint16 port)
{
  struct sockaddr_in ipv4 = { .sin_family = AF_INET, .sin_port = htons (port) };
  struct sockaddr_in6 ipv6 = { .sin6_family = AF_INET6, .sin6_port = htons (port) };
  gboolean is_ipv4 = inet_pton (AF_INET, address, &ipv4.sin_addr) == 1;

  if (!is_ipv4)
    g_assert_cmpint (inet_pton (AF_INET6, address, &ipv6.sin6_addr), ==, 1);
  int fd = socket (is_ipv4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int result = is_ipv4 ? connect (fd, (struct sockaddr *) &ipv4, sizeof ipv4)
                       : connect (fd, (struct sockaddr *) &ipv6, sizeof ipv6);
  if (result == 0)
    return fd;

  result = -errno;
  close (fd);
  return result;
}

static void
check_connects (Fixture *fixture, const char *address, guint16 port)
{
  guint before = fixture->accepted->len;
  int fd = connect_to (address, port);

  g_assert_cmpint (fd, >=, 0);
  wait_for_accepted (fixture, before + 1);
  close (fd);
}

static void
test_accept (Fixture *fixture, gconstpointer unused)
{
  Endpoint endpoint = at ("127.0.0.1", 0);
  int on = 0;
  socklen_t length = sizeof on;

  apply_well (fixture, &endpoint, 1);
  int client = connect_to ("127.0.0.1", port_of (fixture, 0));
  g_assert_cmpint (client, >=, 0);
  int fd = wait_for_accepted (fixture, 1);

  g_assert_cmpint (fcntl (fd, F_GETFL) & O_NONBLOCK, !=, 0);
  g_assert_cmpint (fcntl (fd, F_GETFD) & FD_CLOEXEC, !=, 0);
  g_assert_no_errno (getsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, &length));
  g_assert_cmpint (on, !=, 0);
  close (client);
}

static void
test_many (Fixture *fixture, gconstpointer unused)
{
  Endpoint endpoint = at ("127.0.0.1", 0);
  int clients[500];

  apply_well (fixture, &endpoint, 1);
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      clients[i] = connect_to ("127.0.0.1", port_of (fixture, 0));
      g_assert_cmpint (clients[i], >=, 0);
    }
  wait_for_accepted (fixture, G_N_ELEMENTS (clients));
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    close (clients[i]);
}

/* A change leaves the sockets that stay alone, and clients that are connected too. */
static void
test_change (Fixture *fixture, gconstpointer unused)
{
  Endpoint endpoints[] = { at ("127.0.0.1", 0), at ("127.0.0.2", 0) };
  char byte = 'x';

  apply_well (fixture, endpoints, 1);
  guint16 first = port_of (fixture, 0);
  int client = connect_to ("127.0.0.1", first);
  int fd = wait_for_accepted (fixture, 1);

  apply_well (fixture, endpoints, 2);
  g_assert_cmpuint (port_of (fixture, 0), ==, first);
  guint16 second = port_of (fixture, 1);
  check_connects (fixture, "127.0.0.1", first);
  check_connects (fixture, "127.0.0.2", second);

  apply_well (fixture, &endpoints[1], 1);
  g_assert_cmpuint (port_of (fixture, 0), ==, second);
  g_assert_cmpint (connect_to ("127.0.0.1", first), ==, -ECONNREFUSED);
  check_connects (fixture, "127.0.0.2", second);
  g_assert_cmpint (send (client, &byte, 1, 0), ==, 1);
  fcntl (fd, F_SETFL, 0);
  g_assert_cmpint (recv (fd, &byte, 1, 0), ==, 1);
  close (client);

  apply_well (fixture, NULL, 0);
  g_assert_cmpint (connect_to ("127.0.0.2", second), ==, -ECONNREFUSED);
  g_auto (GStrv) texts = listener_group_endpoints (fixture->group, LISTENER_ALL_DOORS);
  g_assert_null (texts[0]);
}

/* A client brings the number of its door; an endpoint can change its door, and stand at one only. */
static void
test_doors (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  Endpoint any_port = at ("127.0.0.1", 0);
  EndpointList list = { 1, &any_port };
  ListenerDoor doors[] = { { 3, &list }, { 7, &list } };

  g_assert_true (listener_group_apply (fixture->group, doors, 2, &error));
  g_auto (GStrv) third = listener_group_endpoints (fixture->group, 3);
  g_auto (GStrv) seventh = listener_group_endpoints (fixture->group, 7);
  g_assert_cmpuint (g_strv_length (third), ==, 1);
  g_assert_cmpuint (g_strv_length (seventh), ==, 1);
  guint16 port = port_of (fixture, 1);
  check_connects (fixture, "127.0.0.1", port_of (fixture, 0));
  g_assert_cmpuint (fixture->door, ==, 3);
  check_connects (fixture, "127.0.0.1", port);
  g_assert_cmpuint (fixture->door, ==, 7);

  listener_group_free (fixture->group);
  fixture->group = listener_group_new (fixture->workers, WORKERS, on_accept, fixture);
  any_port.port = port;
  EndpointList nothing = { 0 };
  ListenerDoor before[] = { { 3, &list }, { 7, &nothing } };
  ListenerDoor after[] = { { 3, &nothing }, { 7, &list } };
  g_assert_true (listener_group_apply (fixture->group, before, 2, &error));
  check_connects (fixture, "127.0.0.1", port);
  g_assert_cmpuint (fixture->door, ==, 3);
  g_assert_true (listener_group_apply (fixture->group, after, 2, &error));
  check_connects (fixture, "127.0.0.1", port);
  g_assert_cmpuint (fixture->door, ==, 7);

  g_assert_false (listener_group_apply (fixture->group, doors, 2, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "two lists of listeners"));
  check_connects (fixture, "127.0.0.1", port);
  g_assert_cmpuint (fixture->door, ==, 7);
}

static int
take_port (gboolean reuse_port, guint16 *port)
{
  struct sockaddr_in address
      = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  int on = reuse_port;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_no_errno (setsockopt (fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on));
  g_assert_no_errno (bind (fd, (struct sockaddr *) &address, length));
  g_assert_no_errno (listen (fd, 1));
  g_assert_no_errno (getsockname (fd, (struct sockaddr *) &address, &length));
  *port = ntohs (address.sin_port);
  return fd;
}

/* All or nothing, and an error that names the endpoint; also where the other would share its port.
 */
static void
test_taken (Fixture *fixture, gconstpointer unused)
{
  for (guint share = 0; share < 2; share++)
    {
      g_autoptr (GError) error = NULL;
      guint16 port;
      int other = take_port (share, &port);
      g_autofree char *text = g_strdup_printf ("127.0.0.1:%u", port);
      Endpoint endpoints[] = { at ("127.0.0.1", 0), at ("127.0.0.1", port) };

      apply_well (fixture, endpoints, 1);
      guint16 first = port_of (fixture, 0);
      Endpoint changed[] = { at ("127.0.0.1", port), { .any_address = TRUE, .port = 0 } };
      g_assert_false (apply (fixture, changed, 2, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
      g_assert_nonnull (strstr (error->message, text));

      g_assert_cmpuint (port_of (fixture, 0), ==, first);
      check_connects (fixture, "127.0.0.1", first);
      close (other);
    }
}

/* Has @fixture listen on "*" and a port below the range that the kernel gives to outgoing
 * connections: it can be given up and had back, whatever else runs on the machine. */
static guint16
listen_on_quiet_port (Fixture *fixture)
{
  Endpoint endpoint = { .any_address = TRUE };
  g_autoptr (GError) error = NULL;

  do
    {
      g_clear_error (&error);
      endpoint.port = (guint16) g_random_int_range (10000, 30000);
    }
  while (!apply (fixture, &endpoint, 1, &error)
         && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE));
  g_assert_no_error (error);
  return endpoint.port;
}

/* "*" takes both families, on one port, and clients of each. */
static void
test_any_address (Fixture *fixture, gconstpointer unused)
{
  Endpoint endpoint = { .any_address = TRUE };
  int probe = socket (AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in6 ipv6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };

  apply_well (fixture, &endpoint, 1);
  guint16 port = port_of (fixture, 0);
  check_connects (fixture, "127.0.0.1", port);
  if (probe >= 0 && bind (probe, (struct sockaddr *) &ipv6, sizeof ipv6) == 0)
    check_connects (fixture, "::1", port);
  else
    g_test_message ("no IPv6 here");
  if (probe >= 0)
    close (probe);

  /* From one address to all on the same port, and back. */
  port = endpoint.port = listen_on_quiet_port (fixture);
  Endpoint one = at ("127.0.0.1", port);
  apply_well (fixture, &one, 1);
  check_connects (fixture, "127.0.0.1", port);
  apply_well (fixture, &endpoint, 1);
  check_connects (fixture, "127.0.0.1", port);

  /* Both at once, from the start. */
  Endpoint both[] = { one, endpoint };
  apply_well (fixture, NULL, 0);
  apply_well (fixture, both, 2);
  check_connects (fixture, "127.0.0.1", port);
}

/* How often it was said that clients wait. */
static guint warnings;
static GMutex warnings_lock;
static GCond warnings_changed;

static GLogWriterOutput
count_warnings (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer unused)
{
  if (!(level & G_LOG_LEVEL_WARNING))
    return g_log_writer_default (level, fields, n_fields, unused);

  g_mutex_lock (&warnings_lock);
  warnings++;
  g_cond_signal (&warnings_changed);
  g_mutex_unlock (&warnings_lock);
  return G_LOG_WRITER_HANDLED;
}

/* With no descriptor left, clients wait; they are taken when one is there again. */
static void
test_no_descriptors (Fixture *fixture, gconstpointer unused)
{
  Endpoint endpoint = at ("127.0.0.1", 0);
  struct rlimit former;
  struct rlimit limit;

  apply_well (fixture, &endpoint, 1);
  int client = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
                                 .sin_port = htons (port_of (fixture, 0)) };

  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &former));
  limit = former;
  limit.rlim_cur = (rlim_t) client + 1;
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &limit));
  g_assert_no_errno (connect (client, (struct sockaddr *) &address, sizeof address));
  g_mutex_lock (&warnings_lock);
  while (warnings == 0)
    g_cond_wait (&warnings_changed, &warnings_lock);
  g_mutex_unlock (&warnings_lock);
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &former));

  wait_for_accepted (fixture, 1);
  g_assert_cmpuint (warnings, ==, 1);
  close (client);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (count_warnings, NULL, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/listener/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("accept", test_accept);
  ADD ("many", test_many);
  ADD ("change", test_change);
  ADD ("doors", test_doors);
  ADD ("taken", test_taken);
  ADD ("any-address", test_any_address);
  ADD ("no-descriptors", test_no_descriptors);
  return g_test_run ();
}
