/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/metrics-port.h"

static void
check (const char *text, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetSocketAddress) address = metrics_port_parse (text, &error);

  if (expected == NULL)
    {
      g_assert_null (address);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      return;
    }
  g_assert_no_error (error);
  g_autofree char *found = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));
  g_assert_cmpstr (found, ==, expected);
}

static void
test_parse (void)
{
  check ("127.0.0.1:80", "127.0.0.1:80");
  check ("127.0.0.1", "127.0.0.1:9157");
  check ("[::1]:0", "::1");
  check ("::1", "[::1]:9157");
  check ("localhost:80", NULL);
  check (":80", NULL);
  check ("127.0.0.1:65536", NULL);
  check ("127.0.0.1:x", NULL);
  check ("", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metrics-port/parse", test_parse);
  return g_test_run ();
}
