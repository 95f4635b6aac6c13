/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/ip-network.h"

typedef struct
{
  const char *text;
  const char *written; /* NULL: refused */
} Case;

static const Case addresses[] = {
  { "192.0.2.7", "192.0.2.7" },
  { "0.0.0.0", "0.0.0.0" },
  { "255.255.255.255", "255.255.255.255" },
  { "2001:DB8:0:0::7", "2001:db8::7" },
  { "::", "::" },
  { "::1", "::1" },
  { "::ffff:192.0.2.7", "192.0.2.7" },
  { "::ffff:c000:0207", "192.0.2.7" },
  { "", NULL },
  { "300.1.1.1", NULL },
  { "192.0.2", NULL },
  { "192.0.2.07", NULL },
  { "192.0.2.7 ", NULL },
  { " 192.0.2.7", NULL },
  { "192.0.2.7.1", NULL },
  { "0xc0000207", NULL },
  { "[::1]", NULL },
  { "fe80::1%eth0", NULL },
  { "1:2:3:4:5:6:7:8:9", NULL },
  { "mail.example.org", NULL },
};

static void
test_addresses (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      char text[IP_NETWORK_TEXT_MAX];
      IpAddress address = { { 42 } };
      gboolean read = ip_address_parse (addresses[i].text, &address);

      g_test_message ("%s", addresses[i].text);
      g_assert_cmpint (read, ==, addresses[i].written != NULL);
      if (read)
        g_assert_cmpstr (ip_address_to_string (&address, text), ==, addresses[i].written);
      else
        g_assert_cmpint (address.bytes[0], ==, 42);
    }
}

static const Case networks[] = {
  { "192.0.2.7", "192.0.2.7" },
  { "192.0.2.7/32", "192.0.2.7" },
  { "192.0.2.7/24", "192.0.2.0/24" },
  { "192.0.2.7/255.255.255.0", "192.0.2.0/24" },
  { "192.0.2.7 255.255.255.0", "192.0.2.0/24" },
  { "192.0.2.7 \t 255.255.255.255", "192.0.2.7" },
  { "192.0.2.7/0", "0.0.0.0/0" },
  { "192.0.2.7/0.0.0.0", "0.0.0.0/0" },
  { "192.0.2.255/25", "192.0.2.128/25" },
  { "192.0.2.255/31", "192.0.2.254/31" },
  { "2001:db8::7", "2001:db8::7" },
  { "2001:db8::7/128", "2001:db8::7" },
  { "2001:db8:ffff::/33", "2001:db8:8000::/33" },
  { "::/0", "::/0" },
  { "::ffff:192.0.2.7/120", "192.0.2.0/24" },
  { "::ffff:0:0/96", "0.0.0.0/0" },
  { "", NULL },
  { "/24", NULL },
  { "192.0.2.0/", NULL },
  { "192.0.2.0/33", NULL },
  { "192.0.2.0/024", NULL },
  { "192.0.2.0/-1", NULL },
  { "192.0.2.0/+24", NULL },
  { "192.0.2.0/24 ", NULL },
  { "192.0.2.0/ 24", NULL },
  { "192.0.2.0/24/24", NULL },
  { "192.0.2.0 ", NULL },
  { "192.0.2.0/255.0.255.0", NULL },
  { "192.0.2.0/0.0.0.255", NULL },
  { "192.0.2.0/4294967320", NULL },
  { "2001:db8::/129", NULL },
  { "2001:db8::/255.255.0.0", NULL },
  { "192.0.2", NULL },
  { "example.org", NULL },
  { "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb/1", NULL },
};

static void
test_networks (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (networks); i++)
    {
      char text[IP_NETWORK_TEXT_MAX];
      IpNetwork network = { .prefix = 42 };
      gboolean read = ip_network_parse (networks[i].text, &network);

      g_test_message ("%s", networks[i].text);
      g_assert_cmpint (read, ==, networks[i].written != NULL);
      if (read)
        g_assert_cmpstr (ip_network_to_string (&network, text), ==, networks[i].written);
      else
        g_assert_cmpint (network.prefix, ==, 42);
    }
}

static const struct
{
  const char *network;
  const char *address;
  gboolean inside;
} members[] = {
  { "192.0.2.0/24", "192.0.2.0", TRUE },
  { "192.0.2.0/24", "192.0.2.255", TRUE },
  { "192.0.2.0/24", "192.0.3.0", FALSE },
  { "192.0.2.0/24", "::ffff:192.0.2.9", TRUE },
  { "192.0.2.128/25", "192.0.2.127", FALSE },
  { "192.0.2.7", "192.0.2.7", TRUE },
  { "192.0.2.7", "192.0.2.6", FALSE },
  { "0.0.0.0/0", "255.1.2.3", TRUE },
  { "0.0.0.0/0", "2001:db8::1", FALSE },
  { "::/0", "2001:db8::1", TRUE },
  { "::/0", "192.0.2.7", FALSE },
  { "2001:db8::/32", "2001:db8:ffff::1", TRUE },
  { "2001:db8::/32", "2001:db9::", FALSE },
  { "2001:db8::1", "2001:db8::1", TRUE },
};

static void
test_contains (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      IpNetwork network;
      IpAddress address;

      g_test_message ("%s in %s", members[i].address, members[i].network);
      g_assert_true (ip_network_parse (members[i].network, &network));
      g_assert_true (ip_address_parse (members[i].address, &address));
      g_assert_cmpint (ip_network_contains (&network, &address), ==, members[i].inside);
    }
}

static void
test_loopback (void)
{
  static const Case cases[] = { { "127.0.0.1", "yes" }, { "127.255.0.9", "yes" },
                                { "::1", "yes" },       { "::ffff:127.0.0.1", "yes" },
                                { "128.0.0.1", NULL },  { "::2", NULL },
                                { "7f00::1", NULL } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      IpAddress address;

      g_assert_true (ip_address_parse (cases[i].text, &address));
      g_assert_cmpint (ip_address_is_loopback (&address), ==, cases[i].written != NULL);
    }
}

static void
test_localhost (void)
{
  static const struct
  {
    const char *text;
    gboolean is_localhost;
  } cases[] = {
    { "127.0.0.1", TRUE },  { "::1", TRUE },        { "::ffff:127.0.0.1", TRUE },
    { "127.0.0.2", FALSE }, { "127.1.0.1", FALSE }, { "::2", FALSE },
    { "::", FALSE },        { "192.0.2.1", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      IpAddress address;

      g_assert_true (ip_address_parse (cases[i].text, &address));
      g_assert_cmpint (ip_address_is_localhost (&address), ==, cases[i].is_localhost);
    }
}

static void
test_link (void)
{
  static const struct
  {
    const char *client, *link; /* %NULL: itself */
  } rows[] = {
    { "192.0.2.7", NULL },
    { "::1", NULL },
    { "64:ff9b::192.0.2.7", NULL },
    { "2001:0:4136:e378:8000:63bf:3fff:fdd2", NULL },
    { "fe80::1", NULL },
    { "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::" },
    { "2002:c000:207::1", "2002:c000:207::" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      IpAddress client, expected, link;

      g_test_message ("%s", rows[i].client);
      g_assert_true (ip_address_parse (rows[i].client, &client));
      g_assert_true (ip_address_parse (rows[i].link ? rows[i].link : rows[i].client, &expected));
      link = ip_address_link (&client);
      g_assert_true (ip_address_equal (&link, &expected));
    }
}

static void
test_order (void)
{
  static const char *const sorted[]
      = { "::/0",     "::1",      "0.0.0.0/0",     "10.0.0.0/8", "10.0.0.0/16",
          "10.0.0.0", "10.0.0.1", "2001:db8::/32", "2001:db8::" };

  for (guint i = 0; i < G_N_ELEMENTS (sorted); i++)
    for (guint j = 0; j < G_N_ELEMENTS (sorted); j++)
      {
        IpNetwork a, b;
        int order;

        g_assert_true (ip_network_parse (sorted[i], &a));
        g_assert_true (ip_network_parse (sorted[j], &b));
        order = ip_network_compare (&a, &b);
        g_assert_cmpint ((order > 0) - (order < 0), ==, (i > j) - (i < j));
        g_assert_cmpint (ip_network_equal (&a, &b), ==, i == j);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ip-network/addresses", test_addresses);
  g_test_add_func ("/ip-network/networks", test_networks);
  g_test_add_func ("/ip-network/contains", test_contains);
  g_test_add_func ("/ip-network/loopback", test_loopback);
  g_test_add_func ("/ip-network/localhost", test_localhost);
  g_test_add_func ("/ip-network/link", test_link);
  g_test_add_func ("/ip-network/order", test_order);
  return g_test_run ();
}
