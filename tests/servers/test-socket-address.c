/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/socket-address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static IpAddress
address_of (const char *text)
{
  IpAddress address;
  g_assert_true (ip_address_parse (text, &address));
  return address;
}

static void
check_round (const char *text, int family)
{
  IpAddress address = address_of (text);
  struct sockaddr_storage kernel;
  IpAddress back;
  guint16 port;

  socklen_t length = socket_address_from_ip (&address, 2525, &kernel);
  g_assert_cmpuint (length, ==,
                    family == AF_INET ? sizeof (struct sockaddr_in) : sizeof (struct sockaddr_in6));
  g_assert_cmpint (kernel.ss_family, ==, family);
  g_assert_true (socket_address_to_ip (&kernel, &back, &port));
  g_assert_true (ip_address_equal (&address, &back));
  g_assert_cmpuint (port, ==, 2525);
}

static void
test_round (void)
{
  check_round ("192.0.2.7", AF_INET);
  check_round ("::ffff:192.0.2.7", AF_INET);
  check_round ("2001:db8::7", AF_INET6);
  check_round ("::1", AF_INET6);
}

/* A client that reached us over an IPv6 socket is the same client. */
static void
test_mapped (void)
{
  struct sockaddr_in6 mapped = { .sin6_family = AF_INET6, .sin6_port = htons (7) };
  struct sockaddr_storage kernel = { 0 };
  IpAddress expected = address_of ("192.0.2.7");
  IpAddress address;
  guint16 port;

  g_assert_cmpint (inet_pton (AF_INET6, "::ffff:192.0.2.7", &mapped.sin6_addr), ==, 1);
  memcpy (&kernel, &mapped, sizeof mapped);
  g_assert_true (socket_address_to_ip (&kernel, &address, &port));
  g_assert_true (ip_address_equal (&address, &expected));
}

static void
test_other_family (void)
{
  struct sockaddr_storage kernel = { .ss_family = AF_UNIX };
  IpAddress address;
  guint16 port;

  g_assert_false (socket_address_to_ip (&kernel, &address, &port));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/socket-address/round", test_round);
  g_test_add_func ("/socket-address/mapped", test_mapped);
  g_test_add_func ("/socket-address/other-family", test_other_family);
  return g_test_run ();
}
