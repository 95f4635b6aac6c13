/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/connection-policy.h"

#define MINUTES 20
#define WINDOW (MINUTES * 60)

typedef struct
{
  const char *address;
  Verdict verdict; /* by the lists alone */
} AddressCase;

/* Refused: 10.0.0.0/8, 10.1.2.0/24, 192.0.2.0/24, 2001:db8::/32. Excepted: 10.1.0.0/16,
 * 192.0.2.0/24, 203.0.113.0/24, 2001:db8::1. */
static const AddressCase addresses[] = {
  { "198.51.100.7", VERDICT_NO_RESTRICTION },     { "203.0.113.7", VERDICT_EXCEPTED_ADDRESS },
  { "10.2.0.1", VERDICT_REFUSED_ADDRESS },        { "10.1.0.1", VERDICT_EXCEPTED_ADDRESS },
  { "10.1.2.1", VERDICT_REFUSED_ADDRESS },        { "192.0.2.1", VERDICT_EXCEPTED_ADDRESS },
  { "::ffff:10.2.0.1", VERDICT_REFUSED_ADDRESS }, { "2001:db8::1", VERDICT_EXCEPTED_ADDRESS },
  { "2001:db8::2", VERDICT_REFUSED_ADDRESS },
};

static const gint64 ages[] = { 0, WINDOW - 1, WINDOW, -1, CLIENT_NEVER_LOGGED_ON };

static NetworkList
networks (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 0);
  NetworkList list = { g_strv_length (words), g_new (IpNetwork, g_strv_length (words)) };

  for (gsize i = 0; i < list.length; i++)
    g_assert_true (ip_network_parse (words[i], &list.rows[i]));
  return list;
}

static Policy *
policy_of (Allowance allow, gboolean pop_overrides, gboolean refuse_local_host, gboolean pop_relays)
{
  g_autoptr (Settings) settings = settings_new_default ();
  ConnectionSettings *connection = &settings->smtp.connection;

  g_free (connection->refused.rows);
  g_free (connection->excepted.rows);
  connection->refused = networks ("10.0.0.0/8 10.1.2.0/24 192.0.2.0/24 2001:db8::/32");
  connection->excepted = networks ("10.1.0.0/16 192.0.2.0/24 203.0.113.0/24 2001:db8::1");
  connection->allow = allow;
  connection->pop_overrides_address = pop_overrides;
  connection->refuse_local_host = refuse_local_host;
  settings->smtp.relay.pop_client = pop_relays;
  settings->smtp.relay.pop_client_minutes = MINUTES;
  return policy_new (settings);
}

static Verdict
decide (const Policy *policy, const char *address, gboolean is_local_host, gint64 age)
{
  ClientFacts client = { .is_local_host = is_local_host, .seconds_since_logon = age };

  g_assert_true (ip_address_parse (address, &client.address));
  return connection_policy_decide (policy, &client);
}

static void
test_all (void)
{
  for (guint bits = 0; bits < 8; bits++)
    {
      g_autoptr (Policy) policy
          = policy_of (ALLOWANCE_ALL, bits & 1, (bits >> 1) & 1, (bits >> 2) & 1);

      for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
        for (gsize a = 0; a < G_N_ELEMENTS (ages); a++)
          g_assert_cmpint (decide (policy, addresses[i].address, a % 2, ages[a]), ==,
                           VERDICT_CONNECTIONS_EVERYBODY);
    }
}

static void
test_none (void)
{
  for (guint bits = 0; bits < 8; bits++)
    {
      gboolean refuse_local_host = (bits >> 1) & 1;
      g_autoptr (Policy) policy
          = policy_of (ALLOWANCE_NONE, bits & 1, refuse_local_host, (bits >> 2) & 1);

      for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
        for (gsize a = 0; a < G_N_ELEMENTS (ages); a++)
          {
            g_assert_cmpint (decide (policy, addresses[i].address, FALSE, ages[a]), ==,
                             VERDICT_CONNECTIONS_NOBODY);
            g_assert_cmpint (decide (policy, addresses[i].address, TRUE, ages[a]), ==,
                             refuse_local_host ? VERDICT_CONNECTIONS_NOBODY
                                               : VERDICT_CONNECTIONS_LOCAL_HOST);
          }
    }
}

static void
test_specified (void)
{
  for (guint bits = 0; bits < 16; bits++)
    {
      gboolean pop_overrides = bits & 1, is_local_host = (bits >> 3) & 1;
      g_autoptr (Policy) policy
          = policy_of (ALLOWANCE_SPECIFIED, pop_overrides, (bits >> 1) & 1, (bits >> 2) & 1);

      for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
        for (gsize a = 0; a < G_N_ELEMENTS (ages); a++)
          {
            gboolean overridden = addresses[i].verdict == VERDICT_REFUSED_ADDRESS && pop_overrides
                                  && ages[a] >= 0 && ages[a] < WINDOW;

            g_assert_cmpint (decide (policy, addresses[i].address, is_local_host, ages[a]), ==,
                             overridden ? VERDICT_POP_OVERRIDE : addresses[i].verdict);
          }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/connection-policy/all", test_all);
  g_test_add_func ("/connection-policy/none", test_none);
  g_test_add_func ("/connection-policy/specified", test_specified);
  return g_test_run ();
}
