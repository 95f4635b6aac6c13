/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/policy-logon.h"

static Settings *
settings_with (const char *windows, const char *unrecorded, const char *never_banned)
{
  Settings *settings = settings_new_default ();
  const struct
  {
    const char *text;
    NetworkList *list;
  } lists[] = { { unrecorded, &settings->pop3.log_ons.unrecorded },
                { never_banned, &settings->security.never_banned } };

  g_strfreev (settings->pop3.log_ons.windows);
  settings->pop3.log_ons.windows = g_strsplit (windows, ";", 0);
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_auto (GStrv) words = g_strsplit (lists[i].text, " ", 0);
      gsize length = g_strv_length (words);
      IpNetwork *rows = g_new (IpNetwork, length);

      for (gsize w = 0; w < length; w++)
        g_assert_true (ip_network_parse (words[w], &rows[w]));
      network_list_clear (lists[i].list);
      *lists[i].list = network_list_take (rows, length);
    }
  return settings;
}

static IpAddress
address_of (const char *text)
{
  IpAddress address;

  g_assert_true (ip_address_parse (text, &address));
  return address;
}

static void
test_address (void)
{
  static const struct
  {
    const char *client, *of_64; /* %NULL: itself */
  } rows[] = {
    { "192.0.2.7" },
    { "::ffff:192.0.2.7" },
    { "127.0.0.1" },
    { "::1" },
    { "::" },
    { "::192.0.2.7" },
    { "64:ff9b::192.0.2.7" },
    { "64:ff9b:1:2::192.0.2.7" },
    { "2001::192.0.2.7" },
    { "2001:0:4136:e378:8000:63bf:3fff:fdd2" },
    { "fe80::1" },
    { "febf:1::1" },
    { "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::" },
    { "2001:db8:1:2::", "2001:db8:1:2::" },
    { "2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::" },
    { "2001:1::7", "2001:1::" },
    { "2002:c000:207::1", "2002:c000:207::" },
    { "fd00:1:2:3:4:5:6:7", "fd00:1:2:3::" },
    { "fec0::1:2:3:4", "fec0::" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (Ipv6Prefix prefix = IPV6_PREFIX_128; prefix <= IPV6_PREFIX_64; prefix++)
      {
        g_autoptr (Settings) settings = settings_new_default ();
        g_autoptr (Policy) policy = NULL;
        IpAddress client = address_of (rows[i].client);
        IpAddress expected = prefix == IPV6_PREFIX_64 && rows[i].of_64 != NULL
                                 ? address_of (rows[i].of_64)
                                 : client;
        IpAddress address, again;

        settings->pop3.log_ons.ipv6_prefix = prefix;
        policy = policy_new (settings);
        address = policy_logon_address (policy, &client);
        again = policy_logon_address (policy, &address);
        g_test_message ("%s", rows[i].client);
        g_assert_true (ip_address_equal (&address, &expected));
        g_assert_true (ip_address_equal (&address, &again));
      }
}

/* The general window at both ends of its range: the last second is in, the next one out. */
static void
test_window (void)
{
  static const guint minutes[] = { 15, 65535 };

  for (gsize i = 0; i < G_N_ELEMENTS (minutes); i++)
    {
      g_autoptr (Settings) settings = settings_new_default ();
      g_autoptr (Policy) policy = NULL;
      ClientFacts client = { .address = address_of ("192.0.2.7"), .logon_user = "joe" };
      const struct
      {
        gint64 age;
        gboolean is_in_force;
      } ages[] = { { 0, TRUE },
                   { minutes[i] * 60 - 1, TRUE },
                   { minutes[i] * 60, FALSE },
                   { CLIENT_NEVER_LOGGED_ON, FALSE },
                   { -1, FALSE },
                   { G_MININT64, FALSE } };

      settings->smtp.relay.pop_client_minutes = minutes[i];
      policy = policy_new (settings);
      g_assert_cmpint (policy_logon_seconds (policy, NULL, &client.address), ==, minutes[i] * 60);
      for (gsize a = 0; a < G_N_ELEMENTS (ages); a++)
        {
          client.seconds_since_logon = ages[a].age;
          g_assert_cmpint (policy_logon_is_in_force (policy, &client), ==, ages[a].is_in_force);
        }
    }
}

/* The shortest window that fits holds, however wide its network; none is longer than the general
 * one. */
static void
test_windows (void)
{
  static const struct
  {
    const char *user, *address;
    guint minutes;
  } rows[] = {
    { NULL, "198.51.100.7", 60 },   { "ann", "198.51.100.7", 60 },
    { "joe", "198.51.100.7", 20 },  { "JOE", "198.51.100.7", 20 },
    { "joe2", "198.51.100.7", 60 }, { "joe", "192.0.2.7", 20 },
    { NULL, "192.0.2.7", 30 },      { NULL, "192.0.2.130", 5 },
    { NULL, "192.0.2.131", 5 }, /* a longer one inside does not lengthen */
    { "joe", "192.0.2.131", 5 },    { "long", "198.51.100.7", 60 },
    { "brief", "192.0.2.131", 1 },  { NULL, "::ffff:192.0.2.7", 30 },
    { NULL, "2001:db8::1", 40 }, /* ::/0 means every IPv6 address */
    { NULL, "2001:db8:1::1", 10 },  { NULL, "2001:db8:1::2", 9 },
    { "", "198.51.100.7", 60 },     { "joe@example.org", "198.51.100.7", 7 },
  };
  g_autoptr (Settings) settings
      = settings_with ("joe 20;long 65535;brief 1;192.0.2.0/24 30;192.0.2.128/25 5;192.0.2.131 50;"
                       "::/0 40;2001:db8:1::/48 10;2001:db8:1::2 9;joe@example.org 7",
                       "", "");
  g_autoptr (Policy) policy = NULL;

  settings->smtp.relay.pop_client_minutes = 60;
  policy = policy_new (settings);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      ClientFacts client = { .address = address_of (rows[i].address), .logon_user = rows[i].user };
      gint64 seconds = policy_logon_seconds (policy, rows[i].user, &client.address);

      g_test_message ("%s from %s", rows[i].user, rows[i].address);
      g_assert_cmpint (seconds, ==, rows[i].minutes * 60);
      client.seconds_since_logon = seconds - 1;
      g_assert_true (policy_logon_is_in_force (policy, &client));
      client.seconds_since_logon = seconds;
      g_assert_false (policy_logon_is_in_force (policy, &client));
    }
}

/* The same row twice with other minutes: the shorter one holds. */
static void
test_doubles (void)
{
  g_autoptr (Settings) settings
      = settings_with ("joe 9;joe 7;joe 8;192.0.2.0/24 6;192.0.2.0/24 5", "", "");
  g_autoptr (Policy) policy = policy_new (settings);
  IpAddress inside = address_of ("192.0.2.7"), outside = address_of ("198.51.100.7");

  g_assert_cmpint (policy_logon_seconds (policy, "joe", &outside), ==, 7 * 60);
  g_assert_cmpint (policy_logon_seconds (policy, "ann", &inside), ==, 5 * 60);
}

/* A row that is added later takes away what was recorded before. */
static void
test_unrecorded (void)
{
  g_autoptr (Settings) settings = settings_with ("", "10.0.0.0/8 2001:db8:1::/48", "");
  g_autoptr (Policy) policy = policy_new (settings);
  static const struct
  {
    const char *address;
    gboolean is_recorded;
  } rows[] = { { "10.1.2.3", FALSE },
               { "::ffff:10.1.2.3", FALSE },
               { "11.1.2.3", TRUE },
               { "2001:db8:1::1", FALSE },
               { "2001:db8:2::1", TRUE } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      ClientFacts client = { .address = address_of (rows[i].address), .logon_user = "joe" };

      g_assert_cmpint (policy_records_logon (policy, &client.address), ==, rows[i].is_recorded);
      g_assert_cmpint (policy_logon_is_in_force (policy, &client), ==, rows[i].is_recorded);
    }
}

static void
test_bans (void)
{
  static const struct
  {
    const char *address;
    gboolean may_ban;
  } rows[]
      = { { "127.0.0.1", FALSE },        { "127.8.8.8", TRUE },     { "::1", FALSE },
          { "::ffff:127.0.0.1", FALSE }, { "10.1.2.3", FALSE },     { "::ffff:10.1.2.3", FALSE },
          { "2001:db8:1::1", FALSE },    { "2001:db8:2::1", TRUE }, { "198.51.100.7", TRUE } };

  for (guint failures = 0; failures <= 10; failures += 5)
    {
      g_autoptr (Settings) settings = settings_with ("", "", "10.0.0.0/8 2001:db8:1::/48");
      g_autoptr (Policy) policy = NULL;

      settings->security.failed_log_ons = failures;
      policy = policy_new (settings);
      for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
        {
          IpAddress address = address_of (rows[i].address);

          g_test_message ("%s", rows[i].address);

          g_assert_cmpint (policy_may_ban (policy, &address), ==, rows[i].may_ban && failures > 0);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy-logon/address", test_address);
  g_test_add_func ("/policy-logon/window", test_window);
  g_test_add_func ("/policy-logon/windows", test_windows);
  g_test_add_func ("/policy-logon/doubles", test_doubles);
  g_test_add_func ("/policy-logon/unrecorded", test_unrecorded);
  g_test_add_func ("/policy-logon/bans", test_bans);
  return g_test_run ();
}
