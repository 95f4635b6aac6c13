/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/own-host.h"

static Settings *
make_settings (const char *listener)
{
  Settings *settings = settings_new_default ();
  g_free (settings->general.host_name);
  settings->general.host_name = g_strdup ("Gate.example");
  g_free (settings->smtp.listeners.rows);
  settings->smtp.listeners.rows = g_new0 (Endpoint, 1);
  settings->smtp.listeners.length = 1;
  g_assert_true (endpoint_parse (listener, settings->smtp.listeners.rows));
  return settings;
}

static void
test_name (void)
{
  g_autoptr (Settings) settings = make_settings ("127.0.0.1:25");
  g_assert_true (own_host_has_name (settings, "gate.EXAMPLE"));
  g_assert_true (own_host_has_name (settings, "gate.example."));
  g_assert_false (own_host_has_name (settings, "gate.example.org"));
  g_assert_false (own_host_has_name (settings, "gate"));
  g_assert_false (own_host_has_name (settings, ""));
}

static void
test_address (void)
{
  const struct
  {
    const char *listener, *address;
    guint16 port;
    gboolean is_own;
  } rows[] = {
    { "192.0.2.1:25", "192.0.2.1", 25, TRUE },
    { "192.0.2.1:25", "192.0.2.1", 2525, FALSE },
    { "192.0.2.1:25", "192.0.2.2", 25, FALSE },
    { "*:25", "127.0.0.1", 25, TRUE },
    { "*:25", "::1", 25, TRUE },
    { "*:25", "192.0.2.1", 25, FALSE },
    { "[2001:db8::1]:25", "2001:db8::1", 25, TRUE },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (Settings) settings = make_settings (rows[i].listener);
      IpAddress address;
      g_assert_true (ip_address_parse (rows[i].address, &address));
      g_assert_cmpint (own_host_has_address (settings, &address, rows[i].port), ==, rows[i].is_own);
    }
}

/* Mail that is handed to the own submission ports comes back just so. */
static void
test_submission (void)
{
  g_autoptr (Settings) settings = make_settings ("192.0.2.1:25");
  EndpointList *lists[]
      = { &settings->smtp.submission_listeners, &settings->smtp.submission_tls_listeners };
  const char *const rows[] = { "192.0.2.1:587", "*:465" };
  IpAddress own, loopback;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_free (lists[i]->rows);
      lists[i]->rows = g_new0 (Endpoint, 1);
      lists[i]->length = 1;
      g_assert_true (endpoint_parse (rows[i], lists[i]->rows));
    }
  g_assert_true (ip_address_parse ("192.0.2.1", &own));
  g_assert_true (ip_address_parse ("::1", &loopback));
  g_assert_true (own_host_has_address (settings, &own, 587));
  g_assert_true (own_host_has_address (settings, &loopback, 465));
  g_assert_false (own_host_has_address (settings, &loopback, 587));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/own-host/name", test_name);
  g_test_add_func ("/own-host/address", test_address);
  g_test_add_func ("/own-host/submission", test_submission);
  return g_test_run ();
}
