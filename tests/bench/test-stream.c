/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/stream.h"

#include <arpa/inet.h>

static const char *
next (StreamSources *sources, char text[INET_ADDRSTRLEN])
{
  const StreamAddress *address = stream_sources_next (sources);
  return address ? inet_ntop (AF_INET, &address->v4.sin_addr, text, INET_ADDRSTRLEN) : NULL;
}

static void
test_sources (void)
{
  StreamSources sources;
  char text[INET_ADDRSTRLEN];
  g_assert_true (stream_sources_parse (&sources, "127.0.1.2/30"));
  g_assert_cmpstr (next (&sources, text), ==, "127.0.1.0");
  g_assert_cmpstr (next (&sources, text), ==, "127.0.1.1");
  g_assert_cmpstr (next (&sources, text), ==, "127.0.1.2");
  g_assert_cmpstr (next (&sources, text), ==, "127.0.1.3");
  g_assert_cmpstr (next (&sources, text), ==, "127.0.1.0");
  g_assert_true (stream_sources_parse (&sources, "127.0.1.2"));
  g_assert_cmpstr (next (&sources, text), ==, "127.0.1.2");
  g_assert_cmpstr (next (&sources, text), ==, "127.0.1.2");
  sources = (StreamSources){ .n = 0 };
  g_assert_null (next (&sources, text));
}

static void
test_wrong_sources (void)
{
  static const char *const WRONG[] = { "", "localhost", "127.0.0.0/7", "127.0.0.0/33", "::1/64" };
  StreamSources sources;
  for (guint i = 0; i < G_N_ELEMENTS (WRONG); i++)
    g_assert_false (stream_sources_parse (&sources, WRONG[i]));
}

static void
test_address (void)
{
  StreamAddress address;
  g_assert_true (stream_address_parse (&address, "127.0.0.1", 25));
  g_assert_cmpint (address.any.sa_family, ==, AF_INET);
  g_assert_cmpuint (ntohs (address.v4.sin_port), ==, 25);
  g_assert_true (stream_address_parse (&address, "::1", 65535));
  g_assert_cmpint (address.any.sa_family, ==, AF_INET6);
  g_assert_false (stream_address_parse (&address, "127.0.0.1", 65536));
  g_assert_false (stream_address_parse (&address, "localhost", 25));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stream/sources", test_sources);
  g_test_add_func ("/stream/wrong-sources", test_wrong_sources);
  g_test_add_func ("/stream/address", test_address);
  return g_test_run ();
}
